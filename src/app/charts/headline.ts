/** The big numbers of each method. */
import { averageAccuracy, forgetting, lastRow, type ForgettingDefinition } from '../../continual/metrics';
import type { RunRecord } from '../../session/record';
import { matrixOf } from './matrices';

export interface Headline {
  readonly method: string;
  readonly averageAccuracy: number | null;
  readonly forgetting: number | null;
  readonly taskKnown: number | null;
  /** Tasks learned so far by this method. */
  readonly tasks: number;
  readonly failure: string | null;
}

export function headlines(record: RunRecord, definition: ForgettingDefinition, reading?: string): Headline[] {
  return record.methods.map((method) => {
    const matrix = matrixOf(method, 'classIncremental', reading);
    return {
      method: method.id,
      averageAccuracy: averageAccuracy(matrix),
      forgetting: forgetting(matrix, definition),
      taskKnown: averageAccuracy(matrixOf(method, 'taskAware', reading)),
      tasks: lastRow(matrix) + 1,
      failure: method.failure,
    };
  });
}
