import { describe, expect, it } from 'vitest';
import { plannedTraining } from '../plan/memory';
import { extentOf, type Op } from '../plan/ops';
import { tinyConfig, vit } from '../testing/fixtures';
import type { Launch } from './kernel';
import { lower } from './lower';
import { GPU_CHOICE, SOFTWARE_CHOICE, type KernelChoice } from './table';

const classifier = { from: 0, to: 10 };
const INFLORA = { trainables: { backbone: 'none', adapters: 'up', classifier }, adapters: { targets: ['k', 'v'], rank: 8 } } as const;

describe('the dispatches of a step', () => {
  it('are 80 for the bundled backbone, and 230 at most at 12 blocks', () => {
    const count = (config: ReturnType<typeof vit>): number =>
      lower(plannedTraining(config, 32, INFLORA), GPU_CHOICE, Infinity).launches.length;
    expect(count(vit(128, 4, 4, 32, 8))).toBe(80);
    expect(count(vit(192, 12, 3, 224, 16))).toBeLessThanOrEqual(230);
  });

  // What bench/RESULTS.md counts in the browser: nothing that a step does not use may add one.
  it.each([
    ['InfLoRA', { trainables: { backbone: 'none', adapters: 'up', classifier }, adapters: { targets: ['k', 'v'], rank: 4 } }, 291],
    ['LoRA', { trainables: { backbone: 'none', adapters: 'both', classifier }, adapters: { targets: ['k', 'v'], rank: 4 } }, 363],
    ['full fine-tuning', { trainables: { backbone: 'all', adapters: 'none', classifier }, adapters: null }, 433],
  ] as const)('are so many for software adapters at 12 blocks: %s', (_, model, expected) => {
    const config = tinyConfig({ depth: 12, dim: 24, heads: 3, mlpDim: 96 });
    expect(lower(plannedTraining(config, 2, model), SOFTWARE_CHOICE, 2 ** 25).launches).toHaveLength(expected);
  });
});

const BATCH = 32;

/** Parameters of a launch by name, and its workgroups. */
function parametersOf({ source, prepare }: Launch): { name: string; groups: number; p: Readonly<Record<string, number>> } {
  const words = new DataView(new ArrayBuffer(256));
  const groups = prepare(BATCH, words);
  const { name, code } = source(new Set());
  const fields = /struct Parameters \{([^}]*)\}/.exec(code)?.[1]?.match(/\w+(?=: )/g) ?? [];
  return { name, groups, p: Object.fromEntries(fields.map((field, i) => [field, words.getUint32(4 * i, true)])) };
}

/** Numbers that a launch of attention reads and writes, each matrix once. */
function numbersOf(op: Extract<Op, { kind: 'attention' | 'attentionBackward' }>, launch: Launch): number {
  const { name, groups, p } = parametersOf(launch);
  const { m = 0, n = 0, k = 0, across = 1, down = 1, rows = 0, pitch = 0 } = p;
  if (name.startsWith('product')) return (groups / (across * down)) * (m * k + k * n + m * n);
  if (name === 'softmax') return 2 * rows * pitch;
  if (name === 'softmaxBackward') return 4 * rows * pitch;
  const tokens = (role: string): number => (['q', 'g', 'out', 'dq'].includes(role) ? op.queries : op.keys);
  const matrices = Object.keys(p).flatMap((field) => (field.endsWith('Row') ? [tokens(field.slice(0, -3))] : []));
  return BATCH * op.heads * (op.width * matrices.reduce((sum, each) => sum + each, 0) + 4 * op.queries);
}

function attentionBytes(choice: KernelChoice): number {
  const program = plannedTraining(vit(768, 12, 12, 224, 16), BATCH, INFLORA);
  const { launches, ends } = lower(program, { ...choice, flopsAtOnce: Infinity }, Infinity);
  return program.ops.reduce((sum, op, i) => {
    if (op.kind !== 'attention' && op.kind !== 'attentionBackward') return sum;
    return launches.slice(ends[i - 1] ?? 0, ends[i]).reduce((all, launch) => all + 4 * numbersOf(op, launch), sum);
  }, 0);
}

it('attention at ViT-B, batch 32, moves a third of what it does with its scores in memory, and keeps no scores', () => {
  expect(attentionBytes(GPU_CHOICE)).toBeLessThan(attentionBytes({ ...GPU_CHOICE, rows: 'invocation' }) / 3);
  const program = plannedTraining(vit(768, 12, 12, 224, 16), BATCH, INFLORA);
  const { scratch } = lower(program, GPU_CHOICE, Infinity);
  const tokens = Math.max(...program.ops.map((op) => (op.kind === 'attention' ? op.keys : 0)));
  const scores = BATCH * 12 * tokens * tokens;
  expect(Math.max(...scratch.values())).toBeLessThan(scores / 10);
  expect([...program.buffers.values()].every(({ size, role }) => role === 'weights' || extentOf(size, BATCH) !== scores)).toBe(true);
});
