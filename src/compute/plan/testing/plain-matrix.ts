import type { View } from '../ops';

export type PlainBuffers = ReadonlyMap<string, Float64Array>;

/** A view into a buffer of float64 values. */
export class Matrix {
  constructor(
    readonly values: Float64Array,
    readonly offset: number,
    readonly stride: number,
  ) {}

  get(row: number, column: number): number {
    return this.values[this.offset + row * this.stride + column] ?? NaN;
  }

  set(row: number, column: number, value: number): void {
    this.values[this.offset + row * this.stride + column] = value;
  }
}

export const sumOver = (count: number, value: (i: number) => number): number => {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += value(i);
  return sum;
};

export function matrixIn(buffers: PlainBuffers, { buffer, offset, stride }: View): Matrix {
  const values = buffers.get(buffer);
  if (!values) throw new Error(`No buffer "${buffer}"`);
  return new Matrix(values, offset, stride);
}
