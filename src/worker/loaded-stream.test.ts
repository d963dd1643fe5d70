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
    expect(examples.map(({ labels }) => labels)).toEqual([
      [0, 1, 2, 3],
      [0, 1, 2, 3],
    ]);
    // Pixels say the row: of each class's six, the first three are photos.
    const size = thumbnails.side ** 2 * 3;
    const rows = examples.map(({ pixels }) => pixels.filter((_, i) => i % size === 0));
    expect([...(rows[0] ?? [])]).toEqual([0, 6, 12, 18]);
    expect([...(rows[1] ?? [])]).toEqual([3, 9, 15, 21]);
  });

  it('are not needed where a class looks the same in every task', () => {
    expect(summariseStream(cutTasks(dataset(letters(4)), experiment)).examples).toEqual([]);
  });
});
