import { describe, expect, it } from 'vitest';
import { tinyConfig } from '../testing/fixtures';
import { adapterLayout } from './adapter-layout';
import { allocate } from './allocate';
import { extentOf, type Program } from './ops';
import { featuresProgram, trainingPrograms } from './programs';
import { accessOf } from './views';
import { crossEntropy } from '../objective';

const adam = { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 } as const;
const RANGE = { from: 0, to: 3 };

function training(depth: number, backbone: 'none' | 'all', recompute = false): Program {
  const config = tinyConfig({ depth });
  const adapters = [{ block: 0, target: 'k', rank: 1, down: new Float32Array(8), up: new Float32Array(8) } as const];
  return trainingPrograms(
    { config, adapters: adapterLayout(config, adapters), maxBatch: 4, recompute },
    {
      ...{ trainables: { backbone, adapters: 'up', classifier: RANGE }, objective: crossEntropy(RANGE) },
      ...{ optimizer: adam, maxBatch: 4, classifier: { weight: new Float32Array(24), bias: new Float32Array(3) } },
    },
    3,
  ).step;
}

const floats = (program: Program): number => allocate(program).slots.reduce((a, b) => a + b, 0);

describe('allocate', () => {
  it('never lets two living buffers share a slot, and every buffer fits its own', () => {
    for (const program of [training(3, 'none'), training(3, 'all'), training(3, 'none', true), training(3, 'all', true)]) {
      const { slotOf, slots } = allocate(program);
      const [first, last] = [new Map<string, number>(), new Map<string, number>()];
      program.ops.forEach((op, i) => {
        const { reads, writes } = accessOf(op);
        // A read of workspace that nothing wrote would see another buffer's remains.
        for (const name of reads) if (slotOf.has(name)) expect(first.has(name), `${op.kind} reads ${name}`).toBe(true);
        for (const name of [...reads, ...writes]) {
          if (!first.has(name)) first.set(name, i);
          last.set(name, i);
        }
      });
      const names = [...slotOf.keys()];
      expect(names.length).toBeGreaterThan(50);
      for (const a of names) {
        const spec = program.buffers.get(a);
        expect(spec && extentOf(spec.size, program.maxBatch)).toBeLessThanOrEqual(slots[slotOf.get(a) ?? -1] ?? 0);
        for (const b of names) {
          if (a === b || slotOf.get(a) !== slotOf.get(b)) continue;
          const apart = (last.get(a) ?? 0) < (first.get(b) ?? 0) || (last.get(b) ?? 0) < (first.get(a) ?? 0);
          expect(apart, `${a} and ${b}`).toBe(true);
        }
      }
    }
  });

  it('needs the same workspace for features however deep the network', () => {
    const of = (depth: number): number => {
      const config = tinyConfig({ depth });
      return floats(featuresProgram({ config, adapters: adapterLayout(config, []), maxBatch: 4 }));
    };
    expect(of(12)).toBe(of(4));
  });

  it('keeps at most 12.25 floats a token and channel for the backward pass of a block: a quarter of a tape', () => {
    // tfjs's tape keeps about 49 floats a token and channel of a block.
    expect((floatsOfStep(8) - floatsOfStep(4)) / 4 / (32 * 65 * 96)).toBeLessThan(49 / 4);
  });

  it('keeps one float a token and channel of a block where blocks are computed again: its input', () => {
    const each = (floatsOfStep(8, true) - floatsOfStep(4, true)) / 4 / (32 * 65 * 96);
    expect(each).toBeGreaterThan(0.9);
    expect(each).toBeLessThan(1.1);
    expect(floatsOfStep(12, true)).toBeLessThan(floatsOfStep(12) / 3);
  });
});

/** Floats of workspace of an InfLoRA step at shape N, by depth. */
function floatsOfStep(depth: number, recompute = false): number {
  const config = { ...tinyConfig({ dim: 96, heads: 3, mlpDim: 384, imageSize: 64, patchSize: 8 }), depth };
  const target = { rank: 4, down: new Float32Array(4 * 96), up: new Float32Array(96 * 4) };
  const adapters = Array.from({ length: depth }, (_, block) => ({ block, target: 'k', ...target }) as const);
  const program = trainingPrograms(
    { config, adapters: adapterLayout(config, adapters), maxBatch: 32, recompute },
    {
      ...{ trainables: { backbone: 'none', adapters: 'up', classifier: RANGE }, objective: crossEntropy(RANGE) },
      ...{ optimizer: adam, maxBatch: 32, classifier: { weight: new Float32Array(3 * 96), bias: new Float32Array(3) } },
    },
    3,
  ).step;
  return floats(program);
}
