/** Forgetting per task now, and its average after each task. */
import { forgetting, forgettingPerTask, type AccuracyKind, type ForgettingDefinition } from '../../continual/metrics';
import type { RunRecord } from '../../session/record';
import { matrixOf } from './matrices';

export interface ForgettingSeries {
  readonly method: string;
  /** Points lost per task, as a fraction; null where unknown. Shorter than the stream by the newest task. */
  readonly perTask: readonly (number | null)[];
  /** After each task; null after the first. Worked out when it is asked for: of a long run that is the cube of its tasks. */
  readonly average: () => readonly (number | null)[];
  readonly now: number | null;
}

export function forgettingSeries(
  record: RunRecord,
  definition: ForgettingDefinition,
  kind: AccuracyKind,
  reading?: string,
): ForgettingSeries[] {
  return record.methods.map((method) => {
    const matrix = matrixOf(method, kind, reading);
    return {
      method: method.id,
      perTask: forgettingPerTask(matrix, definition),
      average: () => matrix.map((row, i) => (row === null ? null : forgetting(matrix, definition, i))),
      now: forgetting(matrix, definition),
    };
  });
}
