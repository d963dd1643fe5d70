import { describe, expect, it } from 'vitest';
import type { VitConfig } from '../../vit/config';
import { plannedTraining } from '../plan/memory';
import type { Program } from '../plan/ops';
import { seeded } from '../testing/random';
import { lower } from './lower';
import { Pacing } from './pacing';
import { GPU_CHOICE, SOFTWARE_CHOICE, type KernelChoice } from './table';

const config = (dim: number, depth: number, imageSize: number, patchSize: number): VitConfig => ({
  ...{ imageSize, patchSize, dim, depth, heads: dim / 64, mlpDim: 4 * dim, layerNormEps: 1e-6, pooling: 'token' },
  ...{ mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
});
const training = (shape: VitConfig, batch: number): Program =>
  plannedTraining(shape, batch, {
    trainables: { backbone: 'none', adapters: 'up', classifier: { from: 0, to: 10 } },
    adapters: { targets: ['k', 'v'], rank: 10 },
  });

const lowered = new Map<string, readonly number[]>();
const ids = new Map<Program, number>();
/** Number of launches after each operation; making them takes longer than all else here. */
function endsOf(program: Program, choice: KernelChoice, flopsAtOnce: number): readonly number[] {
  ids.set(program, ids.get(program) ?? ids.size);
  const key = `${ids.get(program)} ${choice.rows} ${flopsAtOnce}`;
  const ends = lowered.get(key) ?? lower(program, { ...choice, flopsAtOnce }, Infinity).ends;
  lowered.set(key, ends);
  return ends;
}

interface Simulated {
  readonly perMs: number;
  readonly wait?: number;
  readonly steps?: number;
  readonly caution?: number;
  readonly choice?: KernelChoice;
  /** Milliseconds that a launch takes longer in the first step. */
  readonly compiling?: number;
  /** Has one step after the others. */
  readonly then?: Program;
}

/** A GPU that does work at a rate, each launch up to three times slower than that; its end is noticed `wait` later. */
function simulate(first: Program, { perMs, wait = 0, steps = 30, caution = 1, choice = SOFTWARE_CHOICE, compiling = 0, then }: Simulated) {
  const random = seeded(1);
  let now = 0;
  let free = 0;
  const pacing = new Pacing({ now: () => now, wait, caution });
  const slower = first.ops.map(() => 1 + 2 * random());
  /** What the executor does before a step: launches as large as is known to be bearable, and the work in each. */
  const launches = (program: Program) => {
    const flopsAtOnce = Math.min(choice.flopsAtOnce, pacing.flopsAtOnce);
    const ends = endsOf(program, choice, flopsAtOnce);
    const foretold = pacing.foretold(program, program.maxBatch, ends);
    const op = (launch: number) => ends.findIndex((end) => end > launch);
    return { foretold, works: foretold.work.map((each, i) => each * (slower[op(i)] ?? 1)) };
  };
  const flights: { readonly at: number; readonly end: () => void }[] = [];
  const pieces: { readonly took: number; readonly launches: number; readonly step: number }[] = [];
  const settle = () => {
    const next = flights.shift();
    if (!next) return;
    now = Math.max(now, next.at);
    next.end();
  };
  const stepEnds: number[] = [];
  for (let step = 0; step < steps + (then ? 1 : 0); step++) {
    const { foretold, works } = launches(then && step === steps ? then : first);
    for (let from = 0; from < works.length;) {
      while (!pacing.room) settle();
      const to = pacing.cut(foretold, from);
      let took = 0;
      for (let i = from; i < to; i++) took += (works[i] ?? 0) / perMs + (step === 0 ? compiling : 0);
      free = Math.max(free, now) + took;
      flights.push({ at: free + wait, end: pacing.submitted(foretold, from, to) });
      pieces.push({ took, launches: to - from, step });
      from = to;
    }
    stepEnds.push(free);
  }
  while (flights.length > 0) settle();
  return { pieces, stepEnds, flopsAtOnce: pacing.flopsAtOnce };
}

describe('the pace of submissions', () => {
  const glyph = training(config(128, 6, 32, 4), 32);
  const another = training(config(128, 5, 32, 4), 24);
  // A processor in disguise does about 2e7 a millisecond; a large GPU 1e10.
  it.each([
    ['ten times slower than a processor in disguise', glyph, 2e6, SOFTWARE_CHOICE],
    ['a processor in disguise', glyph, 2e7, SOFTWARE_CHOICE],
    ['a small GPU under a ViT-B', training(config(768, 12, 224, 16), 32), 3e8, GPU_CHOICE],
  ])('holds about 50 ms, from the first on: %s', (_, program, perMs, choice) => {
    const { pieces } = simulate(program, { perMs, choice });
    const cut = pieces.filter(({ launches }) => launches > 1);
    expect(cut.length).toBeGreaterThan(10);
    // While nothing is known a piece may be cut too short, never too long; afterwards it stays near what it should hold.
    expect(Math.max(...cut.filter(({ step }) => step === 0).map(({ took }) => took))).toBeLessThan(150);
    // A launch that took too long by itself is several by then.
    const later = pieces.filter(({ step }) => step >= 5).map(({ took }) => took);
    expect(later.reduce((sum, took) => sum + took, 0) / later.length).toBeLessThan(60);
    expect(Math.max(...later)).toBeLessThan(60);
  });

  it('knows a slow device when another program comes', () => {
    for (const [perMs, steps] of [
      [2e7, 1],
      [2e7, 30],
      [2e6, 30],
    ] as const) {
      const { pieces } = simulate(glyph, { perMs, steps, then: another });
      expect(Math.max(...pieces.filter(({ step }) => step === steps).map(({ took }) => took))).toBeLessThan(150);
    }
  });

  it('cuts nothing where a step is short, once that is known, also where its end is noticed late', () => {
    for (const wait of [0, 1, 100]) {
      const { pieces } = simulate(glyph, { perMs: 1e10, wait });
      expect(pieces.filter(({ step }) => step === 29)).toHaveLength(1);
    }
  });

  it('splits nothing that was slow while a driver compiled it', () => {
    const { flopsAtOnce, pieces } = simulate(glyph, { perMs: 1e8, compiling: 3000 });
    expect(flopsAtOnce).toBe(Number.POSITIVE_INFINITY);
    expect(pieces.filter(({ step }) => step === 29).length).toBeLessThan(10);
  });

  it('ends at once where there is nothing to do', () => {
    expect(new Pacing().cut(new Pacing().foretold({ ...glyph, ops: [] }, 1, []), 0)).toBe(0);
  });

  it('is shorter after a loss', () => {
    const of = (caution: number) => {
      const took = simulate(glyph, { perMs: 2e7, caution })
        .pieces.filter(({ launches }) => launches > 1)
        .map((piece) => piece.took);
      return took.reduce((sum, one) => sum + one, 0) / took.length;
    };
    expect(of(4)).toBeLessThan(of(1) / 2);
  });

  it('keeps the GPU busy: what is cut takes no longer', () => {
    const { stepEnds, pieces } = simulate(glyph, { perMs: 2e6 });
    const work = pieces.reduce((sum, { took }) => sum + took, 0);
    expect(stepEnds.at(-1)).toBeCloseTo(work, 3);
  });
});
