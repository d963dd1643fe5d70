import type { RateFactor, TrainSpec } from '../backbone';
import type { Network } from './network';

/** Consecutive floats of a buffer that learn at `factor` times the backbone's rate. */
export interface RateRun {
  readonly buffer: string;
  readonly offset: number;
  readonly count: number;
  readonly factor: number;
}

/** The factor of each of these names. Throws on a factor that is no number from 0, or whose `match` is none of them. */
export function rateFactors(names: readonly string[], rates: readonly RateFactor[] = []): ReadonlyMap<string, number> {
  for (const { match, factor } of rates) {
    if (!(factor >= 0 && factor < Infinity)) throw new RangeError(`The learning rate of "${match}" cannot be multiplied by ${factor}`);
    if (!names.some((name) => matches(match, name))) {
      throw new Error(`The learning rate of "${match}" is to be changed, but nothing of that name is trained`);
    }
  }
  return new Map(names.map((name) => [name, rates.findLast((rate) => matches(rate.match, name))?.factor ?? 1]));
}

/** All that learns but the classifier, in as few runs as the factors allow; what has the factor 0 is left out. Throws as `rateFactors`. */
export function rateRuns(net: Network, rates: TrainSpec['rates']): RateRun[] {
  const tensors = net.learned();
  const factors = rateFactors(
    tensors.map(({ name }) => name),
    rates,
  );
  const runs: RateRun[] = [];
  for (const { name, buffer, offset, count } of tensors) {
    const factor = factors.get(name) ?? 1;
    // Tensors start at multiples of 4 floats; the zeros between them stay zeros.
    // Behind prompts there may be some that do not learn.
    const end = buffer === 'prompts' ? offset + count : padded(offset + count);
    const last = runs.at(-1);
    const continues = last && last.buffer === buffer && last.factor === factor && padded(last.offset + last.count) === offset;
    const first = continues ? last.offset : offset;
    runs.splice(continues ? -1 : runs.length, 1, { buffer, offset: first, count: end - first, factor });
  }
  return runs.filter(({ factor }) => factor !== 0);
}

const padded = (floats: number): number => Math.ceil(floats / 4) * 4;

/** `*` in a pattern stands for anything. */
function matches(pattern: string, name: string): boolean {
  const literal = (part: string): string => part.replace(/[^\w]/g, '\\$&');
  return new RegExp(`^${pattern.split('*').map(literal).join('.*')}$`).test(name);
}
