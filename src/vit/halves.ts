/** float32 values as IEEE 754 binary16 and back. */
import { halves } from './dtype';

/** From here on a magnitude rounds to infinity. */
const TOO_LARGE = 65520;
/** Bits of the least float32 that is a normal half, 2^-14, and of the largest that rounds to zero, 2^-25. */
const LEAST_NORMAL = 0x38800000;
const VANISHING = 0x33000000;

/** Bits of the half nearest to the float32 with these bits, ties to even. NaN stays NaN. */
function halfOf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude >= LEAST_NORMAL) return sign | roundedShift(magnitude - 0x38000000, 13);
  if (magnitude <= VANISHING) return sign;
  return sign | roundedShift((magnitude & 0x7fffff) | 0x800000, 126 - (magnitude >>> 23));
}

/** value / 2^by, rounded to the nearest whole number, ties to even. A carry into the exponent is what it should be. */
function roundedShift(value: number, by: number): number {
  const whole = value >>> by;
  const rest = value & ((1 << by) - 1);
  const tie = 1 << (by - 1);
  return whole + (rest > tie || (rest === tie && (whole & 1) === 1) ? 1 : 0);
}

/** The nearest halves. Values from 65520 on become infinite. */
export function toHalves(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const out = new Uint16Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = halfOf(bits[i] ?? 0);
  return out;
}

export function fromHalves(from: Uint16Array): Float32Array<ArrayBuffer> {
  const table = halves();
  const out = new Float32Array(from.length);
  for (let i = 0; i < out.length; i++) out[i] = table[from[i] ?? 0] ?? NaN;
  return out;
}

/** Whether every value is exactly a finite half, as those of a file in half precision are; ends at the first that is not. */
export function areHalves(values: Float32Array): boolean {
  const table = halves();
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN;
    if (!(Math.abs(value) < TOO_LARGE) || table[halfOf(bits[i] ?? 0)] !== value) return false;
  }
  return true;
}
