/** What needs no training at all, beside the run's first contestant: of this very run, once both are drawn to the end. */
import { averageAccuracy, lastRow, type AccuracyKind } from '../../continual/metrics';
import { findDefinition } from '../../continual/registry';
import type { RunRecord } from '../../session/record';
import { matrixOf } from './matrices';

/** Average accuracy of a method over all tasks at the end, 0..1. */
export interface Level {
  readonly id: string;
  readonly final: number;
}

export interface Floor {
  /** The best method that only marks a floor. */
  readonly floor: Level;
  /** The first of the run that is more than a bound or a floor. */
  readonly contestant: Level;
}

const roleOf = (id: string) => findDefinition(id)?.role ?? 'contestant';

/** null while either has not learned all tasks, or cannot be read this way. Pure. */
export function floorOf({ methods, stream }: RunRecord, kind: AccuracyKind, reading?: string): Floor | null {
  const levelOf = (method: RunRecord['methods'][number] | undefined): Level[] => {
    const matrix = method === undefined ? [] : matrixOf(method, kind, reading);
    const final = lastRow(matrix) === stream.tasks.length - 1 ? averageAccuracy(matrix) : null;
    return method === undefined || final === null ? [] : [{ id: method.id, final }];
  };
  const [contestant] = levelOf(methods.find(({ id }) => roleOf(id) === 'contestant'));
  const [floor] = methods
    .filter(({ id }) => roleOf(id) === 'floor')
    .flatMap(levelOf)
    .sort((a, b) => b.final - a.final);
  return floor && contestant ? { floor, contestant } : null;
}
