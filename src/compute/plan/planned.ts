import type { VitConfig } from '../../vit/config';
import type { Adapter, Correction, MapInput, Penalty, Trainables, TrainSpec } from '../backbone';
import type { PlannedPrompts, Prompts } from '../prompts';
import type { PlannedAdapters, PlannedModel } from '../trainables';
import { crossEntropy } from '../objective';
import { adapterLayout, targetShape } from './adapter-layout';
import { Network, type NetworkSpec } from './network';
import { promptLayout } from './prompt-layout';
import type { Program } from './ops';
import { squaresProgram } from './squares';
import { weightLayout } from './weights';

/** Classes of the head that is trained: too few floats to matter. */
export const CLASSES = { from: 0, to: 10 };
/** Earlier tasks that a step in the middle of a stream is guarded for. */
const TASKS = 4;

const MAPS: Readonly<Record<MapInput, RegExp>> = {
  qkv: /\.attn\.qkv\.weight$/,
  proj: /\.attn\.proj\.weight$/,
  fc1: /\.mlp\.fc1\.weight$/,
  fc2: /\.mlp\.fc2\.weight$/,
};

/** A step of a planned model in the middle of a stream, where shapes alone matter. */
export function planned(
  config: VitConfig,
  { trainables, adapters: pairs, prompts: pools = [], penalty, projects = [] }: PlannedModel,
  batch: number,
): { readonly network: NetworkSpec; readonly spec: TrainSpec } {
  const adapters = adapterLayout(config, adaptersOf(config, pairs));
  const network = { config, adapters, prompts: promptLayout(config, promptsOf(config, pools)), maxBatch: batch };
  const spec = trainSpec(config, trainables, batch);
  if (!penalty && projects.length === 0) return { network, spec };
  const learned = new Network(network, spec.trainables).learned();
  const zeros = new Float32Array(Math.max(0, ...learned.map(({ count }) => count), config.dim * config.mlpDim));
  const penalties = (): Penalty[] => {
    if (!penalty) return [];
    if (penalty === 'quadratic') {
      const values = new Map(learned.map(({ name, count }) => [name, zeros.subarray(0, count)]));
      return [{ kind: penalty, weight: 1, importance: values, anchor: values }];
    }
    return adapters.places.map(({ name, rank, inputs, outputs }): Penalty => {
      if (penalty === 'product') return { kind: penalty, weight: 1, adapter: name, past: zeros.subarray(0, inputs * outputs) };
      if (penalty === 'norm') return { kind: penalty, weight: 1, name: `${name}.up` };
      return { kind: penalty, weight: 1, name: `${name}.down`, rows: new Float32Array(TASKS * rank * inputs) };
    });
  };
  // Bases grow from a few directions to nearly all.
  const corrections = [...weightLayout(config).tensors].flatMap(([name, { shape }]): Correction[] => {
    const width = shape[1] ?? 0;
    const basis = (): Float32Array => new Float32Array(Math.max(1, Math.floor(width / 2)) * width);
    return projects.some((input) => MAPS[input].test(name)) ? [{ kind: 'project', name, basis: basis() }] : [];
  });
  return { network, spec: { ...spec, penalties: penalties(), corrections } };
}

/** Squared gradients of a planned model. */
export function plannedSquares(config: VitConfig, model: PlannedModel, of: 'image' | 'batch', batch: number): Program {
  const { network, spec } = planned(config, { ...model, penalty: null, projects: [] }, batch);
  const { classifier, trainables, maxBatch } = spec;
  const squares = { trainables, classes: trainables.classifier, classifier, of, maxBatch };
  return squaresProgram({ ...network, maxBatch: of === 'image' ? 1 : batch }, squares);
}

/** Shapes alone matter: all of one width share an array of zeros. */
export function adaptersOf(config: VitConfig, planned: PlannedAdapters | null): Adapter[] {
  const zeros = new Map<number, Float32Array>();
  const of = (length: number): Float32Array => {
    const known = zeros.get(length) ?? new Float32Array(length);
    zeros.set(length, known);
    return known;
  };
  if (!planned) return [];
  const { targets, rank, blocks = config.depth, scale, earlier = 0 } = planned;
  const task = (index: number): Adapter[] =>
    Array.from({ length: Math.min(blocks, config.depth) }, (_, block) =>
      targets.map((target): Adapter => {
        const { inputs, outputs } = targetShape(config, target);
        const name = scale === 'shared' ? `task${index}` : `${block}.${target}`;
        return {
          ...{ block, target, rank, down: of(rank * inputs), up: of(outputs * rank) },
          ...(index < earlier ? { frozen: true } : {}),
          ...(scale ? { scale: { name, value: 1 } } : {}),
        };
      }),
    ).flat();
  return Array.from({ length: earlier + 1 }, (_, index) => task(index)).flat();
}

/** Shapes alone matter. */
export const promptsOf = ({ dim }: VitConfig, planned: readonly PlannedPrompts[]): Prompts[] =>
  planned.map((prompts) => ({ ...prompts, pool: new Float32Array(prompts.size * prompts.length * dim) }));

export function trainSpec({ dim }: VitConfig, trainables: Trainables, maxBatch: number): TrainSpec {
  return {
    ...{ trainables: { ...trainables, classifier: CLASSES }, objective: crossEntropy(CLASSES), maxBatch },
    optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 },
    classifier: { weight: new Float32Array(CLASSES.to * dim), bias: new Float32Array(CLASSES.to) },
  };
}
