import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../session/record';
import type { RunEntry } from '../store/catalogue';
import { syntheticRecord } from '../testing/synthetic-record';
import { withRates } from '../../session/rates';
import { atBestRates, floorOf } from './floor';

const entry: RunEntry = {
  id: 'all',
  title: 'All',
  file: 'all.json',
  stream: 'alphabets',
  summary: {
    inflora: { final: 0.79, taskKnown: 0.99 },
    'inflora-ca': { final: 0.97, taskKnown: 0.99 },
    'nearest-mean': { final: 0.94, taskKnown: 0.97 },
  },
};
const base = syntheticRecord();
const onAlphabets: RunRecord = {
  ...base,
  experiment: {
    ...base.experiment,
    backbone: { from: { source: 'bundled', id: 'glyph-vit' } },
    stream: { ...base.experiment.stream, from: { source: 'bundled', id: 'alphabets' } },
  },
};

describe('the floor', () => {
  it('comes from the recorded run of the same stream', () => {
    expect(floorOf(onAlphabets, [entry])).toEqual({
      nearestMean: 0.94,
      inflora: 0.79,
      infloraTaskKnown: 0.99,
      aligned: 0.97,
      from: 'recorded',
    });
    expect(floorOf(onAlphabets, [{ ...entry, stream: 'things' }])).toBeNull();
    expect(floorOf(onAlphabets, [])).toBeNull();
  });

  it('is not claimed for a backbone of the user', () => {
    const { experiment } = onAlphabets;
    const own: RunRecord = {
      ...onAlphabets,
      experiment: { ...experiment, backbone: { from: { source: 'file', name: 'vit.safetensors' } } },
    };
    expect(floorOf(own, [entry])).toBeNull();
  });

  it('comes from the run itself where it has both', () => {
    const [inflora] = onAlphabets.methods;
    if (!inflora) throw new Error('a method expected');
    const both: RunRecord = { ...onAlphabets, methods: [...onAlphabets.methods, { ...inflora, id: 'nearest-mean' }] };
    const floor = floorOf(both, [entry]);
    expect(floor?.from).toBe('run');
    expect(floor?.nearestMean).toBe(floor?.inflora);
    expect(floor?.aligned).toBeNull();
  });

  it('says what each method reaches at its own best rate, where one rate served all', () => {
    const best: RunEntry = {
      ...{ id: 'alphabets-best-rates', title: 'Best', file: 'best.json', stream: 'alphabets' },
      summary: {
        inflora: { final: 0.85, taskKnown: 0.99 },
        'full-fine-tuning': { final: 0.83, taskKnown: 0.99 },
        'nearest-mean': { final: 0.94, taskKnown: 0.97 },
      },
    };
    const shared = { ...onAlphabets, experiment: withRates(onAlphabets.experiment, 'shared') };
    const own = { ...onAlphabets, experiment: withRates(onAlphabets.experiment, 'best') };
    expect(atBestRates(shared, [entry, best])).toEqual({ inflora: 0.85, fineTuning: 0.83 });
    expect(atBestRates(shared, [entry])).toBeNull();
    expect(atBestRates(shared, [entry, { ...best, id: 'styles-best-rates', stream: 'styles' }])).toBeNull();
    expect(atBestRates(own, [entry, best])).toBeNull();
    expect(floorOf(own, [entry, best])?.inflora).toBe(0.85);
    expect(floorOf(shared, [best, entry])?.inflora).toBe(0.79);
  });
});
