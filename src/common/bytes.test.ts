import { expect, it } from 'vitest';
import { formatBytes } from './bytes';

it('writes sizes shortly', () => {
  expect([0, 999, 1000, 2_400_000, 123_456_789_000].map(formatBytes)).toEqual(['0 B', '999 B', '1.0 kB', '2.4 MB', '123 GB']);
});
