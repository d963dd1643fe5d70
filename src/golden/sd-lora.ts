/** SD-LoRA, both readings: all magnitudes restart with every task, or the old ones go on from where they are. */
import * as v from 'valibot';
import type { VitModel } from '../compute/backbone';
import { DecoupledLora } from '../continual/adaptations/decoupled';
import { scoreFeatures } from '../continual/heads';
import { sdLora } from '../continual/methods/sd-lora';
import { ownHeads } from '../continual/readouts/own-heads';
import { recordedPairs } from './recorded-pairs';
import { MARKS, type RivalScenario } from './rival';
import { RivalTraining } from './rival-training';

const recorded = v.looseObject({
  alpha0: v.number(),
  rank: v.number(),
  magnitudes: v.pipe(v.string(), v.regex(/^(reset|kept)/)),
  sites: v.array(v.string()),
});

export const compareSdLora: RivalScenario = async function* (rival, model, linalg, comparison) {
  const { alpha0: magnitude, rank, sites, magnitudes: said } = rival.scalars(recorded);
  const magnitudes = said.startsWith('kept') ? 'keep' : 'restart';
  const { tasks, tensors } = rival;
  const relative = (quantity: string, mark: number, key: string, ours: ArrayLike<number>) =>
    comparison.relative(quantity, mark, key, ours, tensors.get(key).data);
  /** Values of task t by our names, beside the recorded ones under a prefix. */
  const compareAll = (quantity: string, magnitude: string, prefix: string, t: number, values: ReadonlyMap<string, Float32Array>) => {
    for (const site of sites)
      for (const part of ['up', 'down']) {
        const own = `${site}${t > 0 ? `.${t}` : ''}.${part}`;
        relative(quantity, MARKS.tensor, `${prefix}.${site}.${part}`, values.get(own) ?? []);
      }
    const of = (task: number) => values.get(`scale.task${task}`)?.[0] ?? NaN;
    relative(magnitude, MARKS.tensor, `${prefix}.alpha`, [of(t)]);
    if (t > 0)
      relative(
        magnitude,
        MARKS.tensor,
        `${prefix}.alpha_old`,
        Array.from({ length: t }, (_, old) => of(old)),
      );
  };
  const training = new RivalTraining(rival, model, linalg, comparison, false, async (t, step, gradients) => {
    if (step > 0) return;
    compareAll('first gradients', 'first gradients of magnitudes', `task${t}.grad0`, t, await gradients());
    if (t > 0) relative('test logits at the start of a task', MARKS.logits, `task${t}.start_test_logits`, await oldLogits(t));
  });
  const fresh = (task: number) => recordedPairs(rival, sites, (site) => `task${task}.${site}.down0`);
  const adaptation = new DecoupledLora(training.bench, { fresh, magnitude, restart: magnitudes === 'restart' }, training.hooks);
  /** Of the columns and test images of earlier tasks. */
  const oldLogits = async (t: number): Promise<number[]> => {
    const { dim } = model.config;
    const columns = tasks[t]?.classes.from ?? 0;
    const { weight, bias } = adaptation.heads;
    const heads = { weight: weight.subarray(0, columns * dim), bias: bias.subarray(0, columns) };
    const logits: number[] = [];
    for (const { test } of tasks.slice(0, t))
      logits.push(...scoreFeatures(await model.features(test.batch([...test.labels.keys()])), test.count, dim, heads));
    return logits;
  };
  const course = training.course({ adaptation, readout: ownHeads(adaptation) }, sdLora.plan({ rank, magnitudes, magnitude }));
  for (const task of training.tasks) {
    const { index: t } = task;
    yield* training.learn(course, task);
    compareAll('adapters', 'magnitudes', `task${t}`, t, await namedValues(model));
    relative('classifier', MARKS.tensor, `task${t}.classifier.weight`, adaptation.heads.weight);
    relative('classifier', MARKS.tensor, `task${t}.classifier.bias`, adaptation.heads.bias);
    await training.test(course, t, `task${t}.test_logits`);
    yield { phase: 'evaluate', task: t, done: t + 1, total: training.tasks.length };
  }
  training.accuracies();
};

/** Values of the attached adapters by the names of `Trainer.gradients`. */
async function namedValues(model: VitModel): Promise<ReadonlyMap<string, Float32Array>> {
  const values = new Map<string, Float32Array>();
  for (const { block, target, up, down, scale } of await model.adapters()) {
    const base = `blocks.${block}.${target}`;
    let name = base;
    for (let i = 1; values.has(`${name}.up`); i++) name = `${base}.${i}`;
    values.set(`${name}.up`, up);
    values.set(`${name}.down`, down);
    if (scale) values.set(`scale.${scale.name}`, Float32Array.of(scale.value));
  }
  return values;
}
