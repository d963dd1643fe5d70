import { SaidError, said } from '../../common/said';
import * as v from 'valibot';

/** Blocks that have prompts, from 0; absent: as the method decides. */
export const blockList = v.optional(v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(0))), v.minLength(1)));

/** Rows of a prompt: half go before the keys, half before the values. */
export const rows = v.pipe(v.number(), v.integer(), v.minValue(2), v.multipleOf(2), v.maxValue(400));

/** The blocks that are named, or `count` from `from` on, as far as there are any. Throws on one that a backbone of `depth` has not. */
export function blocksOf(named: readonly number[] | undefined, from: number, count: number, depth: number): readonly number[] {
  const beyond = named?.find((block) => block >= depth);
  if (beyond !== undefined)
    throw new SaidError(said`There are to be prompts at block ${beyond}: this backbone has blocks 0 to ${depth - 1}`);
  return named ?? Array.from({ length: Math.max(0, Math.min(count, depth - from)) }, (_, i) => from + i);
}
