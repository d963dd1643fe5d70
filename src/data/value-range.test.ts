import { describe, expect, it } from 'vitest';
import { numberReader } from './npy';
import { areBytes, askRange, parseRange, toBytes, VALUE_RANGE } from './value-range';

const float = numberReader('<f4') ?? (() => NaN);
const bytesOf = (values: readonly number[], range: string, channel = (item: number) => item % 3) => [
  ...toBytes(new Uint8Array(Float32Array.from(values).buffer), float, 4, parseRange(range), channel),
];
const offered = (low: number, high: number, channels = 1) => {
  const all = (value: number) => new Array<number>(channels).fill(value);
  const picture = { width: 1, height: 1, rgb: new Uint8Array(3) };
  return askRange('"x.npy"', { low: all(low), high: all(high) }, () => picture).choice.readings.map(({ value }) => value);
};

describe('value ranges', () => {
  it('black is 0, white 255, beyond is cut', () => {
    expect(bytesOf([0, 0.5, 1, -1, 2], '0..1')).toEqual([0, 128, 255, 0, 255]);
    expect(bytesOf([-1, 0, 1], '-1..1')).toEqual([0, 128, 255]);
    expect(bytesOf([0, 127, 255], '0..255')).toEqual([0, 127, 255]);
    expect(bytesOf([-2.5e-1, 7.5e-1], '-0.25..7.5e-1')).toEqual([0, 255]);
  });

  it('standardised numbers become the bytes that they were made of, each channel by its own mean and deviation', () => {
    const [mean, std] = [
      [0.485, 0.456, 0.406],
      [0.229, 0.224, 0.225],
    ];
    const before = [0, 128, 255, 17, 99, 203];
    const standardised = before.map((byte, i) => (byte / 255 - (mean[i % 3] ?? 0)) / (std[i % 3] ?? 1));
    expect(bytesOf(standardised, 'imagenet')).toEqual(before);
  });

  it('what is no number is told', () => {
    expect(() => bytesOf([NaN], '0..1')).toThrow(/no numbers/);
  });

  it('offers the ranges that hold all numbers, never one that would cut them', () => {
    // What black and white become under ImageNet's statistics, channel by channel.
    const whole = { low: [-2.1179, -2.0357, -1.8044], high: [2.2489, 2.4286, 2.64] };
    const picture = { width: 1, height: 1, rgb: new Uint8Array(3) };
    expect(askRange('"x.npy"', whole, () => picture).choice.readings.map(({ value }) => value)).toEqual(['imagenet', '-2.1179..2.64']);
    expect(offered(0, 1)).toContain('0..1');
    expect(offered(0, 16)[0]).toBe('0..16');
    expect(offered(0, 200)[0]).toBe('0..255');
    expect(offered(-1, 1, 3)[0]).toBe('-1..1');
    expect(offered(0, 60_000)).toEqual(['0..65535', '0..60000']);
    expect(offered(-100, 100)).toEqual(['-100..100']);
  });

  it('asks of bytes where they may be marks or shades of few bits', () => {
    expect([1, 16, 31, 32, 255].map((high) => areBytes('|u1', { low: [0], high: [high] }))).toEqual([false, false, false, true, true]);
    expect(areBytes('<f4', { low: [0], high: [255] })).toBe(false);
  });

  it.each(['', '0..', '..1', '1..0', '1..1', 'nonsense', '0..1..2', '__proto__', 'toString', '0..Infinity'])('%j is no range', (text) => {
    expect(() => parseRange(text)).toThrow(/no range of brightness/);
  });

  it('answers are what links may hold', () => {
    for (const text of ['0..1', '-1..1', '-2.1179..2.64', '1e-7..3e5', 'imagenet']) expect(text).toMatch(VALUE_RANGE);
  });
});
