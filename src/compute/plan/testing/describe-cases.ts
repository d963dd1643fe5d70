import { afterAll, beforeAll, describe, it } from 'vitest';
import { expectClose } from '../../testing/compare';
import type { DeviceBuffer, Executor } from '../executor';
import { accessOf } from '../views';
import { BATCH, MAX_BATCH, type CaseBook } from './case-book';
import { runPlain } from './plain-ops';

/** Runs a book of cases as one program on an executor, and compares what every case wrote with float64 loops. */
export function describeCases(name: string, open: () => Promise<Executor>, book: CaseBook, tolerance = 2e-6): void {
  describe(name, () => {
    const found = new Map<string, Float32Array>();
    const expected = new Map<string, Float64Array>();
    let executor: Executor | undefined;

    beforeAll(async () => {
      executor = await open();
      const buffers = new Map<string, DeviceBuffer>();
      const inputs = new Map<string, Float32Array | Int32Array | Uint8Array>();
      for (const { name: buffer, role, type, size } of book.specs.values()) {
        const values = book.values.get(buffer) ?? new Float32Array();
        expected.set(buffer, Float64Array.from(values));
        if (role === 'input') {
          inputs.set(buffer, values);
          continue;
        }
        const created = executor.create(book.halves.has(buffer) ? 'f16' : type, size.fixed);
        executor.write(created, values);
        buffers.set(buffer, created);
      }
      const ops = book.cases.flatMap((one) => one.ops);
      const program = { ops, buffers: book.specs, maxBatch: MAX_BATCH };
      await executor.run({ program, batch: BATCH, buffers, inputs, results: [] });
      for (const [buffer, created] of buffers) found.set(buffer, await executor.read(created));
      for (const op of ops) runPlain(op, expected, BATCH);
    }, 300_000);
    afterAll(() => executor?.dispose());

    it.each(book.cases.map((one) => [one.name, one.ops] as const))('%s', (_, ops) => {
      // Whole buffers: whatever lies beside what the operation should write must be as it was.
      for (const buffer of new Set(ops.flatMap((op) => accessOf(op).writes))) {
        if (!book.opaque.has(buffer)) expectClose(found.get(buffer), expected.get(buffer) ?? [], tolerance, buffer);
      }
    });
  });
}
