import { describe, expect, it } from 'vitest';
import { testApp } from '../testing/test-app';
import { answerFor } from './assumed-fields';
import { parseCounts, parseTasks, writeTasks } from './split-text';

describe('typed splits', () => {
  it('reads counts and refuses what is none', () => {
    expect(parseCounts('10, 12 11')).toEqual([10, 12, 11]);
    for (const bad of ['', '0', '2, x', '1.5']) expect(parseCounts(bad)).toBeNull();
  });

  it('reads what it writes', () => {
    const tasks = [
      { name: 'Greek', classes: ['alpha', 'beta'] },
      { name: 'Digits', classes: ['0'] },
    ];
    expect(parseTasks(writeTasks(tasks))).toEqual(tasks);
    for (const bad of ['', 'no colon', 'empty:', ': a']) expect(parseTasks(bad)).toBeNull();
  });

  it('takes full-width marks, which names may hold beside ASCII ones', () => {
    expect(parseCounts('10，12、11')).toEqual([10, 12, 11]);
    expect(parseTasks('希腊：alpha，beta')).toEqual([{ name: '希腊', classes: ['alpha', 'beta'] }]);
    const tasks = [{ name: '一：始', classes: ['甲，乙', '丙'] }];
    expect(parseTasks(writeTasks(tasks))).toEqual(tasks);
  });
});

describe('answers to what a file does not say', () => {
  it('fit their field or are none', () => {
    expect(answerFor('heads', '6')).toEqual({ heads: 6 });
    expect(answerFor('heads', '2.5')).toBeNull();
    expect(answerFor('layerNormEps', '1e-6')).toEqual({ layerNormEps: 1e-6 });
    expect(answerFor('mean', '0.5, 0.5, 0.5')).toEqual({ mean: [0.5, 0.5, 0.5] });
    expect(answerFor('std', '0.5')).toBeNull();
  });
});

describe('the set-up', () => {
  it('adds and takes away methods but never the last', () => {
    const { app } = testApp();
    const ids = () => app.store.getState().experiment.methods.map((method) => method.id);
    app.setup.toggleMethod('joint');
    expect(ids()).toEqual(['inflora', 'full-fine-tuning', 'joint']);
    for (const id of ['joint', 'full-fine-tuning', 'inflora'] as const) app.setup.toggleMethod(id);
    expect(ids()).toEqual(['inflora']);
  });

  it('leaves out an optional setting that is emptied', () => {
    const { app } = testApp();
    app.setup.stream({ maxTasks: 3 });
    app.setup.method('inflora', { learningRate: 0.001 });
    app.setup.stream({ maxTasks: undefined });
    app.setup.method('inflora', { learningRate: undefined });
    const { stream, methods } = app.store.getState().experiment;
    expect('maxTasks' in stream).toBe(false);
    expect(methods[0] !== undefined && 'learningRate' in methods[0]).toBe(false);
  });
});
