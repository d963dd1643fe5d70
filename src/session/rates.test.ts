import { describe, expect, it } from 'vitest';
import { bundledExperiments, defaultExperiment } from './defaults';
import { parseExperiment } from './experiment';
import { bestRates, rateChoice, ratesAreKnown, withRates } from './rates';

describe('learning rates', () => {
  it('are one for all by default, and each method’s own best on demand', () => {
    expect(rateChoice(defaultExperiment)).toBe('shared');
    const best = withRates(defaultExperiment, 'best');
    expect(rateChoice(best)).toBe('best');
    expect(best.methods.map((spec) => ('learningRate' in spec ? spec.learningRate : null))).toEqual([
      bestRates.inflora,
      bestRates['full-fine-tuning'],
    ]);
    expect(withRates(best, 'shared')).toEqual(defaultExperiment);
  });

  it('leave the other options of a method alone', () => {
    const own = parseExperiment({ ...defaultExperiment, methods: [{ id: 'inflora', rank: 3, learningRate: 0.5 }, { id: 'nearest-mean' }] });
    expect(rateChoice(own)).toBe('own');
    expect(withRates(own, 'best').methods[0]).toMatchObject({ rank: 3, learningRate: bestRates.inflora });
    expect(withRates(own, 'best').methods[1]).toEqual(own.methods[1]);
  });

  it('were searched for Alphabets alone', () => {
    expect(ratesAreKnown(defaultExperiment)).toBe(true);
    expect(ratesAreKnown(bundledExperiments.styles ?? defaultExperiment)).toBe(false);
    expect(rateChoice(bundledExperiments['alphabets-best-rates'] ?? defaultExperiment)).toBe('best');
  });
});
