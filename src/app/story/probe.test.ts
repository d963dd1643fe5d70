import { expect, test } from 'vitest';
import { halfLostAt, lostAfter, probeOf } from './probe';

const point = (task: number, step: number, ...accuracy: number[]) => ({ task, step, of: 40, accuracy });

test('the first task is followed while another is learned; half of its loss is found by hand', () => {
  const probes = [point(2, 0, 0.5, 0.9), point(1, 0, 0.9), point(1, 40, 0.3), point(1, 4, 0.7), point(1, 9, 0.6), point(1, 20, 0.35)];
  const probe = probeOf({ results: [], probes }, 1);
  expect(probe?.map(({ step }) => step)).toEqual([0, 4, 9, 20, 40]);
  // From 0.9 to 0.3: half is lost at 0.6.
  expect(halfLostAt(probe ?? [])).toBe(9);
  // From step 20 on 0.05 of 0.6.
  expect(lostAfter(probe ?? [], 30)).toBeCloseTo(1 / 12);
  expect(lostAfter(probe ?? [], 40)).toBe(0);
});

test('a record without a probe has none', () => {
  expect(probeOf({ results: [] }, 1)).toBeNull();
  expect(probeOf({ results: [], probes: [point(1, 0, 0.9), point(1, 40, 0.3)] }, 1)).toBeNull();
});
