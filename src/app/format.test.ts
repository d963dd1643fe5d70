import { expect, it } from 'vitest';
import { clock, percent, points, small } from './format';

it('writes percent and points with one decimal', () => {
  expect(percent(0.7143)).toBe('71.4');
  expect(points(-0.583)).toBe('−58.3');
  expect(points(0.12)).toBe('+12.0');
  expect(points(-0.0001)).toBe('0.0');
});

it('writes times as clocks', () => {
  expect([0, 21.4, 81, 3723].map(clock)).toEqual(['0:00', '0:21', '1:21', '1:02:03']);
});

it('writes rates shortly', () => {
  expect([0, 0.003, 0.00012, 1.5].map(small)).toEqual(['0', '0.003', '1.2e−4', '1.5']);
});
