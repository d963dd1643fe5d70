import { describe, expect, it } from 'vitest';
import { halfToNumber } from './dtype';
import { areHalves, fromHalves, toHalves } from './halves';

const all = Uint16Array.from({ length: 65536 }, (_, i) => i);
const isNumber = (bits: number): boolean => (bits & 0x7c00) !== 0x7c00;

describe('halves', () => {
  it('come back from float32 as they were, subnormals, zeros of both signs and infinities included', () => {
    const back = toHalves(fromHalves(all));
    expect([...back].every((bits, i) => bits === i || ((i & 0x7c00) === 0x7c00 && (i & 0x3ff) !== 0))).toBe(true);
    expect(Number.isNaN(fromHalves(toHalves(Float32Array.of(NaN)))[0])).toBe(true);
  });

  it('are the nearest, ties to even, between any two neighbours', () => {
    for (let bits = 0; bits < 0x7bff; bits++) {
      const [low, high] = [halfToNumber(bits), halfToNumber(bits + 1)];
      const [tie, step] = [(low + high) / 2, high - low];
      const even = bits & 1 ? bits + 1 : bits;
      const found = toHalves(Float32Array.of(tie, -tie, tie - step / 512, tie + step / 512));
      // One failure says more than thirty thousand expectations.
      if (found[0] !== even || found[1] !== (even | 0x8000) || found[2] !== bits || found[3] !== bits + 1) {
        expect({ bits, found: [...found] }).toEqual({ bits, found: [even, even | 0x8000, bits, bits + 1] });
      }
    }
  });

  it('of what is too large are infinite, and of what is too small zero', () => {
    expect([...fromHalves(toHalves(Float32Array.of(65504, 65519, 65520, -1e30, 2 ** -25, -(2 ** -24))))]).toEqual([
      ...[65504, 65504, Infinity, -Infinity, 0, -(2 ** -24)],
    ]);
  });

  it('are told from other numbers', () => {
    expect(areHalves(fromHalves(all.filter(isNumber)))).toBe(true);
    for (const value of [1 + 2 ** -11, 2 ** -25, 65520, Infinity, NaN, 0.1]) expect(areHalves(Float32Array.of(0.5, value))).toBe(false);
  });
});
