import { describe, expect, it } from 'vitest';
import { syntheticRecord } from '../testing/synthetic-record';
import { knownNow, magnitudesOf, methodsThatKnow, picksByTask } from './known';

const record = syntheticRecord({ methods: ['inflora', 'ewc', 'sd-lora', 'l2p'], knows: true, tasks: 3 });

/** As it was after so many tasks. */
const after = (tasks: number) => ({
  ...record,
  methods: record.methods.map((method) => ({ ...method, results: method.results.slice(0, tasks) })),
});

describe('what methods know of themselves', () => {
  it('is had of those that told it, as of the newest task', () => {
    expect(methodsThatKnow(record)).toEqual(['ewc', 'sd-lora', 'l2p']);
    expect(knownNow(record, 'inflora')).toBeNull();
    expect(knownNow(record, 'l2p')).toMatchObject({ task: 2, kind: 'picks' });
    expect(knownNow(after(1), 'l2p')?.known.values).toHaveLength(1);
    expect(knownNow(after(0), 'ewc')).toBeNull();
  });

  it('is left out where a later build told something else', () => {
    const strange = {
      ...record,
      methods: record.methods.map((method) => ({
        ...method,
        results: method.results.map((result) => ({ ...result, knows: { what: 'of tomorrow', values: [] } })),
      })),
    };
    expect(methodsThatKnow(strange)).toEqual([]);
    expect(knownNow(strange, 'ewc')).toBeNull();
  });

  it('of magnitudes is a row after each task', () => {
    expect(magnitudesOf(record, 'sd-lora').map(({ task, values }) => [task, values.length])).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
    expect(magnitudesOf(record, 'ewc')).toEqual([]);
  });

  it('of many prompts is told by the task that brought them', () => {
    // By hand: 22 prompts, eleven with each of two tasks.
    const eleven = (value: number) => Array.from({ length: 11 }, () => value);
    const many = picksByTask({
      values: [
        [...eleven(0.5), ...eleven(0.1)],
        [...eleven(0.2), ...eleven(0.4)],
      ],
    });
    expect(many.together).toBe(11);
    expect(many.values.flat().map((value) => Number(value.toFixed(9)))).toEqual([0.5, 0.1, 0.2, 0.4]);
    const few = {
      values: [
        [1, 0],
        [0, 1],
      ],
    };
    expect(picksByTask(few)).toEqual({ together: 1, ...few });
    // 23 prompts are no two tasks' in equal parts.
    expect(picksByTask({ values: [Array(23).fill(0.1), Array(23).fill(0.1)] as number[][] }).together).toBe(1);
  });
});
