import { describe, expect, it } from 'vitest';
import { createCourse } from '../course';
import { learn, MEASURES, tinyBench, tinyCheckpoint, tinyTasks } from '../testing/tiny';
import { createSlca, slca } from './slca';
import { fullFineTuning } from './full-fine-tuning';
import { plainModel } from '../testing/plain-device';

const tasks = tinyTasks([2, 2]);
const [first, second] = tasks;
if (!first || !second) throw new Error('two tasks expected');
const SGD = { kind: 'sgd', momentum: 0, weightDecay: 0 } as const;

/** How far one step takes the weights of the patch embedding and the head. */
const oneStep = async (definition: 'slow' | 'plain'): Promise<{ backbone: number[]; head: number[] }> => {
  const bench = { ...tinyBench(plainModel(tinyCheckpoint())), optimizer: SGD };
  const before = (await bench.model.checkpoint()).tensors.get('patch_embed.proj.weight')?.data ?? [];
  const start = Array.from(before);
  const of = definition === 'slow' ? createSlca(bench, { slow: 0.25 }) : fullFineTuning.create(bench, {});
  const { adaptation } = of;
  for await (const _ of adaptation.begin(first, 2, { features: null, moments: [] })) continue;
  const heads = Array.from(adaptation.heads.weight);
  const positions = [0, 5, 9, 15];
  const batch = { ...first.train.batch(positions), positions, epoch: 0, epochs: 1, augmented: false };
  await adaptation.step(batch, { backbone: 0.1, classifier: 0.1 });
  for await (const _ of adaptation.end(first)) continue;
  const after = (await bench.model.checkpoint()).tensors.get('patch_embed.proj.weight')?.data ?? [];
  return {
    backbone: Array.from(after, (value, i) => value - (start[i] ?? 0)),
    head: Array.from(adaptation.heads.weight, (value, i) => value - (heads[i] ?? 0)),
  };
};

describe('SLCA', () => {
  it('takes a step of SGD with the backbone at its share of the rate, and the head at all of it', async () => {
    const [slow, plain] = [await oneStep('slow'), await oneStep('plain')];
    expect(Math.hypot(...plain.backbone)).toBeGreaterThan(1e-3);
    // Weights are kept in float64 here, their differences to rounding of what a checkpoint holds in float32.
    slow.backbone.forEach((change, i) => expect(change).toBeCloseTo(0.25 * (plain.backbone[i] ?? NaN), 6));
    slow.head.forEach((change, i) => expect(change).toBeCloseTo(plain.head[i] ?? NaN, 6));
  });

  it('reads by aligned heads, and goes on from those that were trained', async () => {
    const bench = tinyBench();
    const { adaptation, readout } = createSlca(bench, { slow: 0.1 });
    const course = createCourse({ ...slca, create: () => ({ adaptation, readout }) } as never, { slow: 0.1 } as never, bench, MEASURES);
    await learn(course, first, { epochs: 2 });
    const own = adaptation.heads;
    expect(readout?.frozen()).toMatchObject({ weight: own.weight, bias: own.bias });
    await learn(course, second, { epochs: 2 });
    const { dim } = bench.model.config;
    // The first head was trained with its own task alone.
    expect(adaptation.heads.weight.slice(0, 2 * dim)).toEqual(own.weight);
    const aligned = readout?.frozen();
    if (aligned?.kind !== 'linear') throw new Error('linear heads expected');
    expect(aligned.weight.slice(0, 2 * dim)).not.toEqual(own.weight);
    expect(adaptation.heads.weight).not.toEqual(aligned.weight);
  });
});
