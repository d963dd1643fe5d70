import { describe, expect, it } from 'vitest';
import { bundledExperiments, defaultExperiment } from './defaults';
import { parseExperiment } from './experiment';
import { bestRates, keepingBestRates, rateChoice, withRates } from './rates';

describe('learning rates', () => {
  it('are one for all by default, and each method’s own best on demand', () => {
    expect(rateChoice(defaultExperiment)).toBe('shared');
    const best = withRates(defaultExperiment, 'best');
    expect(rateChoice(best)).toBe('best');
    expect(best.methods.map((spec) => ('learningRate' in spec ? spec.learningRate : null))).toEqual([
      bestRates(defaultExperiment)?.inflora,
      bestRates(defaultExperiment)?.['full-fine-tuning'],
    ]);
    expect(withRates(best, 'shared')).toEqual(defaultExperiment);
  });

  it('leave the other options of a method alone', () => {
    const own = parseExperiment({ ...defaultExperiment, methods: [{ id: 'inflora', rank: 3, learningRate: 0.5 }, { id: 'nearest-mean' }] });
    expect(rateChoice(own)).toBe('own');
    expect(withRates(own, 'best').methods[0]).toMatchObject({ rank: 3, learningRate: bestRates(own)?.inflora });
    expect(withRates(own, 'best').methods[1]).toEqual(own.methods[1]);
  });

  it('were searched for every bundled stream, each with its own', () => {
    for (const id of ['alphabets', 'styles', 'things']) {
      const experiment = bundledExperiments[`${id}-best-rates`];
      if (!experiment) throw new Error(`${id} has no experiment at best rates`);
      expect(experiment.stream.from).toEqual({ source: 'bundled', id });
      expect(rateChoice(experiment)).toBe('best');
      expect(experiment.methods).toHaveLength(6);
    }
    expect(bestRates(bundledExperiments['styles'] ?? defaultExperiment)).not.toEqual(bestRates(defaultExperiment));
  });

  it('follow the stream while they are the best, and are given up where none are known', () => {
    const best = withRates(defaultExperiment, 'best');
    const moved = keepingBestRates(best, { ...best, stream: { ...best.stream, from: { source: 'bundled', id: 'things' } } });
    expect(rateChoice(moved)).toBe('best');
    expect(moved.methods).not.toEqual(best.methods);
    const own = keepingBestRates(best, { ...best, backbone: { from: { source: 'file', name: 'vit.safetensors' } } });
    expect(bestRates(own)).toBeNull();
    expect(rateChoice(own)).toBe('shared');
    const byHand = parseExperiment({ ...defaultExperiment, methods: [{ id: 'inflora', learningRate: 0.5 }] });
    expect(keepingBestRates(byHand, byHand)).toEqual(byHand);
  });
});
