import { afterAll, beforeAll, describe, it } from 'vitest';
import { expectClose } from '../../testing/compare';
import type { Executor } from '../executor';
import { accessOf } from '../views';
import type { CaseBook } from './case-book';
import { runBook, type BookRun } from './run-book';

/** Runs a book of cases as one program on an executor, and compares what every case wrote with float64 loops. */
export function describeCases(name: string, open: () => Promise<Executor>, book: CaseBook, tolerance = 2e-6): void {
  describe(name, () => {
    let run: BookRun | undefined;
    let executor: Executor | undefined;

    beforeAll(async () => {
      executor = await open();
      run = await runBook(executor, book);
    }, 300_000);
    afterAll(() => executor?.dispose());

    it.each(book.cases.map((one) => [one.name, one.ops] as const))('%s', (_, ops) => {
      // Whole buffers: whatever lies beside what the operation should write must be as it was.
      for (const buffer of new Set(ops.flatMap((op) => accessOf(op).writes))) {
        if (!book.opaque.has(buffer)) expectClose(run?.found.get(buffer), run?.expected.get(buffer) ?? [], tolerance, buffer);
      }
    });
  });
}
