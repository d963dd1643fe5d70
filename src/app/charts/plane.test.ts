import { describe, expect, it } from 'vitest';
import type { RateSweep } from '../../session/rate-sweep';
import { syntheticRecord } from '../testing/synthetic-record';
import { planePoints, searchedRates } from './plane';

const record = syntheticRecord({ methods: ['inflora', 'full-fine-tuning', 'joint'] });
const at = { learned: 0.9, kept: 0.5, final: 0.45 };
const sweep: RateSweep = {
  ...{ schema: 1, stream: 'alphabets', seed: 3 },
  points: [
    { method: 'inflora', learningRate: 1e-2, chosen: false, readings: { ridge: at } },
    { method: 'inflora', learningRate: 1e-3, chosen: true, readings: { ridge: at, own: at } },
    { method: 'sequential-lora', learningRate: 1e-3, chosen: true, readings: { ridge: at } },
  ],
};
/** As it stood after so many tasks. */
const after = (tasks: number) => ({
  ...record,
  methods: record.methods.map((method) => ({ ...method, results: method.results.filter(({ task }) => task < tasks) })),
});

describe('the plane', () => {
  it('has a dot for every method that learns task by task, from the second task on', () => {
    expect(planePoints(record, 'classIncremental', 'own').map(({ method }) => method)).toEqual(['inflora', 'full-fine-tuning']);
    expect(planePoints(after(1), 'classIncremental', 'own')).toEqual([]);
    expect(planePoints(after(2), 'classIncremental', 'own')).toHaveLength(2);
    expect(planePoints(record, 'classIncremental', 'again-ridge')).toEqual([]);
  });

  it('shows the rates of the run’s own methods from small to large, by the reading on screen', () => {
    const rates = searchedRates(record, sweep, 'ridge');
    expect([...rates.keys()]).toEqual(['inflora', 'full-fine-tuning', 'joint']);
    expect(rates.get('inflora')?.map(({ learningRate, chosen }) => [learningRate, chosen])).toEqual([
      [1e-3, true],
      [1e-2, false],
    ]);
    expect(searchedRates(record, sweep, 'own').get('inflora')).toHaveLength(1);
  });

  it('shows no rates before the run is drawn, nor beside other material', () => {
    expect(searchedRates(after(4), sweep, 'ridge').size).toBe(0);
    expect(searchedRates(record, { ...sweep, stream: 'things' }, 'ridge').size).toBe(0);
    expect(searchedRates(record, null, 'ridge').size).toBe(0);
    const { experiment } = record;
    const shorter = { ...record, experiment: { ...experiment, stream: { ...experiment.stream, maxTasks: 3 } } };
    expect(searchedRates(shorter, sweep, 'ridge').size).toBe(0);
    const own = { ...record, experiment: { ...experiment, backbone: { from: { source: 'file' as const, name: 'vit.safetensors' } } } };
    expect(searchedRates(own, sweep, 'ridge').size).toBe(0);
  });
});
