import { describe, expect, it } from 'vitest';
import { runnable } from '../../session/experiment';
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
      floor: { id: 'nearest-mean', final: 0.94, taskKnown: 0.97 },
      contestant: { id: 'inflora', final: 0.79, taskKnown: 0.99 },
      ownHeads: true,
      aligned: { id: 'inflora-ca', final: 0.97, taskKnown: 0.99 },
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

  it('is compared with the first contestant of the run, whichever that is', () => {
    const [inflora, fineTuning] = onAlphabets.methods;
    if (!inflora || !fineTuning) throw new Error('two methods expected');
    const other: RunRecord = { ...onAlphabets, methods: [{ ...inflora, id: 'joint' }, fineTuning] };
    const tuned: RunEntry = { ...entry, summary: { ...entry.summary, 'full-fine-tuning': { final: 0.4, taskKnown: 0.8 } } };
    expect(floorOf(other, [tuned])?.contestant).toEqual({ id: 'full-fine-tuning', final: 0.4, taskKnown: 0.8 });
    expect(floorOf({ ...onAlphabets, methods: [{ ...inflora, id: 'of another build' }] }, [entry])).toBeNull();
  });

  it('comes from the run itself where it has both', () => {
    const [inflora] = onAlphabets.methods;
    if (!inflora) throw new Error('a method expected');
    const both: RunRecord = { ...onAlphabets, methods: [...onAlphabets.methods, { ...inflora, id: 'nearest-mean' }] };
    const floor = floorOf(both, [entry]);
    expect(floor?.from).toBe('run');
    expect(floor?.floor.final).toBe(floor?.contestant.final);
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
    const { experiment } = runnable(onAlphabets.experiment);
    if (!experiment) throw new Error('an experiment expected');
    const shared = { ...onAlphabets, experiment: withRates(experiment, 'shared') };
    const own = { ...onAlphabets, experiment: withRates(experiment, 'best') };
    expect(atBestRates(shared, [entry, best])).toEqual([
      { id: 'inflora', final: 0.85, taskKnown: 0.99 },
      { id: 'full-fine-tuning', final: 0.83, taskKnown: 0.99 },
    ]);
    expect(atBestRates(shared, [entry])).toEqual([]);
    expect(atBestRates(shared, [entry, { ...best, id: 'styles-best-rates', stream: 'styles' }])).toEqual([]);
    expect(atBestRates(own, [entry, best])).toEqual([]);
    expect(floorOf(own, [entry, best])?.contestant.final).toBe(0.85);
    expect(floorOf(shared, [best, entry])?.contestant.final).toBe(0.79);
  });
});
