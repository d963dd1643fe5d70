import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { openTfjsWebgpu } from './device-webgpu';
import { softmax } from './ops';

describe('softmax on WebGPU', () => {
  it('is right beyond 65,535 rows, where that of tfjs spoils the last element', async () => {
    const device = await openTfjsWebgpu();
    const rows = 65_535 + 10;
    const x = tf.tensor2d(
      Float32Array.from({ length: rows * 2 }, (_, i) => (i % 2 === 0 ? 0 : Math.log(3))),
      [rows, 2],
    );
    const values = await softmax(x).data();
    for (const row of [0, 65_534, 65_535, rows - 1]) {
      expect(values[2 * row], `row ${row}`).toBeCloseTo(0.25, 6);
      expect(values[2 * row + 1], `row ${row}`).toBeCloseTo(0.75, 6);
    }
    device.dispose();
  });
});
