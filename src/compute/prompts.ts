/** Prompts: trained rows beside an image's own tokens (L2P, DualPrompt, CODA-Prompt), as data. */

/** `tokens`: between the tokens in front and the patches; a block: before its keys and values. */
export type PromptPlace = 'tokens' | { readonly block: number };

/** Half-open range of a pool's entries. */
export interface EntryRange {
  readonly from: number;
  readonly to: number;
}

/** A pool as far as time and memory are concerned. */
export interface PlannedPrompts {
  readonly place: PromptPlace;
  /** Entries of the pool. */
  readonly size: number;
  /** Rows of an entry. At a block the first half goes before the keys and the second before the values, so it is even. */
  readonly length: number;
  /** Entries that an image gets, one after the other. */
  readonly slots: number;
}

/**
 * A pool of prompts at one place; an image gets `slots` sums Σ mix · entry of it (`PromptMix`). As tokens, each row takes the
 * position of the first token, and the feature becomes the mean of these rows after the last norm, instead of the class token's.
 * At a block, rows stand before the keys and values as if they had left the projections; queries are as they were.
 */
export interface Prompts extends PlannedPrompts {
  /** [size, length, D]. */
  readonly pool: Float32Array;
  /** Entries that learn where prompts do; absent: all. */
  readonly learns?: EntryRange;
}

/**
 * By `promptName`, [n, slots, size]: the coefficients of a pool's entries in each slot of each image; for whole entries, `picked`.
 * Also their gradient.
 */
export type PromptMix = ReadonlyMap<string, Float32Array>;

/** `prompts`, or `blocks.N.prompts`: as of `Trainer.gradients`. */
export const promptName = (place: PromptPlace): string => (place === 'tokens' ? 'prompts' : `blocks.${place.block}.prompts`);

/** The mix [n, slots, size] of whole entries, picked by their numbers [n, slots]. Throws on a number that is none of them. */
export function picked(choice: ArrayLike<number>, size: number): Float32Array {
  const mix = new Float32Array(choice.length * size);
  for (let i = 0; i < choice.length; i++) {
    const entry = choice[i] ?? NaN;
    if (!(Number.isInteger(entry) && entry >= 0 && entry < size)) {
      throw new RangeError(`The pool of prompts has entries 0 to ${size - 1}, not ${entry}`);
    }
    mix[i * size + entry] = 1;
  }
  return mix;
}
