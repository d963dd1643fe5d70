import { describe, expect, it } from 'vitest';
import type { Adapter, TrainSpec } from '../../compute/backbone';
import { createRng } from '../rng';
import { ADAM, TINY, tinyCheckpoint, tinyTasks } from './tiny';
import { PlainVit } from './plain-vit';
import { crossEntropy } from '../../compute/objective';

const rng = createRng(4);
const draw = (length: number, scale: number) => Float32Array.from({ length }, () => scale * rng.normal());
const adapters: Adapter[] = (['k', 'v'] as const).map((target) => ({
  block: 0,
  target,
  rank: 2,
  up: draw(TINY.dim * 2, 0.3),
  down: draw(TINY.dim * 2, 0.3),
}));
const spec: TrainSpec = {
  trainables: { backbone: 'all', adapters: 'both', classifier: { from: 0, to: 3 } },
  objective: crossEntropy({ from: 0, to: 3 }),
  optimizer: ADAM,
  maxBatch: 4,
  classifier: { weight: draw(3 * TINY.dim, 0.5), bias: draw(3, 0.5) },
};
const batch = tinyTasks([3], false, 1)[0]?.train.batch([0, 1, 2]);

describe('plain Vision Transformer', () => {
  it.each(['token', 'mean'] as const)('has the gradients of central differences in every parameter (%s)', async (pooling) => {
    if (!batch) throw new Error('no batch');
    const checkpoint = tinyCheckpoint({ ...TINY, pooling });
    const lossOf = async (name: string, at: number, step: number) => {
      const tensors = new Map([...checkpoint.tensors].map(([key, { shape, data }]) => [key, { shape, data: data.slice() }]));
      const moved = adapters.map((one) => ({ ...one, up: one.up.slice(), down: one.down.slice() }));
      const classifier = { weight: spec.classifier.weight.slice(), bias: spec.classifier.bias.slice() };
      const live = new Map([...tensors].map(([key, { data }]) => [key, data]));
      for (const one of moved) live.set(`blocks.0.${one.target}.up`, one.up).set(`blocks.0.${one.target}.down`, one.down);
      live.set('classifier.weight', classifier.weight).set('classifier.bias', classifier.bias);
      const values = live.get(name);
      if (!values) throw new Error(`no parameter ${name}`);
      const before = values[at] ?? 0;
      values[at] = before + step;
      const model = new PlainVit({ ...checkpoint, tensors });
      model.attach(moved);
      const { loss } = await model.train({ ...spec, classifier }).gradients(batch);
      return { loss, moved: (values[at] ?? 0) - before };
    };
    const model = new PlainVit(checkpoint);
    model.attach(adapters);
    const { gradients } = await model.train(spec).gradients(batch);
    expect(gradients.size).toBe(checkpoint.tensors.size + 6);
    for (const [name, gradient] of gradients) {
      const at = (gradient.length * 7) % gradient.length || Math.floor(gradient.length / 3);
      const up = await lossOf(name, at, 2 ** -10);
      const down = await lossOf(name, at, -(2 ** -10));
      const difference = (up.loss - down.loss) / (up.moved - down.moved);
      expect(Math.abs((gradient[at] ?? NaN) - difference), name).toBeLessThan(1e-5 + 1e-3 * Math.abs(difference));
    }
  });

  it('computes the same after merging its adapters', async () => {
    if (!batch) throw new Error('no batch');
    const model = new PlainVit(tinyCheckpoint());
    model.attach(adapters);
    const before = await model.features(batch);
    model.merge();
    const after = await model.features(batch);
    before.forEach((value, i) => expect(after[i]).toBeCloseTo(value, 6));
    expect(await model.adapters()).toEqual([]);
  });
});
