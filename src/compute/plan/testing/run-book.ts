import type { DeviceBuffer, Executor } from '../executor';
import { BATCH, MAX_BATCH, type CaseBook } from './case-book';
import { runPlain } from './plain-ops';

export interface BookRun {
  readonly found: ReadonlyMap<string, Float32Array>;
  /** By float64 loops. */
  readonly expected: ReadonlyMap<string, Float64Array>;
}

/** Runs a book of cases as one program on an executor and in plain loops: what every buffer then holds. */
export async function runBook(executor: Executor, book: Pick<CaseBook, 'cases' | 'specs' | 'values' | 'halves'>): Promise<BookRun> {
  const expected = new Map<string, Float64Array>();
  const buffers = new Map<string, DeviceBuffer>();
  const inputs = new Map<string, Float32Array | Int32Array | Uint8Array>();
  for (const { name, role, type, size } of book.specs.values()) {
    const values = book.values.get(name) ?? new Float32Array();
    expected.set(name, Float64Array.from(values));
    if (role === 'input') {
      inputs.set(name, values);
      continue;
    }
    const created = executor.create(book.halves.has(name) ? 'f16' : type, size.fixed);
    executor.write(created, values);
    buffers.set(name, created);
  }
  const ops = book.cases.flatMap((one) => one.ops);
  await executor.run({ program: { ops, buffers: book.specs, maxBatch: MAX_BATCH }, batch: BATCH, buffers, inputs, results: [] });
  const found = new Map<string, Float32Array>();
  for (const [name, created] of buffers) found.set(name, await executor.read(created));
  for (const op of ops) runPlain(op, expected, BATCH);
  return { found, expected };
}
