/**
 * What numbers stand for black and white. Bytes say it themselves; of other numbers nobody can tell by their largest, so
 * their owner is asked, with a picture of each reading.
 */
import { said, type Fact, type Sentence } from '../common/said';
import { DataError } from './errors';
import type { NumberAt } from './npy';
import type { RgbImage } from './rgb-image';
import { DataQuestion, type Reading } from './understood';

/** Numbers of black and white, per channel; one for all, or three. */
export interface ValueRange {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** Least and largest finite number of each channel. */
export type Extent = ValueRange;

const STANDARDISED: Readonly<
  Record<string, { readonly title: string; readonly mean: readonly number[]; readonly std: readonly number[] }>
> = {
  imagenet: { title: "ImageNet's", mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  clip: { title: "CLIP's", mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711] },
  cifar10: { title: "CIFAR-10's", mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616] },
  cifar100: { title: "CIFAR-100's", mean: [0.5071, 0.4865, 0.4409], std: [0.2673, 0.2564, 0.2762] },
  mnist: { title: "MNIST's", mean: [0.1307], std: [0.3081] },
};
const USUAL = ['0..1', '-1..1', '0..255', '0..15', '0..16', '0..4095', '0..65535'];

const NUMBER = String.raw`-?\d+(?:\.\d+)?(?:e[+-]?\d+)?`;
/** An answer as it stands in the experiment: "0..1", "-2.1..2.6", or whose mean and deviation the numbers were standardised by. */
export const VALUE_RANGE = new RegExp(`^(${Object.keys(STANDARDISED).join('|')}|${NUMBER}\\.\\.${NUMBER})$`);

/** Throws DataError where it is none. */
export function parseRange(text: string): ValueRange {
  const known = Object.hasOwn(STANDARDISED, text) ? STANDARDISED[text] : undefined;
  if (known !== undefined) {
    const at = (brightness: number) => known.mean.map((mean, channel) => (brightness - mean) / (known.std[channel] ?? 1));
    return { low: at(0), high: at(1) };
  }
  const [low = NaN, high = NaN] = text.split('..').map(Number);
  if (VALUE_RANGE.test(text) && low < high) return { low: [low], high: [high] };
  throw new DataError(
    said`"${text}" is no range of brightness. It looks like 0..1 or -1..1, or is one of ${Object.keys(STANDARDISED).join(', ')}.`,
    'stream.valueRange',
  );
}

export const BYTES: ValueRange = { low: [0], high: [255] };
/** Bytes of which none is larger may be marks, or shades of fewer bits. */
const DARKEST = 31;

const of = (list: readonly number[], channel: number) => list[channel % list.length] ?? 0;

/** A row of numbers as bytes; `channelOf` tells the channel of an item. Throws DataError on what is no number. */
export function toBytes(
  row: Uint8Array,
  read: NumberAt,
  itemBytes: number,
  range: ValueRange,
  channelOf: (item: number) => number,
): Uint8Array {
  const view = new DataView(row.buffer, row.byteOffset, row.byteLength);
  const bytes = new Uint8Array(Math.floor(row.length / itemBytes));
  for (let i = 0; i < bytes.length; i++) {
    const value = read(view, i * itemBytes);
    if (Number.isNaN(value)) throw new DataError(said`it holds values that are no numbers (NaN)`);
    const channel = channelOf(i);
    const [low, high] = [of(range.low, channel), of(range.high, channel)];
    bytes[i] = Math.min(255, Math.max(0, Math.round((255 * (value - low)) / (high - low))));
  }
  return bytes;
}

/** Over several arrays: those of training and test were made alike. */
export function together(extents: readonly Extent[]): Extent {
  const channels = Math.max(1, ...extents.map(({ low }) => low.length));
  const each = (pick: (extent: Extent, channel: number) => number, best: (...values: number[]) => number) =>
    Array.from({ length: channels }, (_, channel) => best(...extents.map((extent) => pick(extent, channel))));
  return { low: each(({ low }, channel) => of(low, channel), Math.min), high: each(({ high }, channel) => of(high, channel), Math.max) };
}

/** True where numbers need not be asked for: bytes that reach beyond what a few bits hold. */
export const areBytes = (dtype: string, { high }: Extent) => dtype.endsWith('u1') && Math.max(...high) > DARKEST;

/** How far a range reaches beyond the numbers, in parts of itself; null where numbers lie outside of it. */
function slack(range: ValueRange, extent: Extent): number | null {
  let most = 0;
  for (const [channel, low] of extent.low.entries()) {
    const [from, to] = [of(range.low, channel), of(range.high, channel)];
    const high = of(extent.high, channel);
    // Rounding on the way; measured by the numbers, not by the range, which may be a thousand times as wide.
    const tolerance = 2e-3 * Math.min(to - from, high - low);
    if (low < from - tolerance || high > to + tolerance) return null;
    most = Math.max(most, 1 - (high - low) / (to - from));
  }
  return most;
}

const short = (value: number) => String(Number(value.toPrecision(6)));
const MOST = 4;

function readings(extent: Extent): { readonly value: string; readonly shows: Sentence }[] {
  const channels = extent.low.length;
  const standard = Object.keys(STANDARDISED).filter((name) => (STANDARDISED[name]?.mean.length === 3) === (channels === 3));
  const fitting = [...USUAL, ...standard]
    .flatMap((value) => {
      const found = slack(parseRange(value), extent);
      return found === null ? [] : [{ value, slack: found }];
    })
    .sort((a, b) => a.slack - b.slack)
    .slice(0, MOST);
  const own = `${short(Math.min(...extent.low))}..${short(Math.max(...extent.high))}`;
  const values = [
    ...new Set([...fitting.map(({ value }) => value), ...(VALUE_RANGE.test(own) && extent.low[0] !== extent.high[0] ? [own] : [])]),
  ];
  return values.map((value) => {
    const known = STANDARDISED[value];
    const [low = '', high = ''] = value.split('..');
    return {
      value,
      shows:
        known === undefined
          ? said`${low} is black, ${high} is white${value === own ? said` (the least and the largest number)` : ''}`
          : said`standardised by ${known.title} mean and deviation`,
    };
  });
}

/** `show`: a picture under a range, of an image that tells. */
export function askRange(what: Fact, extent: Extent, show: (range: ValueRange) => RgbImage): DataQuestion {
  const offered: Reading[] = readings(extent).map((reading) => ({ ...reading, picture: show(parseRange(reading.value)) }));
  return new DataQuestion({
    field: 'valueRange',
    asks: said`${what} holds numbers from ${short(Math.min(...extent.low))} to ${short(Math.max(...extent.high))}, not bytes from 0 to 255: which of them are black and white?`,
    chosen: null,
    readings: offered,
  });
}
