/** Memory of a run, before it starts: what decides whether it fits. */
import { tokenCount, type VitConfig } from '../vit/config';
import type { EngineKind } from '../compute/backbone';
import type { Experiment, MethodSpec } from './experiment';

export interface MemoryEstimate {
  /** Bytes that do not depend on the batch: weights, gradients, moments. */
  readonly fixed: number;
  /** Bytes for each image of a training batch. */
  readonly perImage: number;
}

/**
 * Floats a token and channel that one block keeps for its backward pass. The reference's tape was measured at 49
 * (stock tfjs, ViT at 65 tokens); the plan keeps the inputs of its products: norms, qkv, attention, MLP.
 */
const KEPT: Readonly<Record<EngineKind, number>> = { reference: 49, plan: 18 };

function learnsAllWeights(spec: MethodSpec): boolean {
  return spec.id === 'full-fine-tuning' || (spec.id === 'joint' && spec.adapt === 'full');
}

/** For a model of `parameters` weights under the experiment's methods. */
export function estimateMemory(config: VitConfig, parameters: number, experiment: Experiment, engine: EngineKind): MemoryEstimate {
  const weights = 4 * parameters;
  const moments = experiment.training.optimizer === 'adam' ? 2 : 1;
  // The untouched backbone, a copy for each method, and gradient and moments where all weights learn.
  const fixed = experiment.methods.reduce((sum, spec) => sum + weights * (learnsAllWeights(spec) ? 2 + moments : 1), weights);
  const tokens = tokenCount(config);
  const activations = 4 * KEPT[engine] * tokens * config.dim * config.depth;
  const attention = 4 * 2 * config.heads * tokens * tokens * config.depth;
  // The reference frees a step's memory before the next method's; the plan keeps each method's buffers.
  const atOnce = engine === 'plan' ? experiment.methods.filter((spec) => spec.id !== 'nearest-mean').length : 1;
  return { fixed, perImage: (activations + attention) * Math.max(1, atOnce) };
}

/** Largest batch within `available` bytes; 0 when not even one image fits. Infinity when nothing is known. */
export function largestBatch({ fixed, perImage }: MemoryEstimate, available: number | null): number {
  if (available === null) return Number.POSITIVE_INFINITY;
  return Math.max(0, Math.floor((available - fixed) / perImage));
}
