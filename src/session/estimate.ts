/** Memory of a run, before it starts: what decides whether it fits. */
import type { EngineKind, Trainables } from '../compute/backbone';
import { estimateMemory as estimateTraining } from '../compute/memory';
import type { VitConfig } from '../vit/config';
import type { Experiment, MethodSpec } from './experiment';

export interface MemoryEstimate {
  /** Bytes that do not depend on the batch: weights, gradients, moments. */
  readonly fixed: number;
  /** Bytes for each image of a training batch. */
  readonly perImage: number;
}

/** What a method's optimiser updates, as far as memory is concerned. */
function trainablesOf(spec: MethodSpec): Trainables {
  const classifier = { from: 0, to: 0 };
  switch (spec.id) {
    case 'inflora':
    case 'inflora-ca':
      return { backbone: 'none', adapters: 'up', classifier };
    case 'sequential-lora':
      return { backbone: 'none', adapters: spec.factors, classifier };
    case 'full-fine-tuning':
      return { backbone: 'all', adapters: 'none', classifier };
    case 'joint':
      return spec.adapt === 'full' ? { backbone: 'all', adapters: 'none', classifier } : { backbone: 'none', adapters: 'both', classifier };
    case 'nearest-mean':
      return { backbone: 'none', adapters: 'none', classifier };
  }
}

/** Peak of all methods of the experiment together. */
export function estimateMemory(config: VitConfig, experiment: Experiment, engine: EngineKind): MemoryEstimate {
  const each = experiment.methods.map((spec) => estimateTraining(config, 1, trainablesOf(spec)));
  const shared = estimateTraining(config, 1, { backbone: 'none', adapters: 'none', classifier: { from: 0, to: 0 } }).fixed;
  const perImage = each.map((one) => one.perImage);
  return {
    fixed: each.reduce((sum, one) => sum + one.fixed - shared, shared),
    // The reference frees one method's step before the next; the plan keeps the buffers of each.
    perImage: engine === 'plan' ? perImage.reduce((sum, bytes) => sum + bytes, 0) : Math.max(...perImage),
  };
}

/** Largest batch within `available` bytes; 0 when not even one image fits. Infinity when nothing is known. */
export function largestBatch({ fixed, perImage }: MemoryEstimate, available: number | null): number {
  if (available === null) return Number.POSITIVE_INFINITY;
  return Math.max(0, Math.floor((available - fixed) / perImage));
}
