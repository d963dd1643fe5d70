import { describe, expect, it } from 'vitest';
import { barsOf } from './bars';
import type { Measured, ShapeResult } from './run';
import { Message } from './peers/protobuf';
import { SHAPES, flopsOf } from './shapes';
import { spreadOf } from './spread';

const nothing = { device: '', once: false, loss: null, gradients: null, features: null, submission: null, failure: null } as const;
const measured = (contender: Measured['contender'], training: number | null, activationBytes: number | null = null): Measured => ({
  ...{ ...nothing, contender, activationBytes, forward: null },
  training: training === null ? null : spreadOf([training]),
});
const shapeN = SHAPES.filter(({ id }) => id === 'N');

describe('the bench', () => {
  it('takes the median of an even number of timings between the middle two', () => {
    expect(spreadOf([8, 1, 2, 4])).toEqual({ median: 3, least: 1, most: 8, count: 4 });
  });

  it('compares with the better peer, and says where nothing was measured', () => {
    const [shape] = shapeN;
    if (!shape) throw new Error('no shape N');
    const contenders = [measured('ours-wasm', 100, 10), measured('tfjs-wasm', 700, 80), measured('jax-wasm', 400)];
    const bars = barsOf([{ shape, contenders } satisfies ShapeResult]);
    const bar = (part: string) => bars.find(({ text }) => text.includes(part));
    const best = bar('best of');
    expect(best?.found).toBe(4);
    expect(best?.wanted.met(best.found ?? 0)).toBe(false);
    expect(bar('kept for backward')?.found).toBe(0.125);
    expect(bar('WebGPU: jax-js')?.found).toBeNull();
  });

  it('counts the products of a step of shape N', () => {
    // 32 images of 6 blocks, each 2 · (2 · 65 · 12 · 96²) for the linear maps and 3 · (4 · 65² · 96) for attention; and the patches.
    expect(shapeN.map((shape) => flopsOf(shape, 'training'))).toEqual([32 * (6 * (2 * 14_376_960 + 3 * 1_622_400) + 2_359_296)]);
  });

  it('writes protocol buffers as their specification shows them', () => {
    // protobuf.dev/programming-guides/encoding: 150 in field 1, "testing" in field 2, a message with 150 in field 3.
    const inner = new Message().int(1, 150);
    expect([...inner.finish()]).toEqual([0x08, 0x96, 0x01]);
    expect([...new Message().text(2, 'testing').finish()]).toEqual([0x12, 0x07, ...new TextEncoder().encode('testing')]);
    expect([...new Message().message(3, inner).finish()]).toEqual([0x1a, 0x03, 0x08, 0x96, 0x01]);
    expect([...new Message().int(1, -2).finish()]).toEqual([0x08, 0xfe, ...Array<number>(8).fill(0xff), 0x01]);
  });
});
