import { describe, expect, it } from 'vitest';
import type { Adapter, VitModel } from '../compute/backbone';
import type { ImageBatch } from '../compute/images';
import type { DualGpm } from './dual-gpm';
import { Inside, type InsideLook } from './inside';
import { LOUDNESS } from './loudness';
import { formAt, type Form } from './plane';
import { mlMatrixAlgebra } from './testing/ml-matrix-algebra';
import { MEASURES, TINY } from './testing/tiny';

const D = TINY.dim;
const near = (value: number, digits = 4) => expect.closeTo(value, digits) as number;
const axis = (k: number, size = 1) => Array.from({ length: D }, (_, i) => (i === k ? size : 0));
const sum = (...rows: number[][]) => axis(0, 0).map((_, i) => rows.reduce((total, row) => total + (row[i] ?? 0), 0));

/** Old tokens use axes 0 and 1; new ones axis 0, and axis 2 that is free: 3² along the one, 4² along the other. */
const OLD = [axis(0, 5), axis(0, -5), axis(1, 2), axis(1, -2)];
const NEW = [sum(axis(0, 3), axis(2, 4)), sum(axis(0, 3), axis(2, -4)), sum(axis(0, -3), axis(2, 4)), sum(axis(0, -3), axis(2, -4))];
/** A batch says by its size whose tokens it gives. */
const images = (count: number): ImageBatch => ({ pixels: new Uint8Array(), count, size: 0 });
const [old, fresh] = [images(1), images(2)];

const memoryOf = (...axes: number[]): DualGpm => ({
  type: 'remove',
  dim: D,
  columns: axes.length,
  basis: Float64Array.from({ length: D * axes.length }, (_, at) => Number(Math.floor(at / axes.length) === axes[at % axes.length])),
});
/** The same space, kept as what is left of it. */
const asRetained = ({ basis, columns }: DualGpm): DualGpm => {
  const used = Array.from({ length: columns }, (_, k) => Array.from({ length: D }, (_row, i) => basis[i * columns + k]).indexOf(1));
  return { ...memoryOf(...Array.from({ length: D }, (_, i) => i).filter((i) => !used.includes(i))), type: 'retain' };
};

/** ΔW = up · down on values, W the identity; without a `down` the method designs nothing and its weight itself changes. */
async function look(down: readonly number[], memories: readonly [DualGpm | null | undefined, DualGpm | null | undefined], first = false) {
  const up = Float32Array.from(axis(0, 0.5));
  let adapters: Adapter[] = [];
  let memory = memories[0];
  const qkv = new Float32Array(3 * D * D);
  for (let i = 0; i < D; i++) qkv[(2 * D + i) * D + i] = 1;
  const model = {
    config: TINY,
    inputs: async ({ count }: ImageBatch) => Float32Array.from((count === 1 ? OLD : NEW).flat()),
    checkpoint: async () => ({
      config: TINY,
      head: null,
      tensors: new Map([['blocks.1.attn.qkv.weight', { shape: [3 * D, D], data: qkv }]]),
    }),
    adapters: async () => adapters,
  } as unknown as VitModel;
  const inside = new Inside({
    ...{ at: { block: 1, map: 'v' }, model: () => model, multiply: MEASURES.multiply, linalg: mlMatrixAlgebra },
    ...{ memory: () => memory, threshold: () => 0.97 },
  });
  const seen: InsideLook[] = [await inside.gathered(0, { old: first ? null : old, fresh })];
  adapters = [{ block: 1, target: 'v', rank: 1, down: Float32Array.from(down), up: new Float32Array(D) }];
  seen.push((await inside.designed()) ?? {});
  adapters = adapters.map((adapter) => ({ ...adapter, up }));
  const kept = inside.state();
  inside.restore(kept);
  seen.push(await inside.trained());
  memory = memories[1];
  seen.push((await inside.remembered()) ?? {});
  expect(inside.going).toBe(false);
  return Object.assign({}, ...seen) as Required<InsideLook>;
}

const at = (form: Form, degrees: number) => formAt(form, (degrees * Math.PI) / 180);
const total = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);

