import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { METHODS } from '../continual/registry';
import { accuracyCsv } from './csv';
import { parseExperiment, runnable } from './experiment';
import { applyEvent, failRecord, stopRecord } from './fold';
import { experimentFromHash } from './link';
import { checkMigrations, migrate, NewerSchemaError, parseRecord, parseRecordText, RecordError } from './migrations';
import type { RunRecord } from './record';
import { factsOf, fakeExperiment, fakeStream } from './testing/fakes';

const record: RunRecord = {
  schema: 2,
  kind: 'inflora-run',
  experiment: fakeExperiment({ seed: 5 }),
  status: 'running',
  startedAt: new Date(0).toISOString(),
  seconds: 0,
  ...factsOf(fakeStream(2)),
  methods: [
    { id: 'inflora', title: 'InfLoRA', results: [], losses: [], failure: null },
    { id: 'full-fine-tuning', title: 'Full fine-tuning', results: [], losses: [], failure: null },
  ],
  log: [],
};
const own = { classIncremental: [0.5], taskAware: [0.75], predicted: [[0, 1]] };
const beside = { seconds: { train: 1 }, kept: [], subspaces: null, interference: null, drift: [] };
const result = { task: 0, readings: { own }, ...beside };

describe('applyEvent', () => {
  it('changes nothing of the record it is given', () => {
    const frozen = structuredClone(record);
    const next = applyEvent(record, { type: 'result', method: 'inflora', result, seconds: 3 });
    expect(record).toEqual(frozen);
    expect(next?.methods[0]?.results).toEqual([result]);
    expect(next?.methods[1]).toBe(record.methods[1]);
    expect(next?.seconds).toBe(3);
  });

  it('keeps live-only values out', () => {
    const live = {
      type: 'phase',
      phase: 'train',
      task: 0,
      method: null,
      done: 1,
      total: 2,
      epoch: 0,
      epochs: 1,
      progress: 0.5,
      secondsLeft: 1,
      imagesPerSecond: 2,
      learningRate: 1,
    } as const;
    expect(applyEvent(record, live)).toBe(record);
    expect(applyEvent(null, live)).toBeNull();
  });

  it('marks how a run ended', () => {
    expect(applyEvent(record, { type: 'finished', seconds: 9 })).toMatchObject({ status: 'finished', seconds: 9 });
    expect(stopRecord(record).status).toBe('stopped');
    expect(stopRecord({ ...record, status: 'finished' }).status).toBe('finished');
    expect(failRecord(record, 'gone')).toMatchObject({ status: 'failed', log: [{ level: 'error', text: 'gone' }] });
  });
});

describe('parseRecord', () => {
  it('reads what was saved', () => {
    expect(parseRecordText(JSON.stringify(record))).toEqual(record);
  });

  it.each<[string, unknown, RegExp]>([
    ['a newer schema', { ...record, schema: 3 }, /newer version \(schema 3; this one reads up to 2\)/],
    ['no schema', { ...record, schema: 'x' }, /no usable schema/],
    ['another kind of file', { hello: 1 }, /not a run record/],
    ['an array', [], /not a run record/],
    ['a damaged field', { ...record, seconds: 'soon' }, /field "seconds"/],
    [
      'a row of the wrong length',
      { ...record, methods: [{ ...record.methods[0], results: [{ ...result, readings: { own: { ...own, classIncremental: [1, 1] } } }] }] },
      /task 0, read by "own", has 2 accuracies, expected 1/,
    ],
    [
      'a task outside the stream',
      { ...record, methods: [{ ...record.methods[0], results: [{ ...result, task: 7 }] }] },
      /task 7 is not in the stream/,
    ],
  ])('refuses %s', (_, value, text) => {
    expect(() => parseRecord(value)).toThrow(RecordError);
    expect(() => parseRecord(value)).toThrow(text);
  });

  it('names a newer schema by class, and text that is not JSON', () => {
    expect(() => parseRecord({ ...record, schema: 99 })).toThrow(NewerSchemaError);
    expect(() => parseRecordText('{')).toThrow(/not JSON/);
  });
});

describe('migrations', () => {
  const ladder = [
    { to: 2, up: (r: Readonly<Record<string, unknown>>) => ({ ...r, two: true }) },
    { to: 3, up: (r: Readonly<Record<string, unknown>>) => ({ ...r, three: r.two === true }) },
  ];
  it('climb one by one, from where the record stands', () => {
    expect(migrate({ kind: 'inflora-run', schema: 1 }, ladder, 3)).toEqual({ kind: 'inflora-run', schema: 3, two: true, three: true });
    expect(migrate({ kind: 'inflora-run', schema: 2 }, ladder, 3)).toEqual({ kind: 'inflora-run', schema: 3, three: false });
  });
  it('must be numbered without gaps', () => {
    expect(() => checkMigrations(ladder, 3)).not.toThrow();
    expect(() => checkMigrations(ladder.slice(1), 2)).toThrow(/expected 2/);
    expect(() => checkMigrations(ladder, 4)).toThrow(/reach schema 3/);
  });
});

