import { seeded } from '../../testing/random';
import { ProgramBuilder } from '../../plan/builder';
import type { DeviceBuffer } from '../../plan/executor';
import { fixed, type Op, type View } from '../../plan/ops';
import type { WasmExecutor } from '../executor';

/** A row-major matrix in float64, as the loops that judge the kernels see it. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

/** Float32 values, so that kernel and judge start from the same numbers. */
export function randomMatrix(seed: number, rows: number, columns: number): Matrix {
  const random = seeded(seed);
  return { rows, columns, data: Float64Array.from({ length: rows * columns }, () => Math.fround(random() * 2 - 1)) };
}

export function at({ data, columns }: Matrix, row: number, column: number): number {
  const value = data[row * columns + column];
  if (value === undefined || column >= columns) throw new RangeError(`No element ${row}, ${column}`);
  return value;
}

export function matrixFrom(rows: number, columns: number, value: (row: number, column: number) => number): Matrix {
  return { rows, columns, data: Float64Array.from({ length: rows * columns }, (_, i) => value(Math.floor(i / columns), i % columns)) };
}

/** Columns beyond the matrix, so that a kernel that writes too far is caught. */
const MARGIN = 3;
const UNTOUCHED = 1234.5;

/**
 * Runs one operation. `inputs` are uploaded with a row stride larger than their width; `outputs` start as sentinels
 * around and zeros inside (or as an input of the same name), and come back as matrices. Throws on a touched sentinel.
 */
export async function runOp(
  executor: WasmExecutor,
  batch: number,
  inputs: Readonly<Record<string, Matrix>>,
  outputs: Readonly<Record<string, readonly [rows: number, columns: number]>>,
  build: (view: (name: string) => View) => Op,
): Promise<Record<string, Matrix>> {
  const builder = new ProgramBuilder(batch);
  const buffers = new Map<string, DeviceBuffer>();
  const views = new Map<string, View>();
  const shapes = new Map<string, readonly [number, number]>(Object.entries(outputs));
  for (const [name, { rows, columns }] of Object.entries(inputs)) if (!shapes.has(name)) shapes.set(name, [rows, columns]);
  for (const [name, [rows, columns]] of shapes) {
    const stride = columns + MARGIN;
    const values = new Float32Array(rows * stride + MARGIN).fill(UNTOUCHED);
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++) values[MARGIN + r * stride + c] = inputs[name]?.data[r * columns + c] ?? 0;
    builder.declare(name, 'trainer', fixed(values.length));
    const buffer = executor.create('f32', values.length);
    executor.write(buffer, values);
    buffers.set(name, buffer);
    views.set(name, { buffer: name, offset: MARGIN, stride });
  }
  builder.push(
    build((name) => {
      const view = views.get(name);
      if (!view) throw new Error(`The test has no matrix "${name}"`);
      return view;
    }),
  );
  await executor.run({ program: builder.program(), batch, buffers, inputs: new Map(), results: [] });
  const results: Record<string, Matrix> = {};
  for (const [name, [rows, columns]] of Object.entries(outputs)) {
    const buffer = buffers.get(name);
    if (!buffer) continue;
    const values = await executor.read(buffer);
    const stride = columns + MARGIN;
    values.forEach((value, i) => {
      const inside = i >= MARGIN && (i - MARGIN) % stride < columns;
      if (!inside && value !== UNTOUCHED) throw new Error(`"${name}" was written outside its ${rows} x ${columns}, at ${i}`);
    });
    results[name] = matrixFrom(rows, columns, (r, c) => values[MARGIN + r * stride + c] ?? NaN);
  }
  for (const buffer of buffers.values()) executor.destroy(buffer);
  return results;
}
