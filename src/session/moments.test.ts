import { describe, expect, it } from 'vitest';
import { syntheticRecord } from '../app/testing/synthetic-record';
import { momentAt, phasesOf, stopsOf } from './moments';

const record = syntheticRecord({ tasks: 4 });
const withSeconds = (seconds: Record<string, number>) => ({
  ...record,
  methods: record.methods.map((method) => ({ ...method, results: method.results.map((result) => ({ ...result, seconds })) })),
});

describe('phases of a task', () => {
  it('take their share of its time', () => {
    // By hand: of 10 s, all above their least share.
    expect(phasesOf(withSeconds({ gather: 1, train: 5, consolidate: 2, evaluate: 2 }), 0)).toEqual([
      { phase: 'gather', from: 0, to: 0.1 },
      { phase: 'train', from: 0.1, to: 0.6 },
      { phase: 'consolidate', from: expect.closeTo(0.6, 12) as number, to: expect.closeTo(0.8, 12) as number },
      { phase: 'evaluate', from: expect.closeTo(0.8, 12) as number, to: 1 },
    ]);
  });

  it('can be seen however quick they were, and stand in for what a record does not tell', () => {
    const quick = phasesOf(withSeconds({ gather: 0.001, train: 99, evaluate: 0.1 }), 0);
    for (const { from, to } of quick) expect(to - from).toBeGreaterThan(0.02);
    expect(phasesOf(withSeconds({}), 0)).toEqual([
      { phase: 'train', from: 0, to: 0.8 },
      { phase: 'evaluate', from: 0.8, to: 1 },
    ]);
    // Nothing was trained, only tested.
    expect(phasesOf(withSeconds({ evaluate: 2 }), 0)).toEqual([{ phase: 'evaluate', from: 0, to: 1 }]);
  });
});

describe('moments', () => {
  const untold = withSeconds({});

  it('are told by task, phase, epoch and batch', () => {
    const { epochs } = record.experiment.training;
    expect(momentAt(untold, 0)).toMatchObject({ task: 0, phase: 'train', trained: 0, epoch: 0, batch: 0, batches: 80 });
    // Half of the training of task 2 is 0.4 of its slice.
    expect(momentAt(untold, 1.4 / 4)).toMatchObject({ task: 1, phase: 'train', trained: expect.closeTo(0.5, 9) as number, batch: 40 });
    expect(momentAt(untold, 1.9 / 4)).toMatchObject({ task: 1, phase: 'evaluate', trained: 1, epoch: epochs - 1, batch: 80 });
    expect(momentAt(untold, 1)).toMatchObject({ task: 3, phase: 'evaluate', trained: 1 });
  });

  it('are reached by steps of a task, an epoch or a batch', () => {
    expect(stopsOf(untold, 'task')).toEqual([0, 0.25, 0.5, 0.75, 1]);
    const { epochs } = record.experiment.training;
    const byEpoch = stopsOf(untold, 'epoch');
    expect(byEpoch).toHaveLength(1 + 4 * (epochs + 1));
    expect(momentAt(untold, byEpoch[1] ?? 0)).toMatchObject({ task: 0, epoch: Math.min(1, epochs - 1) });
    const byBatch = stopsOf(untold, 'batch');
    expect(byBatch).toHaveLength(1 + 4 * 81);
    expect(byBatch.slice(1, 81).map((stop) => momentAt(untold, stop).batch)).toEqual(Array.from({ length: 80 }, (_, i) => i + 1));
    expect(byBatch.every((stop, i) => i === 0 || stop > (byBatch[i - 1] ?? 1))).toBe(true);
  });

  it('end with the last task that was begun', () => {
    const stopped = {
      ...untold,
      methods: untold.methods.map((method) => ({
        ...method,
        results: method.results.slice(0, 1),
        losses: method.losses.filter(({ task }) => task < 2),
      })),
    };
    expect(stopsOf(stopped, 'task')).toEqual([0, 0.5, 1]);
    expect(momentAt(stopped, 0.9)).toMatchObject({ task: 1 });
  });

  it('of a task that is not learned yet are those of its training so far', () => {
    // 30 batches of 20 an epoch.
    const losses = untold.methods.map((method) => method.losses.filter(({ task, step }) => task === 0 && step < 30));
    const begun = { ...untold, methods: untold.methods.map((method, i) => ({ ...method, results: [], losses: losses[i] ?? [] })) };
    expect(phasesOf(begun, 0)).toEqual([{ phase: 'train', from: 0, to: 1 }]);
    expect(momentAt(begun, 1)).toMatchObject({ task: 0, phase: 'train', epoch: 1, batch: 30, batches: 30 });
    expect(stopsOf(begun, 'epoch')).toEqual([0, expect.closeTo(2 / 3, 9), 1]);
    expect(stopsOf(begun, 'batch')).toHaveLength(31);
    expect(stopsOf(begun, 'task')).toEqual([0, 1]);
  });
});
