import { describe, expect, it } from 'vitest';
import { bundledExperiments, defaultExperiment } from './defaults';
import { parseExperiment, type Experiment } from './experiment';
import { experimentFromHash, experimentToHash, LinkError } from './link';

const changed = (change: (e: Record<string, unknown>) => void): Experiment => {
  const copy = structuredClone(defaultExperiment) as unknown as Record<string, unknown>;
  change(copy);
  return parseExperiment(copy);
};

describe('experiment link', () => {
  it('holds nothing but the version for the defaults', () => {
    expect(experimentToHash(defaultExperiment)).toBe('#v=1&d=3');
    expect(experimentFromHash('#v=1&d=3')).toEqual(defaultExperiment);
  });

  it('goes on meaning the defaults of its time', () => {
    expect(experimentFromHash('#v=1&d=2')).toEqual(bundledExperiments['default-2']);
    const { methods, seed } = experimentFromHash('#v=1&d=2&seed=3') ?? defaultExperiment;
    expect(seed).toBe(3);
    expect(methods.map((spec) => ('learningRate' in spec ? spec.learningRate : null))).toEqual([4e-3, 1e-4, 5e-4, null]);
    expect(experimentFromHash('#v=1')).toEqual(bundledExperiments.alphabets);
  });

  it('holds only what differs, readably', () => {
    const experiment = { ...defaultExperiment, seed: 3, training: { ...defaultExperiment.training, epochs: 9 } };
    expect(experimentToHash(experiment)).toBe('#v=1&d=3&seed=3&training.epochs=9');
  });

  it.each<[string, (e: Record<string, unknown>) => void]>([
    ['another source', (e) => (e.backbone = { from: { source: 'url', url: 'https://example.org/a b?x=1&y=#z' }, mean: [0.5, 0.25, 1e-7] })],
    ['fewer methods', (e) => (e.methods = [{ id: 'nearest-mean' }])],
    ['more methods', (e) => (e.methods = [{ id: 'inflora', rank: 3, scaleDown: false }, { id: 'joint' }, { id: 'sequential-lora' }])],
    ['a title that looks like a number', (e) => (e.title = '12')],
    ['a title that looks like a mark', (e) => (e.title = '~')],
    ['a title with an apostrophe', (e) => (e.title = "'true")],
    ['an empty title', (e) => (e.title = '')],
    [
      'an explicit split with other scripts',
      (e) =>
        (e.stream = {
          from: { source: 'file', name: 'עברית.zip', sha256: 'a'.repeat(64) },
          split: { kind: 'explicit', tasks: [{ name: '1', classes: ['α=β', 'x.y', 'true'] }] },
        }),
    ],
  ])('round trip: %s', (_, change) => {
    const experiment = changed(change);
    expect(experimentFromHash(experimentToHash(experiment))).toEqual(experiment);
  });

  it('is not an experiment without a version', () => {
    expect(experimentFromHash('')).toBeNull();
    expect(experimentFromHash('#charts')).toBeNull();
  });

  it.each([
    ['#v=2&seed=3', /newer version \(v=2\)/],
    ['#v=1&d=99', /newer version \(d=99\)/],
    ['#v=x', /no usable version/],
    ['#v=1&training.epochs=many', /training\.epochs/],
    ['#v=1&seed=%E0%A4%A', /broken at "seed=%E0%A4%A"/],
    ['#v=1&methods.5.id=joint', /skips an entry before "methods\.5"/],
    ['#v=1&__proto__.polluted=1', /broken at "__proto__/],
  ])('refuses %s', (hash, message) => {
    expect(() => experimentFromHash(hash)).toThrow(LinkError);
    expect(() => experimentFromHash(hash)).toThrow(message);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
