import type { View } from '../ops';

export type PlainBuffers = ReadonlyMap<string, Float64Array>;

export interface Matrix {
  get(row: number, column: number): number;
  set(row: number, column: number, value: number): void;
}

export const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
export const sumOver = (count: number, value: (i: number) => number): number => {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += value(i);
  return sum;
};

export function matrixIn(buffers: PlainBuffers, { buffer, offset, stride }: View): Matrix {
  const values = buffers.get(buffer);
  if (!values) throw new Error(`No buffer "${buffer}"`);
  return {
    get: (row, column) => values[offset + row * stride + column] ?? NaN,
    set: (row, column, value) => {
      values[offset + row * stride + column] = value;
    },
  };
}

export function vectorIn(buffers: PlainBuffers, view: View): (i: number) => number {
  const one = matrixIn(buffers, view);
  return (i) => one.get(0, i);
}
