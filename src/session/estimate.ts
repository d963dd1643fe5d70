/** Memory of a run, before it starts: what decides whether it fits. */
import type { DeviceInfo, DeviceKind } from '../compute/backbone';
import { estimateMemory as estimateTraining } from '../compute/memory';
import { peakMemory } from '../compute/forecast';
import { imagesOfStep, type PlannedModel } from '../compute/trainables';
import { trainsUnder, type MethodPlan } from '../continual/definition';
import { definitionOf } from '../continual/registry';
import type { VitConfig } from '../vit/config';
import type { Experiment, MethodSpec } from './experiment';

export interface MemoryEstimate {
  /** Bytes that do not depend on the batch: weights, gradients, moments. */
  readonly fixed: number;
  /** Bytes for each image of a training batch. */
  readonly perImage: number;
}

/** The device, as far as memory is concerned. */
type On = Pick<DeviceInfo, 'engine' | 'kind'>;

/** A method's plan under its options. */
export const planOf = (spec: MethodSpec): MethodPlan => definitionOf(spec.id).plan(spec);

/** When it trains under its options. */
export const trainsOn = (spec: MethodSpec) => trainsUnder(definitionOf(spec.id), spec);

/** No row of a classifier weighs anything here. */
const HEADS = { from: 0, to: 0 };

/** Peak of all methods of the experiment together. `recompute`: with activations computed again, which the plan does where memory is short. */
export function estimateMemory(config: VitConfig, experiment: Experiment, on: On, recompute = false): MemoryEstimate {
  return on.engine === 'plan' ? estimatePlan(config, experiment, on.kind, recompute) : estimateReference(config, experiment);
}

/** The models that an experiment trains of a backbone, as far as memory and time are concerned; one entry a method. */
export const plannedModels = (
  { methods }: Experiment,
  { depth }: Pick<VitConfig, 'depth'>,
): ({ readonly id: MethodSpec['id'] } & PlannedModel)[] =>
  methods.map((spec) => {
    const { trainables, adapters, replay, teacher, prompts, penalty, projects } = planOf(spec);
    const trained = { ...trainables, classifier: HEADS };
    return { id: spec.id, trainables: trained, adapters, replay, teacher, penalty, projects, ...(prompts && { prompts: prompts(depth) }) };
  });

/** What the plan takes is a straight line over the batch, but for small batches, where a pass without gradients takes more. */
function estimatePlan(config: VitConfig, experiment: Experiment, kind: DeviceKind, recompute: boolean): MemoryEstimate {
  const models = plannedModels(experiment, config);
  const bytes = (batch: number): number => peakMemory(config, batch, models, { kind, recompute });
  const batch = Math.max(experiment.training.batchSize, 1);
  const perImage = Math.max(1, (bytes(2 * LARGE) - bytes(LARGE)) / LARGE);
  return { fixed: bytes(batch) - perImage * batch, perImage };
}

/** A batch beyond which training decides. */
const LARGE = 256;

function estimateReference(config: VitConfig, experiment: Experiment): MemoryEstimate {
  const { batchSize } = experiment.training;
  const each = plannedModels(experiment, config).map((model) => {
    const { fixed, perImage } = estimateTraining(config, 1, model.trainables);
    return { fixed, perImage: (perImage * imagesOfStep(model, batchSize, batchSize)) / batchSize };
  });
  const shared = estimateTraining(config, 1, { backbone: 'none', adapters: 'none', classifier: HEADS }).fixed;
  return {
    fixed: each.reduce((sum, one) => sum + one.fixed - shared, shared),
    // One method's step is freed before the next.
    perImage: Math.max(...each.map((one) => one.perImage)),
  };
}

export interface MemoryFit {
  readonly bytes: number;
  readonly available: number | null;
  readonly largestBatch: number;
  readonly fits: boolean;
  readonly recomputes: boolean;
  /** Images of a batch that are computed at a time, where that is not all of them. */
  readonly images?: number;
}

/** A batch that nobody asks for, where no limit is known. */
const MOST = 4096;

/**
 * Whether the experiment fits into `available` bytes: as it is, or, where the engine does that, with activations computed again, or a
 * few images of a batch at a time.
 */
export function fitMemory(config: VitConfig, experiment: Experiment, on: On, available: number | null): MemoryFit {
  const { batchSize } = experiment.training;
  const of = (recomputes: boolean): MemoryFit => {
    const memory = estimateMemory(config, experiment, on, recomputes);
    const largest = Math.min(largestBatch(memory, available), MOST);
    return { bytes: memory.fixed + memory.perImage * batchSize, available, largestBatch: largest, fits: batchSize <= largest, recomputes };
  };
  const plain = of(false);
  if (plain.fits || on.engine !== 'plan') return plain;
  const again = of(true);
  if (again.fits || available === null) return again;
  const models = plannedModels(experiment, config);
  for (let images = batchSize; images > 1;) {
    images = Math.ceil(images / 2);
    const bytes = peakMemory(config, batchSize, models, { kind: on.kind, recompute: true, images });
    if (bytes <= available) return { bytes, available, largestBatch: MOST, fits: true, recomputes: true, images };
  }
  return again;
}

/** Largest batch within `available` bytes; 0 when not even one image fits. Infinity when nothing is known. */
export function largestBatch({ fixed, perImage }: MemoryEstimate, available: number | null): number {
  if (available === null) return Number.POSITIVE_INFINITY;
  return Math.max(0, Math.floor((available - fixed) / perImage));
}