describe('a look inside, of a planted subspace', () => {
  it.each([
    ['as directions', memoryOf(0, 1), memoryOf(0, 1, 2)],
    ['as their complement', asRetained(memoryOf(0, 1)), asRetained(memoryOf(0, 1, 2))],
  ])('with the memory kept %s, hears nothing of old tokens and four fifths of half of new ones', async (_, before, after) => {
    const { gather, design, train, consolidate } = await look(axis(2), [before, after]);
    // In the plane of axes 0 and 2 lie 2 · 25 of the old 2 · 25 + 2 · 4, and all of the new.
    expect([gather.old?.share, gather.fresh.share]).toEqual([near(50 / 58), 1]);
    expect(gather.old?.form).toEqual([12.5, 0, 0]);
    expect(gather.fresh.form).toEqual([9, 0, 16]);
    expect(gather.unit).toBeCloseTo(0.05, 12);
    expect(gather.old?.places.slice(0, 4).map(Math.abs)).toEqual([100, 0, 100, 0]);
    expect(gather.fresh.places.map(Math.abs)).toEqual([60, 80, 60, 80, 60, 80, 60, 80]);

    expect(design.held).toEqual([1, 0, 0]);
    expect(design.free.map(Math.abs)).toEqual([0, 80, 0, 80, 0, 80, 0, 80]);
    expect(design.rows.map(Math.abs)).toEqual([0, 1]);
    expect(design.energy).toEqual({
      old: { memory: 1, b: 0 },
      fresh: { memory: near(9 / 25), b: near(16 / 25) },
    });

    // Of rank one, all of its size lies along axis 2: D times what random directions hear.
    expect([at(train.hears, 0), at(train.hears, 90)]).toEqual([0, near(D, 9)]);
    expect(train.size).toBeCloseTo(0.5 / Math.sqrt(D), 4);
    const { old: quiet, fresh: loud, random } = train.loudness;
    expect(quiet).toEqual({ counts: [4, ...new Array<number>(LOUDNESS.bins - 1).fill(0)], median: 0 });
    // ‖up‖ · 4 / ‖(3, 4)‖.
    expect(loud.median).toBeCloseTo(0.4, 4);
    expect(loud.counts[Math.floor(((Math.log10(0.4) + 5) / 6) * 24)]).toBe(4);
    expect(total(random?.counts ?? [])).toBe(4);
    expect(random?.median).toBeGreaterThan(0);

    expect(consolidate).toEqual({ held: [1, 0, 1], before: 2, after: 3, of: D, threshold: 0.97 });
  });

  it('on the first task has no old tokens and no memory: its own leading directions make the plane', async () => {
    const { gather, design, train, consolidate } = await look(axis(2), [null, memoryOf(0, 2)], true);
    expect(gather.old).toBeNull();
    // 16 along axis 2, then 9 along axis 0.
    expect(gather.fresh.form).toEqual([near(16), near(0), near(9)]);
    expect([design.held, design.energy.old]).toEqual([null, null]);
    expect(design.energy.fresh).toEqual({ memory: 0, b: near(16 / 25) });
    expect([train.loudness.old, train.loudness.random]).toEqual([null, null]);
    expect(consolidate).toMatchObject({ before: 0, after: 2 });
  });

  it('of a method without a memory tells what it can', async () => {
    const { gather, design, train, consolidate } = await look(axis(0), [undefined, undefined]);
    expect([design, consolidate]).toEqual([undefined, undefined]);
    expect(gather.fresh.form).toEqual([9, 0, 16]);
    // Two of four old tokens lie along axis 0, heard at half their size.
    expect(train.loudness.old?.median).toBeCloseTo(0.5, 4);
    expect(train.loudness.old?.counts[0]).toBe(2);
  });

  it('random directions hear on average what a rotation of the update would', async () => {
    // E ‖ΔW z‖² = ‖ΔW‖² ‖x‖² / D for any x; here ‖W x‖ = ‖x‖.
    const many: number[] = [];
    for (let trial = 0; trial < 40; trial++) {
      const { train } = await look(axis(trial % D), [memoryOf(0, 1), memoryOf(0, 1, 2)]);
      many.push(train.loudness.random?.median ?? NaN);
    }
    const mean = many.reduce((all, value) => all + value, 0) / many.length;
    // Of a direction's component, |g| / √D: between its median and its root of mean square.
    expect(mean).toBeGreaterThan((0.5 * 0.5) / Math.sqrt(D));
    expect(mean).toBeLessThan((0.5 * 1.5) / Math.sqrt(D));
  });

  it('refuses a block that is not there by its name', () => {
    const model = { config: TINY } as VitModel;
    const options = { model: () => model, multiply: MEASURES.multiply, linalg: mlMatrixAlgebra, memory: () => null, threshold: () => null };
    expect(() => new Inside({ ...options, at: { block: 2, map: 'v' } })).toThrow('look inside block 3, and this backbone has 2');
  });
});
