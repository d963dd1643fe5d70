import { SaidError, said } from '../../common/said';
import { prefixTokens, type VitConfig } from '../../vit/config';
import { promptName, type EntryRange, type PromptMix, type Prompts } from '../prompts';
import type { View } from './ops';

/** Where a pool lies in the flat `prompts` buffer. */
export interface PromptPool {
  readonly name: string;
  /** Null: tokens. */
  readonly block: number | null;
  readonly size: number;
  readonly length: number;
  readonly slots: number;
  readonly learns: EntryRange;
  /** [size, length · D]. */
  readonly view: View;
}

export interface PromptLayout {
  readonly pools: readonly PromptPool[];
  /** Floats of all pools. */
  readonly total: number;
}

export const NO_PROMPTS: PromptLayout = { pools: [], total: 0 };

const whole = (value: number): boolean => Number.isInteger(value) && value >= 1;

/** Lays out prompts. Throws naming the place whose sizes do not fit, and a place that is named twice. */
export function promptLayout(config: VitConfig, prompts: readonly Prompts[]): PromptLayout {
  let total = 0;
  const pools = prompts.map(({ place, size, length, slots, pool, learns = { from: 0, to: size } }): PromptPool => {
    const name = promptName(place);
    const block = place === 'tokens' ? null : place.block;
    if (block !== null && !(Number.isInteger(block) && block >= 0 && block < config.depth)) {
      throw new RangeError(`The prompts at block ${block}: the model has blocks 0 to ${config.depth - 1}`);
    }
    if (block === null && prefixTokens(config) === 0)
      throw new SaidError(said`Prompts as tokens stand behind a class token; this model has none`);
    if (![size, length, slots].every(whole)) {
      throw new RangeError(`"${name}" has ${size} entries of ${length} rows in ${slots} slots; each must be a whole number from 1`);
    }
    if (block !== null && length % 2 > 0) {
      throw new RangeError(`"${name}": ${length} rows cannot be halved; one half goes before the keys, the other before the values`);
    }
    const width = length * config.dim;
    if (pool.length !== size * width) {
      throw new RangeError(`"${name}" has ${pool.length} values, expected ${size} x ${length} x ${config.dim}`);
    }
    if (!(learns.from >= 0 && learns.to >= learns.from && learns.to <= size)) {
      throw new RangeError(`"${name}" is to learn entries ${learns.from} to ${learns.to} of ${size}`);
    }
    const view = { buffer: 'prompts', offset: total, stride: width };
    total += Math.ceil(pool.length / 4) * 4;
    return { name, block, size, length, slots, learns, view };
  });
  const twice = pools.find(({ name }, i) => pools.slice(0, i).some((other) => other.name === name));
  if (twice) throw new Error(`"${twice.name}" is named twice; a place has one pool`);
  return { pools, total };
}

/** Throws where a pool lacks its coefficients, or they are of another number or no numbers. */
export function checkMix({ pools }: PromptLayout, mix: PromptMix | undefined, count: number): void {
  const stranger = [...(mix?.keys() ?? [])].find((name) => pools.every((pool) => pool.name !== name));
  if (stranger !== undefined) throw new Error(`The images come with a mix of "${stranger}"; no prompts of that name are attached`);
  for (const { name, slots, size } of pools) {
    const values = mix?.get(name);
    if (!values) throw new Error(`The model has prompts "${name}", but these images come with no mix of them`);
    if (values.length !== count * slots * size) {
      throw new RangeError(`The mix of "${name}" has ${values.length} values, expected ${count} x ${slots} x ${size}`);
    }
    if (!values.every(Number.isFinite)) throw new RangeError(`The mix of "${name}" holds what is no number`);
  }
}

/** The part of a mix that belongs to `count` images from `first` on. */
export function mixOf({ pools }: PromptLayout, mix: PromptMix, first: number, count: number): [string, Float32Array][] {
  return pools.map(({ name, slots, size }) => {
    const each = slots * size;
    return [mixInput(name), (mix.get(name) ?? new Float32Array()).subarray(first * each, (first + count) * each)];
  });
}

/** Name of the input that holds a pool's mix. */
export const mixInput = (name: string): string => `mix.${name}`;
