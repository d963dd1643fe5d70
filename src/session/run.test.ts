import { said } from '../common/said';
import { describe, expect, it } from 'vitest';
import { DeviceLostError } from '../compute/backbone';
import { keepsPredictions } from './evaluate';
import type { RunEvent } from './events';
import { applyEvents } from './fold';
import { parseRecord } from './migrations';
import { factsOf, fakeExperiment, fakeCourse, fakeRun, fakeSet, fakeStream } from './testing/fakes';
import type { RunRecord } from './record';
import type { Run } from './run';

async function collect(run: Run): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of run.events()) events.push(event);
  return events;
}
const ofType = <T extends RunEvent['type']>(events: RunEvent[], type: T) =>
  events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);

describe('a run', () => {
  it('goes through the phases of each task in order', async () => {
    const { run, made } = fakeRun(fakeExperiment({ methods: [{ id: 'inflora' }] }), fakeStream(2, 3), () => fakeCourse());
    const events = await collect(run);
    // 3 images in batches of 2 (the partial one kept), 2 epochs: 4 steps a task.
    const task = (t: number) => [`begin ${t}/2`, 'step', 'step', 'step', 'step', `finish ${t}`];
    // Old images are read again once, after the last task.
    expect(made[0]?.calls).toEqual([...task(1), ...task(2), 'read again']);
    const phases = ofType(events, 'phase').map((event) => `${event.task} ${event.phase}`);
    expect([...new Set(phases)]).toEqual(
      [0, 1].flatMap((t) => ['gather', 'design', 'train', 'consolidate', 'evaluate'].map((phase) => `${t} ${phase}`)),
    );
    expect(events[0]?.type).toBe('started');
    expect(events.at(-1)?.type).toBe('finished');
  });

  it('tests methods that work out no subspaces first, whatever their order in the experiment', async () => {
    const experiment = fakeExperiment({ methods: [{ id: 'inflora' }, { id: 'full-fine-tuning' }] });
    const { run } = fakeRun(experiment, fakeStream(2), () => fakeCourse());
    const told = ofType(await collect(run), 'result').map(({ method, result }) => `${result.task} ${method}`);
    expect(told).toEqual(['0 full-fine-tuning', '0 inflora', '1 full-fine-tuning', '1 inflora']);
  });

  it('gives every method the same batches, each image once an epoch, the last partial batch kept', async () => {
    const { run, made } = fakeRun(fakeExperiment({ seed: 7 }), fakeStream(2, 5), () => fakeCourse());
    await collect(run);
    const [one, two] = made;
    expect(one?.batches).toEqual(two?.batches);
    expect(one?.batches.map((batch) => batch.count)).toEqual([2, 2, 1, 2, 2, 1, 2, 2, 1, 2, 2, 1]);
    const epoch = (from: number) =>
      one?.batches.slice(from, from + 3).flatMap((batch) => Array.from(batch.pixels).filter((_, i) => i % 3 === 0)) ?? [];
    expect(epoch(0).toSorted()).toEqual([0, 1, 2, 3, 4]);
    expect(epoch(6).toSorted()).toEqual([5, 6, 7, 8, 9]);
    expect(epoch(0)).not.toEqual(epoch(3));
  });

  it('draws other batches from another seed and the same from the same', async () => {
    const orders = [];
    for (const seed of [1, 1, 2]) {
      const { run, made } = fakeRun(fakeExperiment({ seed }), fakeStream(1, 20), () => fakeCourse());
      await collect(run);
      orders.push(made[0]?.batches.map((batch) => Array.from(batch.pixels)));
    }
    expect(orders[0]).toEqual(orders[1]);
    expect(orders[0]).not.toEqual(orders[2]);
  });

  it('applies the schedule, and learning rates of single methods', async () => {
    const experiment = fakeExperiment({
      methods: [{ id: 'inflora' }, { id: 'full-fine-tuning', learningRate: 1e-4, classifierLearningRate: 1e-2 }],
      training: { epochs: 4, batchSize: 8, learningRate: 1e-3, schedule: 'cosine' },
    });
    const { run, made } = fakeRun(experiment, fakeStream(1), () => fakeCourse());
    await collect(run);
    // (1 + cos(pi e / 4)) / 2 for e = 0 .. 3
    const factors = [1, 0.853553, 0.5, 0.146447];
    factors.forEach((factor, e) => {
      expect(made[0]?.rates[e]?.backbone).toBeCloseTo(1e-3 * factor, 9);
      expect(made[0]?.rates[e]?.classifier).toBeCloseTo(1e-3 * factor, 9);
      expect(made[1]?.rates[e]?.backbone).toBeCloseTo(1e-4 * factor, 9);
      expect(made[1]?.rates[e]?.classifier).toBeCloseTo(1e-2 * factor, 8);
    });
  });

  it('judges every task seen, class-incremental and with the task known, and folds into a valid record', async () => {
    // Column 0 always scores between the right class and the wrong ones of another task: a bias towards the first class.
    const biased = () => fakeCourse({ score: (column, label) => (column === 0 ? 2 : column === label ? 1 : 0) });
    const { run } = fakeRun(fakeExperiment({ methods: [{ id: 'inflora' }] }), fakeStream(2), biased);
    const record = applyEvents(null, await collect(run));
    expect(record?.status).toBe('finished');
    // Task 0: labels 0 1 0 1, column 0 always wins. Task 1 (columns 2, 3): never right among all, always when known.
    const own = record?.methods[0]?.results.flatMap(({ readings }) => readings.own ?? []);
    expect(own?.map((r) => [r.classIncremental, r.taskAware])).toEqual([
      [[0.5], [0.5]],
      [
        [0.5, 0],
        [0.5, 1],
      ],
    ]);
    expect(own?.[1]?.predicted).toEqual([
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ]);
    expect(parseRecord(JSON.parse(JSON.stringify(record)))).toEqual(record);
  });

  it('keeps predictions after every task of short runs, and of long ones after so many that their number stays bounded', () => {
    const after = (tasks: number, test: number) => {
      const stream = Array.from({ length: tasks }, () => ({ test: fakeSet(new Array<number>(test).fill(0), 0) }));
      return stream.flatMap((_, last) => (keepsPredictions(stream, last) ? [last] : []));
    };
    expect(after(10, 1000)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    // 50 (1 + 2 + ... + 200) = 1,005,000 are five times too many.
    const long = after(200, 50);
    expect(long.slice(-3)).toEqual([189, 194, 199]);
    expect(long.reduce((sum, last) => sum + 50 * (last + 1), 0)).toBeLessThanOrEqual(250_000);
    // Never beyond 20,000 at once.
    expect(after(30, 1000).at(-1)).toBe(19);
  });

  it('trains joint methods once at the end on all tasks; nearest-mean trains nothing', async () => {
    const experiment = fakeExperiment({ methods: [{ id: 'joint' }, { id: 'nearest-mean' }] });
    const { run, made } = fakeRun(experiment, fakeStream(3, 4), () => fakeCourse());
    const record = applyEvents(null, await collect(run));
    // 12 images in batches of 2, 2 epochs.
    expect(made[0]?.calls).toEqual(['begin 3/3', ...Array<string>(12).fill('step'), 'finish 3']);
    expect(made[1]?.calls).toEqual([1, 2, 3].flatMap((t) => [`begin ${t}/3`, `finish ${t}`]));
    expect(record?.methods[0]?.results.map((result) => result.task)).toEqual([2]);
    expect(record?.methods[0]?.results[0]?.readings.own?.classIncremental).toEqual([1, 1, 1]);
    expect(record?.methods[1]?.results.map((result) => result.task)).toEqual([0, 1, 2]);
    const reds = made[0]?.batches.slice(0, 6).flatMap((batch) => Array.from(batch.pixels).filter((_, i) => i % 3 === 0)) ?? [];
    expect(reds.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i));
  });

  it('stops a method whose loss is NaN with a suggestion; the others go on', async () => {
    const { run, made } = fakeRun(fakeExperiment(), fakeStream(2), (spec) =>
      fakeCourse(spec.id === 'inflora' ? { loss: (step) => (step < 7 ? 1 : Number.NaN) } : {}),
    );
    const events = await collect(run);
    const record = applyEvents(null, events);
    expect(ofType(events, 'method-failed')).toHaveLength(1);
    expect(record?.methods[0]?.failure).toMatch(/NaN in task 2, epoch 1.*lower learning rate, for example 0\.001 instead of 0\.003/);
    expect(record?.methods[0]?.results).toHaveLength(1);
    expect(record?.methods[0]?.losses.every((point) => Number.isFinite(point.loss))).toBe(true);
    expect(made[0]?.disposed).toBe(true);
    expect(record?.methods[1]?.results).toHaveLength(2);
    expect(record?.status).toBe('finished');
    run.dispose();
    expect(made[1]?.disposed).toBe(true);
  });

  it('stops a method whose scores are NaN or whose step throws; a run without any method left has failed', async () => {
    const { run } = fakeRun(fakeExperiment(), fakeStream(2), (spec) =>
      fakeCourse(
        spec.id === 'inflora'
          ? { score: () => Number.NaN }
          : {
              onStep: () => {
                throw new Error('does not fit');
              },
            },
      ),
    );
    const record = applyEvents(null, await collect(run));
    expect(record?.methods.map((method) => method.failure)).toEqual([expect.stringMatching(/weights became NaN/), 'does not fit']);
    expect(record?.status).toBe('failed');
  });

  it('ends with DeviceLostError when the device goes', async () => {
    const { run } = fakeRun(fakeExperiment(), fakeStream(2), () =>
      fakeCourse({
        onStep: (step) => {
          if (step === 8) throw new DeviceLostError(said`gone`);
        },
      }),
    );
    let record: RunRecord | null = null;
    await expect(async () => {
      for await (const event of run.events()) record = applyEvents(record, [event]);
    }).rejects.toThrow(DeviceLostError);
    expect(record).toMatchObject({ status: 'running', methods: [{ results: [{ task: 0 }] }, { results: [{ task: 0 }] }] });
  });

  it('goes on with appended tasks, joint training beginning anew', async () => {
    const experiment = fakeExperiment({ methods: [{ id: 'inflora' }, { id: 'joint' }] });
    const { run, made } = fakeRun(experiment, fakeStream(2, 4), () => fakeCourse());
    const before = applyEvents(null, await collect(run));
    const longer = fakeStream(3, 4);
    expect(() => run.append(experiment, fakeStream(2, 4), factsOf(longer).stream)).toThrow(/no further task/);
    run.append(experiment, longer, factsOf(longer).stream);
    const record = applyEvents(before, await collect(run));
    expect(record?.stream.tasks).toHaveLength(3);
    expect(record?.methods[0]?.results.map((result) => result.task)).toEqual([0, 1, 2]);
    expect(record?.methods[1]?.results.map((result) => result.task)).toEqual([1, 2]);
    expect(made).toHaveLength(3);
    expect(made[0]?.calls.filter((call) => call.startsWith('begin'))).toEqual(['begin 1/2', 'begin 2/2', 'begin 3/3']);
    expect(made[1]?.disposed).toBe(true);
    expect(record?.status).toBe('finished');
  });

  it('reports progress that never falls and reaches 1, and counts no seconds while paused', async () => {
    let ms = 0;
    const { run } = fakeRun(
      fakeExperiment(),
      fakeStream(3),
      () => fakeCourse({ onStep: () => (ms += 10) }),
      () => ms,
    );
    const progress: number[] = [];
    let seconds = -1;
    for await (const event of run.events()) {
      ms += 60_000;
      if (event.type === 'phase') progress.push(event.progress);
      if (event.type === 'finished') seconds = event.seconds;
    }
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(progress.at(-1)).toBeGreaterThan(0.99);
    // 2 methods x 3 tasks x 6 steps x 10 ms
    expect(seconds).toBeCloseTo(0.36, 6);
  });

  it('can be stopped between two batches', async () => {
    const { run, made } = fakeRun(fakeExperiment(), fakeStream(1), () => fakeCourse());
    const events = run.events();
    for (let next = await events.next(); !next.done; next = await events.next()) {
      if (next.value.type === 'phase' && next.value.phase === 'train') break;
    }
    await events.return(undefined);
    expect(made.map((method) => method.calls.filter((call) => call === 'step').length)).toEqual([1, 1]);
    run.dispose();
    expect(made.every((method) => method.disposed)).toBe(true);
  });

  it('can be saved after any batch and between tasks, not inside another stage, and goes on from there', async () => {
    const experiment = fakeExperiment({ methods: [{ id: 'inflora' }, { id: 'joint' }] });
    const whole = applyEvents(null, await collect(fakeRun(experiment, fakeStream(2, 3), () => fakeCourse()).run));
    const strip = (record: RunRecord | null) => JSON.stringify(record, (key, value: unknown) => (key === 'seconds' ? 0 : value));
    let saved = 0;
    for (let stop = 1; ; stop++) {
      const { run } = fakeRun(experiment, fakeStream(2, 3), () => fakeCourse());
      const events = run.events();
      let record: RunRecord | null = null;
      let last: RunEvent | undefined;
      for (let pulled = 0; pulled < stop; pulled++) {
        const next = await events.next();
        if (next.done) break;
        last = next.value;
        record = applyEvents(record, [last]);
      }
      if (last?.type === 'finished') break;
      const state = await run.state();
      const training = last?.type === 'phase' && last.phase === 'train';
      if (training) expect(state?.training, `event ${stop}`).not.toBeNull();
      if (last?.type === 'result' || (last?.type === 'phase' && last.phase === 'gather')) expect(state).toBeNull();
      if (state === null) continue;
      saved++;
      const again = fakeRun(experiment, fakeStream(2, 3), () => fakeCourse(), undefined, structuredClone(state));
      expect(strip(applyEvents(record, await collect(again.run)))).toBe(strip(whole));
    }
    // Two tasks of 4 batches one after the other, 6 images in 3 batches of two epochs at once, and after each task.
    expect(saved).toBe(4 + 4 + 6 + 2);
  });
});
