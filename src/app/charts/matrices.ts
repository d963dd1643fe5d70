/** Accuracy matrices of a record, one per method. */
import { accuracyMatrix, type AccuracyKind, type AccuracyMatrix } from '../../continual/metrics';
import { findDefinition } from '../../continual/registry';
import { readBy } from '../../session/read-by';
import type { MethodRun, RunRecord } from '../../session/record';

/** By one read-off (the method's own unless told); no rows for a method without it. */
export function matrixOf(method: Pick<MethodRun, 'results'>, kind: AccuracyKind, reading?: string): AccuracyMatrix {
  return accuracyMatrix(readBy(method, reading), kind);
}

export function methodRun(record: RunRecord, id: string): MethodRun | undefined {
  return record.methods.find((method) => method.id === id);
}

/** What trains on all tasks together is judged once, at the end: it has no course over the tasks, only a level. */
export function isLevel({ id }: Pick<MethodRun, 'id'>, tasks: number): boolean {
  return findDefinition(id)?.trainsOn === 'all' && tasks > 1;
}

export interface MatrixCell {
  readonly after: number;
  readonly on: number;
  /** Null: not learned yet, or not measured. */
  readonly accuracy: number | null;
  readonly diagonal: boolean;
}

/** All cells [tasks x tasks] of the heat map, row by row. */
export function matrixCells(record: RunRecord, id: string, kind: AccuracyKind, reading?: string): MatrixCell[][] {
  const method = methodRun(record, id);
  const matrix = method === undefined ? [] : matrixOf(method, kind, reading);
  const tasks = record.stream.tasks.map((_, i) => i);
  return tasks.map((after) => tasks.map((on) => ({ after, on, accuracy: matrix[after]?.[on] ?? null, diagonal: after === on })));
}
