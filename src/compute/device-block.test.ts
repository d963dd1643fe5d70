import { expect, it } from 'vitest';
import { browserOf, deviceBlock, deviceRow, DEVICES_HEAD } from './device-block';
import { peakOf } from './peaks';
import type { Yardstick } from './yardstick';

const found: Yardstick = {
  products: [
    { form: 'NT', m: 256, n: 256, k: 256, gflops: 100 },
    { form: 'NT', m: 4096, n: 4096, k: 4096, gflops: 6350 },
  ],
  dispatch: 6.5,
  steps: [
    { name: 'bundled', batch: 32, milliseconds: 1.7, gflops: 1500, first: 300 },
    { name: 'ViT-B/16', batch: 32, milliseconds: null, because: 'memory' },
    { name: 'ViT-B/16', batch: 16, milliseconds: null, because: 'time' },
  ],
};
const on = {
  device: { kind: 'webgpu', name: 'NVIDIA GeForce RTX 3060', adapter: 'NVIDIA GeForce RTX 3060, nvidia, ampere' },
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  version: '0.1.0',
  date: '2026-01-02T03:04:05.000Z',
} as const;

it('makes a row of as many cells as the head has, what is not known left empty', () => {
  const cells = deviceRow(on, found).split(' | ');
  expect(cells).toHaveLength(DEVICES_HEAD.split('\n')[0]?.split(' | ').length ?? 0);
  // 6.35 of the 12.7 TFLOP/s that the card is sold for.
  expect(cells.slice(1, 7)).toEqual(['webgpu, Chrome 140, X11, 0.1.0, 2026-01-02', '6.35', '50 %', '6.5', '1.7', '']);
  expect(cells.slice(-3)).toEqual(['too long', 'memory', ' |']);
  expect(deviceBlock(on, found)).toContain('NT 256 x 256 x 256: 100 GFLOP/s 0.787 %');
});

it.each([
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0', 'Firefox 141, Windows NT 10.0'],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
    'Safari 26, Macintosh',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0',
    'Edge 140, Windows NT 10.0',
  ],
  ['Dawn in Node', 'Dawn in Node'],
])('tells browsers apart: %s', (userAgent, words) => {
  expect(browserOf(userAgent)).toBe(words);
});

it('knows the peak of what says its name, and of nothing else', () => {
  expect(peakOf('Apple M2 Max')).toBe(13.6);
  expect(peakOf('Apple M2')).toBe(3.6);
  expect(peakOf('apple, common-3')).toBeNull();
});
