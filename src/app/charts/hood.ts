/** InfLoRA's view of its own memory, from the diagnostics in the record. */
import type { MethodId } from '../../session/experiment';
import type { RunRecord, TaskResult } from '../../session/record';
import { methodRun } from './matrices';

/** Methods of the record that carry diagnostics. */
export function methodsWithMemory(record: RunRecord): MethodId[] {
  return record.methods.filter((method) => method.results.some((result) => result.diagnostics !== null)).map((method) => method.id);
}

function newest(record: RunRecord, id: MethodId): TaskResult | undefined {
  return methodRun(record, id)?.results.findLast((result) => result.diagnostics !== null);
}

export interface LayerMeter {
  readonly layer: number;
  readonly type: 'remove' | 'retain';
  /** Columns that are stored. */
  readonly stored: number;
  readonly of: number;
  /** Directions that old tasks occupy: the stored ones, or all but the stored ones. */
  readonly occupied: number;
  readonly freeRank: number;
}

export interface MemoryState {
  readonly task: number;
  readonly threshold: number;
  readonly layers: readonly LayerMeter[];
}

/** DualGPM after the newest task; null before there is any. */
export function memoryState(record: RunRecord, id: MethodId): MemoryState | null {
  const result = newest(record, id);
  if (result?.diagnostics == null) return null;
  return {
    task: result.task,
    threshold: result.diagnostics.threshold,
    layers: result.diagnostics.layers.map((layer, i) => ({
      layer: i,
      type: layer.type,
      stored: layer.dimension,
      of: layer.of,
      occupied: layer.type === 'remove' ? layer.dimension : layer.of - layer.dimension,
      freeRank: layer.freeRank,
    })),
  };
}

export interface PairValue {
  readonly task: number;
  readonly old: number;
  readonly value: number;
  /** Largest over layers (leakage) or smallest over layers (angles): the worst place. */
  readonly worst: number;
}

function overPairs(record: RunRecord, id: MethodId, pick: (layer: number, old: number, result: TaskResult) => [number, number] | null) {
  const results = methodRun(record, id)?.results ?? [];
  return results.flatMap((result) => {
    const layers = result.diagnostics?.layers ?? [];
    return Array.from({ length: result.task }, (_, old) =>
      layers.flatMap((_layer, l) => [pick(l, old, result)]).filter((v) => v !== null),
    ).map((values, old) => ({ task: result.task, old, values }));
  });
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Leakage of each update onto each older task: mean and worst over layers. */
export function leakage(record: RunRecord, id: MethodId): PairValue[] {
  return overPairs(record, id, (l, old, result) => {
    const value = result.diagnostics?.layers[l]?.leakage[old];
    return value === undefined ? null : [value, value];
  }).flatMap(({ task, old, values }) =>
    values.length === 0 ? [] : [{ task, old, value: mean(values.map(([v]) => v)), worst: Math.max(...values.map(([, w]) => w)) }],
  );
}

/** Principal angles between each update's subspace and each older one's, degrees: mean, and the smallest of any layer. */
export function angles(record: RunRecord, id: MethodId): PairValue[] {
  return overPairs(record, id, (l, old, result) => {
    const value = result.diagnostics?.layers[l]?.angles[old];
    return value === undefined ? null : [value.mean, value.smallest];
  }).flatMap(({ task, old, values }) =>
    values.length === 0 ? [] : [{ task, old, value: mean(values.map(([v]) => v)), worst: Math.min(...values.map(([, w]) => w)) }],
  );
}
