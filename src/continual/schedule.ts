import type { Optimizer } from '../compute/backbone';

/**
 * `authors`: what the published code runs: for Adam a cosine that lags one epoch, so that epochs 0 and 1 both run at the
 * full rate; for SGD plain cosine annealing. `authors-unlagged` is the same without the lag, the slip that the golden
 * data must reveal.
 */
export type Schedule = 'authors' | 'authors-unlagged' | 'cosine' | 'constant';

/** Learning rate of the whole `epoch` (0-based) of `epochs`, from the base rate. One epoch runs at the base rate. */
export function learningRate(schedule: Schedule, optimizer: Optimizer['kind'], base: number, epoch: number, epochs: number): number {
  if (schedule === 'constant' || epochs <= 1) return base;
  if (schedule === 'cosine' || optimizer === 'sgd') return (base * (1 + Math.cos((Math.PI * epoch) / epochs))) / 2;
  const position = schedule === 'authors' ? Math.max(0, epoch - 1) : epoch;
  return base * Math.cos((99 * Math.PI * position) / (200 * (epochs - 1)));
}