describe('what was published', () => {
  const folder = 'src/session/fixtures/schema-1';
  const read = (name: string) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as never;
  interface OldResult {
    readonly task: number;
    readonly classIncremental: number[];
    readonly taskAware: number[];
    readonly predicted: number[][];
    readonly diagnostics: { readonly threshold: number; readonly layers: readonly { dimension: number; leakage: number[] }[] } | null;
  }
  type Old = { readonly experiment: unknown; readonly methods: readonly { readonly id: string; readonly results: readonly OldResult[] }[] };

  it.each(['default.json', 'six-methods.json'])('a record of schema 1 opens and says what it said (%s)', (name) => {
    const old: Old = read(name);
    const now = parseRecord(old);
    expect(now.experiment).toMatchObject(old.experiment as object);
    old.methods.forEach(({ id, results }, m) => {
      expect(now.methods[m]?.title).toBe(METHODS.find((method) => method.id === id)?.title);
      results.forEach(({ classIncremental, taskAware, predicted, diagnostics }, r) => {
        const found = now.methods[m]?.results[r];
        expect(found?.readings).toEqual({ own: { classIncremental, taskAware, predicted } });
        expect(found?.subspaces?.threshold).toBe(diagnostics?.threshold);
        expect(found?.subspaces?.sites.map(({ block, input, dimension }) => [block, input, dimension])).toEqual(
          diagnostics?.layers.map(({ dimension }, block) => [block, 'qkv', dimension]),
        );
        const leakage = diagnostics?.layers.map((layer) => layer.leakage);
        if (leakage?.some((ratios) => ratios.length > 0)) expect(found?.interference?.maps.map(({ ratio }) => ratio)).toEqual(leakage);
        else expect(found?.interference).toBeNull();
      });
    });
  });

  it('a link goes on meaning what it meant', () => {
    const links: readonly { hash: string; experiment: object }[] = read('links.json');
    expect(links).toHaveLength(10);
    for (const { hash, experiment } of links) expect(experimentFromHash(hash)).toEqual(experiment);
  });

  it.each(readdirSync('public/runs').filter((name) => !/^(index|(rates|seeds)-.*)\.json$/.test(name)))('public/runs/%s opens', (name) => {
    const record = parseRecordText(readFileSync(`public/runs/${name}`, 'utf8'));
    expect(record.status).toBe('finished');
    expect(record.methods.every(({ results }) => results.some(({ readings }) => Object.keys(readings).length > 0))).toBe(true);
  });

  it('a record of a method that this build does not know keeps its options and results, and what is known can be run', () => {
    const spec = { id: 'from-the-future', strength: 3 };
    const future = {
      ...record,
      experiment: { ...record.experiment, methods: [...record.experiment.methods, spec] },
      methods: [...record.methods, { id: spec.id, title: 'From the Future', results: [result], losses: [], failure: null }],
    };
    const opened = parseRecord(future);
    expect(opened).toEqual(future);
    expect(runnable(opened.experiment)).toEqual({ experiment: record.experiment, unknown: [spec.id] });
    expect(() => parseExperiment(future.experiment)).toThrow(/has no method "from-the-future"/);
    expect(() => parseRecord({ ...future, experiment: { ...record.experiment, methods: [{ id: 'inflora', rank: -1 }] } })).toThrow(/rank/);
  });
});

describe('accuracyCsv', () => {
  it('has one line per entry, quotes what must be quoted and defuses formulas', () => {
    const named = {
      ...record,
      stream: { ...record.stream, tasks: record.stream.tasks.map((task, i) => ({ ...task, name: i === 0 ? 'a, "b"' : '=SUM(A1)' })) },
      methods: [
        {
          id: 'inflora',
          title: 'InfLoRA',
          losses: [],
          failure: null,
          results: [{ ...result, task: 1, readings: { own: { ...own, classIncremental: [0.25, 1], taskAware: [0.5, 1] } } }],
        },
      ],
    };
    expect(accuracyCsv(named)).toBe(
      '\ufeffseed,method,after_task,after_name,on_task,on_name,class_incremental,task_aware\r\n' +
        `5,inflora,2,'=SUM(A1),1,"a, ""b""",0.25,0.5\r\n` +
        `5,inflora,2,'=SUM(A1),2,'=SUM(A1),1,1\r\n`,
    );
  });
});
