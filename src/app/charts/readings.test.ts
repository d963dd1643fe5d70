import { describe, expect, it } from 'vitest';
import type { MethodRun, Reading, TaskResult } from '../../session/record';
import { en } from '../text/en';
import { keptInShort, keptWords } from './kept';
import { ownAlone, readingChoices, readingName, readingOn, readTitle, unread, whyUnread } from './readings';

const read: Reading = { classIncremental: [1], taskAware: [1], predicted: [[0]] };
const result = (...readings: string[]): TaskResult => ({
  ...{ task: 0, readings: Object.fromEntries(readings.map((id) => [id, read])), seconds: {} },
  ...{ kept: [], subspaces: null, interference: null, drift: [] },
});
const method = (id: string, ...results: TaskResult[]): MethodRun => ({ id, title: id, results, losses: [], failure: null });
/** Frozen has no own heads and comes first; only the other was read again. */
const run = { methods: [method('frozen', result('ridge', 'class-means')), method('inflora', result('again-ridge', 'own', 'ridge'))] };

describe('the readings on offer', () => {
  it('are those that the record holds, own heads first and diagnostics last', () => {
    expect(readingChoices(run)).toEqual(['own', 'class-means', 'ridge', 'again-ridge']);
    expect(readingChoices({ methods: [method('x', result('own', 'of-tomorrow', 'again-ridge'))] })).toEqual([
      'own',
      'of-tomorrow',
      'again-ridge',
    ]);
    expect(readingChoices({ methods: [] })).toEqual([]);
  });

  it('fall back on what there is', () => {
    expect(readingOn(run, 'ridge')).toBe('ridge');
    expect(readingOn(run, 'aligned')).toBe('own');
    expect(readingOn({ methods: run.methods.slice(0, 1) }, 'own')).toBe('class-means');
    expect(readingOn(null, 'ridge')).toBe('own');
    expect(readingOn({ methods: [method('inflora')] }, 'ridge')).toBe('own');
  });

  it('leave out methods without them, and say why', () => {
    expect(unread(run, 'own')).toEqual(['frozen']);
    expect(unread(run, 'ridge')).toEqual([]);
    expect(unread({ methods: [method('inflora')] }, 'ridge')).toEqual([]);
    expect(whyUnread(en, 'own')).toContain('no heads of its own');
    expect(whyUnread(en, 'again-ridge')).toContain('at the end');
    expect(whyUnread(en, 'of-tomorrow')).not.toBe('');
  });

  it('stand in titles where there is a choice', () => {
    expect(readTitle(en, 'Forgetting', run, 'ridge')).toBe('Forgetting · ridge');
    expect(readTitle(en, 'Forgetting', { methods: [method('inflora', result('own'))] }, 'own')).toBe('Forgetting');
    expect(readingName(en, 'of-tomorrow')).toBe('of-tomorrow');
  });

  it('tell records that held nothing but accuracies', () => {
    expect(ownAlone({ methods: [method('inflora', result('own'))] })).toBe(true);
    expect(ownAlone(run)).toBe(false);
    expect(ownAlone({ methods: [method('inflora', { ...result('own'), drift: [0.1] })] })).toBe(false);
  });
});

describe('what a method keeps', () => {
  const bases = { what: 'bases', bytes: 96_000, images: 0 };
  const images = { what: 'images', bytes: 1_200_000, images: 200 };
  it('is said in bytes and in images', () => {
    expect(keptWords(en, [])).toBe('keeps nothing of the past');
    expect(keptWords(en, [bases])).toBe('keeps 96.0 kB of bases, no images');
    expect(keptWords(en, [bases, images])).toBe('keeps 96.0 kB of bases, 1.2 MB of 200 images');
    expect(keptInShort(en, [bases, images])).toBe('keeps 1.3 MB, 200 images');
    expect(keptInShort(en, [bases])).toBe('keeps 96.0 kB, no images');
  });
});
