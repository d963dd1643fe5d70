import { expect, it } from 'vitest';
import { budgetOf, STAGES, timeTable } from './test-lanes.mjs';

it('what gates may take twelve minutes', () => {
  expect(budgetOf(STAGES)).toBeLessThanOrEqual(12 * 60);
});

it('lanes of a stage run side by side; one beyond its budget is told, and one that did not run is left out', () => {
  const stages = [{ a: 10, bc: 20 }, { d: 30 }];
  expect(budgetOf(stages)).toBe(50);
  const [a, bc, together, ...more] = timeTable(stages, { a: 9.6, bc: 21, together: 49 });
  expect(a).toBe('a           10 s of   10');
  expect(bc).toMatch(/^bc {10}21 s of {3}20 OVER ITS BUDGET/);
  expect(together).toBe('together    49 s of   50');
  expect(more).toEqual([]);
});
