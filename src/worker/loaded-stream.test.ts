import { describe, expect, it } from 'vitest';
import { dataset, letters, mixed } from '../data/testing/stores';
import { parseExperiment } from '../session/experiment';
import { cutTasks, summariseStream } from './loaded-stream';

const experiment = parseExperiment({
  schema: 1,
  backbone: { from: { source: 'bundled', id: 'glyph-vit' } },
  stream: { from: { source: 'bundled', id: 'any' } },
  methods: [{ id: 'inflora' }],
});

describe('examples of a loaded stream', () => {
  it('are of each task’s own domain', () => {
    const { examples, thumbnails } = summariseStream(cutTasks(mixed(), experiment));
    expect(examples.map(({ labels }) => labels)).toEqual([1, 2].map(() => letters(4).flatMap((_, label) => [label, label, label])));
    // Pixels say the row: of each class's six, the first three are photos.
    const size = thumbnails.side ** 2 * 3;
    const rows = examples.map(({ pixels }) => pixels.filter((_, i) => i % size === 0));
    expect([...(rows[0] ?? [])]).toEqual([0, 1, 2, 6, 7, 8, 12, 13, 14, 18, 19, 20]);
    expect([...(rows[1] ?? [])]).toEqual([3, 4, 5, 9, 10, 11, 15, 16, 17, 21, 22, 23]);
  });

  it('are not needed where a class looks the same in every task', () => {
    expect(summariseStream(cutTasks(dataset(letters(4)), experiment)).examples).toEqual([]);
  });
});
