import { describe, expect, it } from 'vitest';
import { openWasmDevice } from '../compute/wasm/device';
import { createLinearAlgebra } from '../compute/linalg/create';
import { plainDense64 } from '../common/linalg/dense64';
import { TINY, tinyCheckpoint, tinyTasks } from '../continual/testing/tiny';
import type { TaskStream } from '../continual/stream';
import type { RunEvent } from './events';
import { parseExperiment, type Experiment } from './experiment';
import { applyEvents } from './fold';
import { probeImages, probeSteps } from './probe';
import type { RunRecord } from './record';
import { createRun, type RunState } from './run';
import { factsOf, fakeExperiment, fakeStream } from './testing/fakes';
import { parseRecord } from './migrations';

describe('when it is looked', () => {
  it('is at both ends, denser at the beginning, within a tenth of the work', () => {
    const steps = probeSteps(100, 32);
    // By hand: 0.1 · 2 · 32 · 100 / 64 = 10 looks, at 100 (i / 9)².
    expect(steps).toEqual([0, 1, 5, 11, 20, 31, 44, 60, 79, 100]);
    for (const [total, batch] of [
      [20, 8],
      [500, 32],
      [4000, 128],
    ] as const) {
      const looks = probeSteps(total, batch);
      expect(looks.length * 64).toBeLessThanOrEqual(0.1 * 2 * total * batch);
      if (looks.length > 0) expect([looks[0], looks.at(-1)]).toEqual([0, total]);
    }
  });

  it('is never where even that would be too much', () => {
    expect(probeSteps(4, 8)).toEqual([]);
    expect(probeSteps(0, 8)).toEqual([]);
  });
});

describe('which images are looked at', () => {
  it('are of every old task as many, in one batch whose parts are the tasks', () => {
    const old = tinyTasks([2, 3, 2]);
    const [batch, ...others] = probeImages(old);
    expect(others).toEqual([]);
    expect(batch?.parts).toEqual(old.map(({ test }) => Math.min(test.count, 21)));
    const classes = old.flatMap(({ test }) => Array.from({ length: Math.min(test.count, 21) }, () => [...new Set(test.labels)]));
    expect(classes.map((columns, i) => columns.includes(batch?.labels[i] ?? -1)).every(Boolean)).toBe(true);
  });

  it('are one of each in batches of 64 where there are more tasks than that', () => {
    const [task] = tinyTasks([2]);
    const many = Array.from({ length: 130 }, () => task ?? expect.fail());
    expect(probeImages(many).map(({ count, parts }) => [count, parts?.length])).toEqual([
      [64, 64],
      [64, 64],
      [2, 2],
    ]);
  });
});

const stream: TaskStream = { kind: 'class-incremental', classNames: ['a', 'b', 'c', 'd', 'e', 'f'], tasks: tinyTasks([2, 2, 2]) };

const experimentOf = (methods: readonly object[], probe?: 'on'): Experiment =>
  parseExperiment({
    schema: 1,
    backbone: { from: { source: 'bundled', id: 'none' } },
    stream: { from: { source: 'bundled', id: 'none' } },
    methods,
    training: { epochs: 40, batchSize: 16, learningRate: 0.01, optimizer: 'adam' },
    ...(probe && { probe }),
  });

async function runOf(experiment: Experiment, from?: RunState) {
  const device = await openWasmDevice();
  const multiply = device.multiply?.bind(device) ?? (() => Promise.reject(new Error('no product')));
  const run = createRun({
    experiment,
    stream,
    linalg: createLinearAlgebra(async () => plainDense64),
    backbone: await device.load(tinyCheckpoint()),
    facts: { ...factsOf(stream), backbone: { ...factsOf(stream).backbone, dim: TINY.dim } },
    startedAt: new Date(0),
    measures: { readings: true, interference: 'sampled', multiply },
    ...(from && { from }),
  });
  return { device, run };
}

async function recordOf(experiment: Experiment): Promise<RunRecord> {
  const { device, run } = await runOf(experiment);
  const events: RunEvent[] = [];
  for await (const event of run.events()) events.push(event);
  device.dispose();
  const record = applyEvents(null, events);
  if (record === null) throw new Error('no record');
  return record;
}

const numbers = ({ methods }: RunRecord) =>
  JSON.stringify(
    methods.map(({ results, losses }) => ({ results, losses })),
    (key, value: unknown) => (key === 'seconds' ? undefined : value),
  );

const METHODS = [
  { id: 'inflora', rank: 2 },
  { id: 'full-fine-tuning' },
  { id: 'sequential-lora', rank: 2 },
  { id: 'o-lora', rank: 2 },
  { id: 'ewc', rank: 2 },
  { id: 'l2p' },
  { id: 'frozen' },
  { id: 'joint', rank: 2 },
] as const;

describe('looking while a task is learned', () => {
  it('changes no number, and ends where the matrix begins', async () => {
    const [off, on] = [await recordOf(experimentOf(METHODS)), await recordOf(experimentOf(METHODS, 'on'))];
    expect(numbers(on)).toBe(numbers(off));
    expect(off.methods.every(({ probes }) => probes === undefined)).toBe(true);
    expect(on.methods.filter(({ failure }) => failure !== null)).toEqual([]);
    for (const { id, probes = [], results } of on.methods) {
      if (id === 'frozen' || id === 'joint') {
        expect(probes, id).toEqual([]);
        continue;
      }
      const total = probes[0]?.of ?? 0;
      for (const task of [1, 2]) {
        const looks = probes.filter((point) => point.task === task);
        expect(
          looks.map(({ step }) => step),
          id,
        ).toEqual(probeSteps(total, 16));
        expect(looks.every(({ accuracy }) => accuracy.length === task)).toBe(true);
        // So few test images that all of them are looked at: after the last step they are read as when the task is judged.
        const row = results.find((result) => result.task === task)?.readings.own?.classIncremental.slice(0, task);
        expect(looks.at(-1)?.accuracy, `${id}, task ${task + 1}`).toEqual(row?.map((accuracy) => expect.closeTo(accuracy, 6) as number));
      }
    }
    expect(parseRecord(structuredClone(on)).methods[0]?.probes).toEqual(on.methods[0]?.probes);
  });

  it('goes on where a run was cut, without a look twice or left out', async () => {
    const experiment = experimentOf(METHODS.slice(0, 1), 'on');
    const whole = await recordOf(experiment);
    const { device, run } = await runOf(experiment);
    const told: RunEvent[] = [];
    let state: RunState | null = null;
    for await (const event of run.events()) {
      told.push(event);
      const looked = told.findLast(({ type }) => type === 'probe');
      if (
        event.type === 'phase' &&
        event.phase === 'train' &&
        event.task === 2 &&
        looked?.type === 'probe' &&
        looked.point.step === event.done &&
        event.done > 0
      ) {
        state = structuredClone(await run.state());
        break;
      }
    }
    device.dispose();
    if (state === null) throw new Error('It was never looked.');
    const second = await runOf(experiment, state);
    for await (const event of second.run.events()) told.push(event);
    second.device.dispose();
    const record = applyEvents(null, told);
    expect(record?.methods[0]?.probes).toEqual(whole.methods[0]?.probes);
    expect(record && numbers(record)).toBe(numbers(whole));
  });

  it('is off unless the experiment asks for it', () => {
    expect(fakeExperiment().probe).toBeUndefined();
    expect(() => fakeExperiment({ probe: 'sometimes' as 'on' })).toThrow(/probe/);
    expect(fakeStream(2).tasks).toHaveLength(2);
  });
});
