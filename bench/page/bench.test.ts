import { describe, expect, it } from 'vitest';
import { tokenCount } from '../../src/vit/config';
import { barsOf, verdictOf } from './bars';
import { difference, gradientDifference } from './difference';
import { grown } from './growth';
import { Deadline, StoppedError } from './limits';
import { Message } from './peers/protobuf';
import { QUICK, run } from './run';
import type { Measured } from './runner';
import { flopsOf, shapeN, SHAPES, SIZES } from './shapes';
import { spreadOf } from './spread';
import { blocksOf, markdownOf } from './table';

const nothing = { device: '', forward: null, trainingOver: null, forwardOver: null, loss: null, gradients: null, features: null } as const;
const measured = (contender: Measured['contender'], training: number | null, more: Partial<Measured> = {}): Measured => ({
  ...{ ...nothing, contender, activationBytes: null, submission: null, failure: null },
  training: training === null ? null : spreadOf([training]),
  ...more,
});
const commands = {
  dispatches: 300,
  pipelines: 200,
  bindGroups: 300,
  newBindGroups: 0,
  passes: 1,
  copies: 1,
  writes: 3,
  submissions: 1,
};
const submission = { total: spreadOf([3.5]), submit: spreadOf([0.5]), commands };
const barOf = (contenders: readonly Measured[], part: string, id = 'N') => {
  const shape = SHAPES.find((one) => one.id === id);
  const bar = shape && barsOf([{ shape, contenders }]).find(({ text }) => text.includes(part));
  if (!bar) throw new Error(`No bar "${part}"`);
  return bar;
};

describe('spreads and differences', () => {
  it('takes the median of an even number of timings between the middle two', () => {
    expect(spreadOf([8, 1, 2, 4])).toEqual({ median: 3, least: 1, most: 8, count: 4 });
  });

  it('measures all values together, and does not overlook a missing one', () => {
    // ‖(0, 3)‖ / ‖(3, 4)‖ = 3 / 5.
    expect(difference([Float32Array.of(3), Float32Array.of(7)], [Float32Array.of(3), Float32Array.of(4)])).toBeCloseTo(0.6, 12);
    expect(difference([Float32Array.of(3)], [Float32Array.of(3), Float32Array.of(4)])).toBeNaN();
  });

  it('compares the gradients that every contender has', () => {
    const expected = new Map([
      ['blocks.0.k.up', Float32Array.of(2)],
      ['classifier.bias', Float32Array.of(9)],
    ]);
    expect(gradientDifference(new Map([['blocks.0.k.up', Float32Array.of(1)]]), expected)).toBe(0.5);
    expect(gradientDifference(new Map(), expected)).toBeNaN();
  });
});

describe('deadlines', () => {
  it('gives up a call that does not end, and says what was waited for', async () => {
    const never = new Promise<void>(() => undefined);
    const stopped = await new Deadline(20).guard(never, 'its first pass').catch((error: unknown) => error);
    expect(stopped).toBeInstanceOf(StoppedError);
    expect(String(stopped)).toContain('its first pass');
    expect((stopped as StoppedError).waited).toBeGreaterThan(10);
  });

  it('passes results and errors on, and a part ends no later than the whole', async () => {
    const whole = new Deadline(1_000);
    expect(await whole.guard(Promise.resolve(7), 'a call')).toBe(7);
    await expect(whole.guard(Promise.reject(new Error('its own')), 'a call')).rejects.toThrow('its own');
    expect(whole.within(5_000).left()).toBeLessThanOrEqual(1_000);
    expect(whole.within(10).left()).toBeLessThanOrEqual(10);
  });
});

describe('bars', () => {
  it('compare with the better peer, and say where nothing was measured', () => {
    const contenders = [
      measured('ours-wasm', 100, { activationBytes: 10 }),
      measured('tfjs-wasm', 700, { activationBytes: 80 }),
      measured('jax-wasm', 400),
    ];
    const best = barOf(contenders, 'best of');
    expect(best.found).toBe(4);
    expect(verdictOf(best)).toBe('missed');
    expect(barOf(contenders, 'kept for backward').found).toBe(0.125);
    const open = barOf(contenders, 'WebGPU: jax-js');
    expect(open.found).toBeNull();
    expect(verdictOf(open)).toBe('');
  });

  it('are met by a peer that was stopped late enough, and left open by one stopped too early', () => {
    const against = (trainingOver: number) =>
      barOf([measured('ours-webgpu', 1_000), measured('tfjs-webgpu', null, { trainingOver, failure: 'stopped' })], 'WebGPU: tfjs');
    expect(against(20_000)).toMatchObject({ found: 20, more: true });
    expect(verdictOf(against(20_000))).toBe('met');
    expect(verdictOf(against(5_000))).toBe('');
  });

  it('take the ratio that a batch of 8 cannot give from a batch of 1', () => {
    const [one, eight] = ['ti1', 'ti'].map((id) => SHAPES.find((shape) => shape.id === id));
    if (!one || !eight) throw new Error('ViT-Ti is gone');
    const foundWith = (more: Measured[]) =>
      barsOf([
        { shape: one, contenders: [measured('ours-webgpu', 2_000), measured('tfjs-webgpu', 60_000), measured('jax-webgpu', 2_000)] },
        { shape: eight, contenders: [measured('ours-webgpu', 15_000), measured('jax-webgpu', 45_000), ...more] },
      ]).map(({ text, found }) => (text.includes('WebGPU: tfjs') || text.includes('WebGPU: jax') ? found : null));
    expect(foundWith([measured('tfjs-webgpu', null, { failure: 'not started' })]).slice(0, 2)).toEqual([30, 3]);
    expect(foundWith([measured('tfjs-webgpu', 300_000)]).slice(0, 2)).toEqual([20, 3]);
  });

  it('asks for JavaScript and submission where there are 12 blocks', () => {
    const contenders = [measured('ours-webgpu', 1_000, { submission })];
    const bar = barOf(contenders, 'submission', 'ti');
    expect(bar.found).toBe(3.5);
    expect(verdictOf(bar)).toBe('missed');
    expect(() => barOf(contenders, 'submission')).toThrow('No bar');
    expect(SHAPES.find(({ id }) => id === 'ti')?.config.depth).toBe(12);
  });
});

