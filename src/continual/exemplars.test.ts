import { describe, expect, it } from 'vitest';
import type { LabelledBatch } from '../compute/images';
import { ExemplarStore } from './exemplars';
import { createRng } from './rng';

/** Images of 2 x 2 whose bytes are all their own number. */
const numbered = (numbers: readonly number[]): LabelledBatch => ({
  pixels: Uint8Array.from(numbers.flatMap((number) => Array.from({ length: 12 }, () => number))),
  ...{ count: numbers.length, size: 2, labels: Int32Array.from(numbers, (number) => number % 3) },
});
const heldBy = (store: ExemplarStore): number[] => Array.from({ length: store.count }, (_, slot) => store.at(slot).pixels[0] ?? NaN);

describe('a reservoir of exemplars', () => {
  it('keeps each of N images that were offered with the chance size / N', () => {
    const [size, offered, runs] = [4, 14, 2000];
    const kept = new Float64Array(offered);
    for (let seed = 0; seed < runs; seed++) {
      const store = new ExemplarStore(size, createRng(seed));
      for (const batch of [[0, 1, 2], [3, 4, 5, 6], [7], [8, 9, 10, 11, 12, 13]]) store.offer(numbered(batch));
      expect(store.count).toBe(size);
      for (const number of heldBy(store)) kept[number] = (kept[number] ?? 0) + 1;
    }
    const chance = size / offered;
    // Five standard deviations of a share of 2,000.
    const room = 5 * Math.sqrt((chance * (1 - chance)) / runs);
    for (const count of kept) expect(Math.abs(count / runs - chance)).toBeLessThan(room);
  });

  it('draws without repetition, every slot alike, all where fewer are kept', () => {
    const store = new ExemplarStore(10, createRng(1));
    store.offer(numbered([0, 1, 2, 3, 4]));
    expect(store.draw(8).sort()).toEqual([0, 1, 2, 3, 4]);
    const often = new Float64Array(5);
    for (let i = 0; i < 5000; i++) {
      const drawn = store.draw(2);
      expect(new Set(drawn).size).toBe(2);
      for (const slot of drawn) often[slot] = (often[slot] ?? 0) + 1;
    }
    for (const count of often) expect(Math.abs(count / 5000 - 0.4)).toBeLessThan(5 * Math.sqrt((0.4 * 0.6) / 5000));
    expect(store.images(store.draw(0))).toBeNull();
  });

  it('gives images, labels and logits as they came, and counts them', () => {
    const store = new ExemplarStore(3, createRng(2));
    store.offer(numbered([7, 8]), Float32Array.of(0.5, -1, 2, 3));
    expect(store.images([1, 0])).toEqual(numbered([8, 7]));
    expect(store.at(1).logits).toEqual(Float32Array.of(2, 3));
    expect(store.kept()).toEqual([{ what: 'images', images: 2, bytes: 2 * (12 + 2 + 8) }]);
    expect(() => store.at(2)).toThrow(/slot 2; 2 are kept/);
  });

  it('knows of which task its images are, and which of them', async () => {
    const store = new ExemplarStore(4, createRng(5));
    expect(store.knows()).toBeNull();
    store.open(0);
    store.offer(numbered([0, 1, 2]), null, [30, 10, 20]);
    expect(store.knows()).toEqual({ what: 'exemplars', values: [[10, 20, 30]] });
    store.open(1);
    store.offer(numbered([3, 4, 5, 6]), null, [6, 7, 8, 9]);
    const again = new ExemplarStore(4, createRng(6));
    await again.restore(await store.state());
    // Pixels tell which ones they are.
    const places = [30, 10, 20, 6, 7, 8, 9];
    const held = heldBy(store).map((number) => places[number]);
    for (const each of [store, again]) {
      expect(each.knows()?.values).toHaveLength(2);
      expect(each.knows()?.values.flat().sort()).toEqual(held.sort());
    }
  });

  it('goes on from its state alike, and apart from whoever it was taken of', async () => {
    const [store, again] = [new ExemplarStore(4, createRng(3)), new ExemplarStore(4, createRng(99))];
    store.offer(numbered([0, 1, 2, 3, 4, 5, 6]));
    await again.restore(await store.state());
    for (const each of [store, again]) each.offer(numbered([10, 11, 12, 13, 14, 15]));
    expect(heldBy(again)).toEqual(heldBy(store));
    expect(again.draw(3)).toEqual(store.draw(3));
  });
});
