import { describe, expect, it } from 'vitest';
import { accuracyCsv } from './csv';
import { applyEvent, failRecord, stopRecord } from './fold';
import { checkMigrations, migrate, NewerSchemaError, parseRecord, parseRecordText, RecordError } from './migrations';
import type { RunRecord } from './record';
import { factsOf, fakeExperiment, fakeStream } from './testing/fakes';

const record: RunRecord = {
  schema: 1,
  kind: 'inflora-run',
  experiment: fakeExperiment({ seed: 5 }),
  status: 'running',
  startedAt: new Date(0).toISOString(),
  seconds: 0,
  ...factsOf(fakeStream(2)),
  methods: [
    { id: 'inflora', results: [], losses: [], failure: null },
    { id: 'full-fine-tuning', results: [], losses: [], failure: null },
  ],
  log: [],
};
const result = { task: 0, classIncremental: [0.5], taskAware: [0.75], predicted: [[0, 1]], seconds: { train: 1 }, diagnostics: null };

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
    ['a newer schema', { ...record, schema: 2 }, /newer version \(schema 2; this one reads up to 1\)/],
    ['no schema', { ...record, schema: 'x' }, /no usable schema/],
    ['another kind of file', { hello: 1 }, /not a run record/],
    ['an array', [], /not a run record/],
    ['a damaged field', { ...record, seconds: 'soon' }, /field "seconds"/],
    [
      'a row of the wrong length',
      { ...record, methods: [{ id: 'inflora', losses: [], failure: null, results: [{ ...result, classIncremental: [1, 1] }] }] },
      /task 0 has 2 accuracies, expected 1/,
    ],
    [
      'a task outside the stream',
      { ...record, methods: [{ id: 'inflora', losses: [], failure: null, results: [{ ...result, task: 7 }] }] },
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

describe('accuracyCsv', () => {
  it('has one line per entry, quotes what must be quoted and defuses formulas', () => {
    const named = {
      ...record,
      stream: { ...record.stream, tasks: record.stream.tasks.map((task, i) => ({ ...task, name: i === 0 ? 'a, "b"' : '=SUM(A1)' })) },
      methods: [
        {
          id: 'inflora' as const,
          losses: [],
          failure: null,
          results: [{ ...result, task: 1, classIncremental: [0.25, 1], taskAware: [0.5, 1] }],
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
