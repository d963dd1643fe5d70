import { describe, expect, it } from 'vitest';
import { parseExperiment } from './experiment';
import { applySplit, writeSplit } from './split-file';

const experiment = parseExperiment({
  schema: 1,
  seed: 5,
  backbone: { from: { source: 'bundled', id: 'x' } },
  stream: {
    from: { source: 'file', name: 'pets.zip', sha256: 'a'.repeat(64) },
    split: { kind: 'explicit', tasks: [{ name: 'חתול', classes: ['a', 'b.c'], domain: 'photo' }] },
    rename: [{ from: 'd', to: 'a' }],
    trainPerClass: 9,
    testFraction: 0.3,
  },
  methods: [{ id: 'joint' }],
});

/** As a loaded stream describes itself, with a kind of its own. */
const summary = { title: 'pets', sha256: 'a'.repeat(64), kind: 'class-incremental' };

describe('a split as a file', () => {
  it('comes back as it was, on a source of another name', () => {
    const other = parseExperiment({ ...experiment, seed: 0, stream: { from: { source: 'file', name: 'mine.tar' } } });
    const { experiment: again, file } = applySplit(other, writeSplit(experiment, summary));
    expect(again).toEqual({ ...experiment, stream: { ...experiment.stream, from: { source: 'file', name: 'mine.tar' } } });
    expect(file.sha256).toBe('a'.repeat(64));
  });

  it.each([
    ['no JSON', '{', /not JSON/],
    ['another JSON', '{"kind": "inflora-run"}', /no split saved by this page/],
    ['a newer one', '{"kind": "inflora-split", "schema": 2}', /newer version/],
    [
      'a bad field',
      '{"kind": "inflora-split", "schema": 1, "seed": 1, "stream": {"split": {"kind": "equal", "classesPerTask": -1}}}',
      /stream\.split\.classesPerTask/,
    ],
  ])('%s is refused', (_, text, says) => {
    expect(() => applySplit(experiment, text)).toThrow(says);
  });
});
