import { describe, expect, it } from 'vitest';
import { share } from '../format';
import type { MethodRun, RunRecord, TaskResult } from '../../session/record';
import { syntheticRecord } from '../testing/synthetic-record';
import {
  driftNow,
  measuredUntil,
  ratioWords,
  sharesByMap,
  sharesByPair,
  sharesInWords,
  sharesOverall,
  unmeasured,
  VERDICTS,
  verdictOf,
  weightDriftNow,
} from './interference';
import { sayInterference } from '../figures/interference-bars';
import { driftGrids, mapsGrid, pairsGrid } from '../figures/interference-grids';
import { en } from '../text/en';
import { anglePairs, memoryHistory, methodsWithSubspaces, thresholdWords } from './subspaces';

type Interference = TaskResult['interference'];
const read = { classIncremental: [], taskAware: [], predicted: [] };
const resultOf = (task: number, interference: Interference, drift: readonly number[] = []): TaskResult => ({
  ...{ task, readings: { own: read, ridge: read }, seconds: {}, kept: [], subspaces: null, interference, drift: [...drift] },
});
const map = (block: number, target: string, old: (number | null)[], fresh: number | null, random: (number | null)[]) => ({
  ...{ block, target, old, new: fresh, random },
});
const methodOf = (id: string, ...results: TaskResult[]): MethodRun => ({ id, title: id, results, losses: [], failure: null });

/** Three tasks, two maps: shares that are told by hand below. */
const run = methodOf(
  'inflora',
  resultOf(0, { images: 10, maps: [map(0, 'k', [], 0.5, []), map(0, 'v', [], 0.7, [])], weightDrift: [0.1] }),
  resultOf(1, { images: 10, maps: [map(0, 'k', [0.02], 0.1, [0.03]), map(0, 'v', [0.04], 0.3, [0.05])], weightDrift: [0.2] }, [0.5]),
  resultOf(
    2,
    { images: 10, maps: [map(0, 'k', [0.06, 0.08], 0.2, [0.1, 0.1]), map(0, 'v', [null, 0.1], null, [null, 0.2])], weightDrift: [0.3] },
    [0.6, 0.4],
  ),
);

describe('interference', () => {
  it('is the mean over maps for each update and each older task', () => {
    const pairs = sharesByPair(run);
    expect(pairs.map(({ task, oldTask }) => `${task}${oldTask}`)).toEqual(['10', '20', '21']);
    // (0.02 + 0.04) / 2 beside (0.1 + 0.3) / 2.
    expect(pairs[0]?.old).toBeCloseTo(0.03, 12);
    expect(pairs[0]?.fresh).toBeCloseTo(0.2, 12);
    expect(pairs[0]?.random).toBeCloseTo(0.04, 12);
    expect(pairs[0]?.ratio).toBeCloseTo(0.15, 12);
    // Where one map is not known, the other tells.
    expect(pairs[1]).toMatchObject({ old: 0.06, fresh: 0.2, random: 0.1 });
    expect(pairs[1]?.ratio).toBeCloseTo(0.3, 12);
    expect(pairs[2]?.old).toBeCloseTo(0.09, 12);
  });

  it('leaves the first task out, whose update has nothing old to change', () => {
    // By hand: old (0.02 + 0.04 + 0.06 + 0.08 + 0.1) / 5, new (0.1 + 0.3 + 0.2) / 3.
    const all = sharesOverall(run);
    expect(all?.old).toBeCloseTo(0.06, 12);
    expect(all?.fresh).toBeCloseTo(0.2, 12);
    expect(all?.ratio).toBeCloseTo(0.3, 12);
    const [k, v] = sharesByMap(run);
    expect([k?.block, k?.target, v?.target]).toEqual([0, 'k', 'v']);
    // k: old (0.02 + 0.06 + 0.08) / 3, new (0.1 + 0.2) / 2.
    expect(k?.old).toBeCloseTo(0.16 / 3, 12);
    expect(k?.fresh).toBeCloseTo(0.15, 12);
  });

  it('of a record of schema 1 is the ratio alone', () => {
    const maps = [
      { ...map(0, 'kv', [], null, []), ratio: [0.43] },
      { ...map(1, 'kv', [], null, []), ratio: [0.85] },
    ];
    const earlier = methodOf('inflora', resultOf(0, null), resultOf(1, { images: 0, maps, weightDrift: [] }));
    expect(sharesByPair(earlier)).toEqual([{ task: 1, oldTask: 0, old: null, fresh: null, random: null, ratio: 0.64 }]);
    expect(sharesOverall(earlier)?.ratio).toBe(0.64);
    expect(weightDriftNow(earlier)).toEqual([]);
  });

  it('is put in words that the ratio bears out', () => {
    expect([0, 0.104, 0.11, 0.43, 0.504, 0.51, 0.85, 1, 1.2, 1.3].map(verdictOf)).toEqual([
      ...['spares', 'spares', 'little', 'little', 'little', 'less', 'alike', 'alike', 'alike', 'more'],
    ]);
    expect(ratioWords(0.504)).toBe('0.5');
    expect(sharesInWords(en, { old: 0.0213, fresh: 0.0435, random: null, ratio: 0.0213 / 0.0435 })).toBe(
      '2.1 % of the old outputs, 4.3 % of the new ones, old / new 0.49; random directions – %',
    );
    expect(sharesInWords(en, { old: null, fresh: null, random: null, ratio: 0.64 })).toBe('old / new 0.64');
    const bounds = VERDICTS.map(([, most]) => most);
    expect(bounds).toEqual([...bounds].sort((a, b) => a - b));
  });

  it('comes with what drifted: features of old tasks, weights of blocks', () => {
    expect(driftNow(run)).toEqual([0.6, 0.4]);
    expect(weightDriftNow(run)).toEqual([0.3]);
    expect(driftNow(methodOf('inflora'))).toEqual([]);
  });
});

