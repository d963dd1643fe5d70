import { describe, expect, it } from 'vitest';
import { bundledExperiments, defaultExperiment } from './defaults';
import { parseExperiment } from './experiment';
import { suggested } from './suggested';
import { bestRates, keepingBestRates, rateChoice, withRates } from './rates';

describe('learning rates', () => {
  it('are each method’s own best by default, and one for all on demand', () => {
    expect(rateChoice(defaultExperiment)).toBe('best');
    expect(defaultExperiment.methods.map((spec) => ('learningRate' in spec ? spec.learningRate : null))).toEqual([
      bestRates(defaultExperiment)?.inflora,
      bestRates(defaultExperiment)?.['full-fine-tuning'],
      bestRates(defaultExperiment)?.['sequential-lora'],
      null,
    ]);
    const shared = withRates(defaultExperiment, 'shared');
    expect(rateChoice(shared)).toBe('shared');
    expect(withRates(shared, 'best')).toEqual(defaultExperiment);
  });

  it('are published with the options that they were searched with', () => {
    const searched = defaultExperiment.methods.map(({ id }) => suggested(id, defaultExperiment.stream.from));
    expect(withRates(parseExperiment({ ...defaultExperiment, methods: searched }), 'best')).toEqual(defaultExperiment);
  });

  it('leave the other options of a method alone', () => {
    const own = parseExperiment({ ...defaultExperiment, methods: [{ id: 'inflora', rank: 3, learningRate: 0.5 }, { id: 'nearest-mean' }] });
    expect(rateChoice(own)).toBe('own');
    expect(withRates(own, 'best').methods[0]).toMatchObject({ rank: 3, learningRate: bestRates(own)?.inflora });
    expect(withRates(own, 'best').methods[1]).toEqual(own.methods[1]);
  });

  it('were searched for every bundled stream, each with its own', () => {
    for (const id of ['materials', 'ten', 'alphabets', 'styles', 'things']) {
      const experiment = bundledExperiments[`${id}-best-rates`];
      if (!experiment) throw new Error(`${id} has no experiment at best rates`);
      expect(experiment.stream.from).toEqual({ source: 'bundled', id });
      expect(rateChoice(experiment)).toBe('best');
      expect(experiment.methods.length).toBeGreaterThanOrEqual(6);
    }
    expect(bestRates(bundledExperiments['styles'] ?? defaultExperiment)).not.toEqual(bestRates(defaultExperiment));
  });

  it('follow the stream with the options that go with them while they are the best, and are given up where none are known', () => {
    const best = defaultExperiment;
    const moved = keepingBestRates(best, { ...best, stream: { ...best.stream, from: { source: 'bundled', id: 'things' } } });
    expect(rateChoice(moved)).toBe('best');
    expect(moved.methods[0]).toEqual(bundledExperiments['things-best-rates']?.methods[0]);
    const back = keepingBestRates(moved, { ...moved, stream: best.stream });
    expect(back).toEqual(best);
    const mine = parseExperiment({ ...best, methods: [{ id: 'inflora', rank: 3, targets: 'all' }] });
    const kept = keepingBestRates(mine, { ...mine, stream: moved.stream });
    expect(kept.methods).toEqual(mine.methods);
    const own = keepingBestRates(best, { ...best, backbone: { from: { source: 'file', name: 'vit.safetensors' } } });
    expect(bestRates(own)).toBeNull();
    expect(rateChoice(own)).toBe('shared');
    const byHand = parseExperiment({ ...defaultExperiment, methods: [{ id: 'inflora', learningRate: 0.5 }] });
    expect(keepingBestRates(byHand, byHand)).toEqual(byHand);
  });
});
