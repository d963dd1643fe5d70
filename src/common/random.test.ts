import { describe, expect, it } from 'vitest';
import { createRng } from '../continual/rng';
import { drawFrom, shuffled } from '../data/random';
import { splitMix32 } from './random';

describe('seeded numbers', () => {
  // The formula in Python's unbounded integers, cut to 32 bits by hand.
  it.each([
    [0, [1684164658, 3653269916, 2939563536]],
    [0xdeadbeef, [46217145, 304148291, 1711218402]],
  ])('SplitMix32 from state %i', (state, expected) => {
    const next = splitMix32(state);
    expect(expected.map(() => next())).toEqual(expected);
  });

  // Links and recorded runs name a seed alone: what it gave when they were published (version 0.1.0) must stay.
  it('give what published seeds gave', () => {
    const rng = createRng(7, 'order');
    expect([rng.uniform(), rng.uniform(), rng.normal()]).toEqual([0.6009669557679445, 0.9032620037905872, 0.5439496874614334]);
    expect([...createRng(3).permutation(8)]).toEqual([7, 1, 2, 3, 0, 5, 6, 4]);
    expect(createRng(7, 'order').fork('x').uniform()).toBe(0.11306365043856204);
    expect(createRng(-1).uniform() * 2 ** 32).toBe(4033548383);
    const draw = drawFrom(7, 'split');
    expect([draw.uniform() * 2 ** 32, draw.uniform() * 2 ** 32, draw.integer(1000)]).toEqual([3734414823, 680981118, 827]);
    expect(drawFrom(0, '猫🐈').uniform() * 2 ** 32).toBe(3860222388);
    expect(shuffled([...'abcdefgh'], drawFrom(7, 'split')).join('')).toBe('fhdcaebg');
  });
});