describe('where interference was not measured', () => {
  const base = syntheticRecord({ tasks: 3, methods: ['inflora', 'nearest-mean', 'joint'] });
  const recordWith = (method: MethodRun, interference?: 'off'): RunRecord => ({
    ...base,
    experiment: { ...base.experiment, ...(interference && { interference }) },
    methods: [method],
  });
  const why = (method: MethodRun, interference?: 'off') => unmeasured(recordWith(method, interference), method);
  const past = [resultOf(0, null), resultOf(1, null, [0.1])];

  it('says which reason it was', () => {
    expect(why(run)).toBeNull();
    expect(why(methodOf('inflora', ...past), 'off')).toBe('off');
    expect(why(methodOf('inflora', ...past))).toBe('budget');
    expect(why(methodOf('nearest-mean', ...past))).toBe('changes-nothing');
    expect(why(methodOf('joint', resultOf(2, null, [0, 0])))).toBe('once');
    expect(why(methodOf('inflora', resultOf(0, null)))).toBe('waiting');
  });

  it('knows records of a time when only InfLoRA was looked into', () => {
    const ownOnly = (task: number): TaskResult => ({ ...resultOf(task, null), readings: { own: read } });
    expect(why(methodOf('full-fine-tuning', ownOnly(0), ownOnly(1)))).toBe('not-then');
  });

  it('tells up to where the budget reached', () => {
    expect(measuredUntil(run)).toBeNull();
    expect(measuredUntil(methodOf('inflora', ...run.results, resultOf(3, null, [1, 1, 1])))).toBe(2);
    expect(measuredUntil(methodOf('inflora', ...past))).toBeNull();
  });
});

describe('subspaces', () => {
  const sites = (dimension: number, type: 'remove' | 'retain', angles: { smallest: number; mean: number }[]) => [
    { block: 0, input: 'qkv', dimension, of: 128, type, freeRank: 8, angles },
    { block: 0, input: 'fc2', dimension: 2 * dimension, of: 512, type: 'remove' as const, freeRank: 8, angles },
  ];
  const method = methodOf(
    'inflora',
    { ...resultOf(0, null), subspaces: { threshold: 0.95, sites: sites(40, 'remove', []) } },
    { ...resultOf(1, null), subspaces: { threshold: 0.9999, sites: sites(50, 'retain', [{ smallest: 60, mean: 80 }]) } },
  );
  const record: RunRecord = { ...syntheticRecord({ tasks: 2 }), methods: [method, methodOf('frozen', resultOf(0, null))] };

  it('are occupied by what is stored, or by all but what is stored, after every task', () => {
    expect(methodsWithSubspaces(record)).toEqual(['inflora']);
    expect(memoryHistory(record, 'inflora').map(({ task, sites: found }) => [task, ...found.map(({ occupied }) => occupied)])).toEqual([
      [0, 40, 80],
      [1, 78, 100],
    ]);
    expect(memoryHistory(record, 'frozen')).toEqual([]);
  });

  it('lie apart by the mean over sites and the smallest of any', () => {
    expect(anglePairs(record, 'inflora')).toEqual([{ task: 1, old: 0, mean: 80, smallest: 60 }]);
    expect(anglePairs(record, 'frozen')).toEqual([]);
  });

  it('cover a threshold that is never shown as 1 unless it is 1', () => {
    expect([0.95, 0.9999, 0.9996, 0.99995, 1].map(thresholdWords)).toEqual(['0.950', '0.9999', '0.9996', '0.99995', '1.000']);
    expect(thresholdWords(1 - 1e-10)).not.toMatch(/^1(\.0*)?$/);
  });
});

it('writes shares in percent with two significant digits', () => {
  expect([0, 0.0213, 0.43, 0.426, 1.234, 0.00012, 1].map(share)).toEqual(['0', '2.1', '43', '43', '120', '0.012', '100']);
  expect(share(1e-8)).toBe('1.0e−6');
});

describe('what is said of a method', () => {
  it('agrees with its bars, or gives the reason for having none', () => {
    const record: RunRecord = { ...syntheticRecord({ tasks: 3 }), methods: [run] };
    expect(sayInterference(en, record, run)).toBe('changes old tasks at most half as much as the new one (old / new 0.3)');
    const stopped = methodOf('inflora', ...run.results, resultOf(3, null, [1, 1, 1]));
    expect(sayInterference(en, record, stopped)).toContain('measured up to Greek');
    expect(sayInterference(en, record, methodOf('inflora', resultOf(0, null)))).toBe('from the second task on');
  });

  it('fills grids by task and by layer with the same numbers', () => {
    const record: RunRecord = { ...syntheticRecord({ tasks: 3 }), methods: [run] };
    expect(pairsGrid(en, record, 'inflora').cells.map(({ words }) => words)).toEqual(['0.15', '', '0.3', '0.45']);
    expect(mapsGrid(en, record, 'inflora')).toMatchObject({ rows: ['block'], columns: ['k', 'v'], firstRow: 1 });
    const { features, weights } = driftGrids(en, record);
    expect(features.cells.map(({ words, share: shown }) => [words, shown])).toEqual([
      ['60', 1],
      ['40', 0.4 / 0.6],
    ]);
    expect(weights.cells.map(({ words }) => words)).toEqual(['30']);
  });
});