describe('shapes', () => {
  it('counts the products of a step of shape N', () => {
    // 32 images of 6 blocks, each 2 · (2 · 65 · 12 · 96²) for the linear maps and 3 · (4 · 65² · 96) for attention; and the patches.
    expect(flopsOf(shapeN, 'training')).toBe(32 * (6 * (2 * 14_376_960 + 3 * 1_622_400) + 2_359_296));
  });

  it('counts a forward pass of the sizes as the table of pretrain/README.md does', () => {
    expect(SIZES.map((size) => (flopsOf(size, 'forward') / size.batch / 1e6).toFixed(1))).toEqual(['41.8', '42.2', '45.2', '37.6', '28.1']);
    expect(SIZES.at(-1)?.config).toEqual(SHAPES.find(({ id }) => id === 'bundled')?.config);
  });

  it('grows in one size at a time', () => {
    expect(grown('batch', 64)).toMatchObject({ batch: 64, config: shapeN.config });
    expect([17, 65, 145, 257].map((tokens) => tokenCount(grown('tokens', tokens).config))).toEqual([17, 65, 145, 257]);
    expect(grown('dim', 192).config).toEqual({ ...shapeN.config, dim: 192, heads: 6, mlpDim: 768 });
    expect(grown('depth', 12).config).toEqual({ ...shapeN.config, depth: 12 });
    expect(grown('tasks', 20)).toMatchObject({ batch: shapeN.batch, config: shapeN.config });
  });
});

describe('what is asked for', () => {
  it('is refused by name where there is no such thing', async () => {
    const asked = (options: object) =>
      run(
        { ...QUICK, ...options },
        new Deadline(1),
        () => undefined,
        () => undefined,
      );
    await expect(asked({ shapes: ['n'] })).rejects.toThrow('There is no shape "n". Choose among N, bundled, ti1, ti, s');
    await expect(asked({ contenders: ['torch'] })).rejects.toThrow('There is no contender "torch"');
  });
});

describe('the report', () => {
  const report = {
    ...{ date: '2026-01-02T03:04:05.000Z', userAgent: 'Chrome/156.0.0.0', threads: 2, isolated: true, seconds: 9 },
    options: { shapes: ['N'], contenders: [], rounds: 1, turn: 1, slow: 1, cap: 1, budget: 1, growth: true, own: [] },
    shapes: [
      {
        shape: shapeN,
        contenders: [
          measured('ours-wasm', 100, { device: '2 threads' }),
          measured('ours-webgpu', 1_000, { submission }),
          measured('tfjs-wasm', 500, { training: spreadOf([500, 600, 400]) }),
          measured('jax-wasm', null, { failure: 'stopped: its start | had not ended\nat x.js:1' }),
        ],
      },
    ],
    growth: [
      {
        device: 'wasm: 2 threads',
        points: [
          { varies: 'tasks', value: 20, step: spreadOf([107]), activationBytes: 2 ** 20, stateBytes: 2 ** 22, failure: null } as const,
        ],
      },
    ],
    own: [{ title: 'Estimates', columns: ['', 'ms foretold'], rows: [['N', '12.0']] }],
  };
  const lines = markdownOf(blocksOf(report)).split('\n');
  const line = (start: string) => lines.find((one) => one.startsWith(start));

  it('gives times with their spread and how many times longer than ours', () => {
    expect(line('| tfjs autograd, WASM')).toContain('| 500 (400–600) | 5.00 |');
    expect(line('| ours, WASM')).toContain('| 100 (once) | 1.00 |');
    expect(line('| tasks | 20')).toBe('| tasks | 20 | 107 (once) | 1.00 | 4.00 |  |');
  });

  it('says what a step costs before the GPU has it', () => {
    expect(line('ours, WebGPU, N: 3.50 (once) ms')).toContain('300 dispatches, 200 pipelines and 300 bind groups set (0 made)');
  });

  it('takes over the tables of ours alone', () => {
    expect(line('| N |')).toBe('| N | 12.0 |');
  });

  it('says why something is missing, in one line of one cell', () => {
    expect(line('| jax-js jit, WASM')).toContain('| stopped: its start \\| had not ended |');
  });
});

it('writes protocol buffers as their specification shows them', () => {
  // protobuf.dev/programming-guides/encoding: 150 in field 1, "testing" in field 2, a message with 150 in field 3.
  const inner = new Message().int(1, 150);
  expect([...inner.finish()]).toEqual([0x08, 0x96, 0x01]);
  expect([...new Message().text(2, 'testing').finish()]).toEqual([0x12, 0x07, ...new TextEncoder().encode('testing')]);
  expect([...new Message().message(3, inner).finish()]).toEqual([0x1a, 0x03, 0x08, 0x96, 0x01]);
  expect([...new Message().int(1, -2).finish()]).toEqual([0x08, 0xfe, ...Array<number>(8).fill(0xff), 0x01]);
});
