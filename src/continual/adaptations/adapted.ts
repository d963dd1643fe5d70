/** Methods that learn all weights or low-rank pairs, one task after the other: what they share of their definitions. */
import * as v from 'valibot';
import { backboneParameters } from '../../compute/memory';
import type { VitConfig } from '../../vit/config';
import { FULL, IDLE, rank, rankWords, targets, type MethodPlan } from '../definition';
import type { LearnerHooks } from '../learner';
import { freshLora } from '../lora';
import type { Bench } from '../method';
import type { Past } from '../past';
import { adapted, inputSize, outputSize, type Targets } from '../targets';
import { SequentialTraining } from './sequential';

export const adaptOptions = {
  /** All weights, as the references, or low-rank pairs on the frozen ones. */
  adapt: v.optional(v.picklist(['full', 'lora']), 'full'),
  rank,
  targets,
};

export interface AdaptOptions {
  readonly adapt: 'full' | 'lora';
  readonly rank: number;
  readonly targets?: Targets | undefined;
}

export const adaptPlan = ({ adapt, rank: rows, targets: on }: AdaptOptions): MethodPlan =>
  adapt === 'full' ? FULL : { ...IDLE, trainables: { backbone: 'none', adapters: 'both' }, adapters: { targets: adapted(on), rank: rows } };

/** Bytes of what differs from the network that one started from. */
export function adaptBytes(config: VitConfig, { adapt, rank: rows, targets: on }: AdaptOptions): number {
  const pairs = adapted(on).reduce((sum, map) => sum + rows * (inputSize(config, map) + outputSize(config, map)), 0);
  return 4 * (adapt === 'full' ? backboneParameters(config) : config.depth * pairs);
}

export const adaptWords = ({ adapt, rank: rows, targets: on }: AdaptOptions): string =>
  adapt === 'full' ? 'all weights trained' : rankWords(rows, on);

export function sequentially(bench: Bench, options: AdaptOptions, past: Past, hooks?: LearnerHooks): SequentialTraining {
  const adaptation = new SequentialTraining(bench, adaptPlan(options).trainables, { past, hooks });
  const { model, rng } = bench;
  if (options.adapt === 'lora') model.attach(freshLora(model.config, options.rank, rng.fork('lora'), adapted(options.targets)));
  return adaptation;
}
