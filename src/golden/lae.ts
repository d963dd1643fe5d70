/** LAE: one adapter through all tasks, held at first, a slow copy behind it, both asked. */
import * as v from 'valibot';
import type { Adapter } from '../compute/backbone';
import { Accumulation } from '../continual/adaptations/accumulated';
import { scoreFeatures } from '../continual/heads';
import { lae } from '../continual/methods/lae';
import { ensembleOfHeads } from '../continual/readouts/ensemble';
import { MARKS, type RivalScenario } from './rival';
import { RivalTraining } from './rival-training';
import { recordedPairs, sitesOf } from './recorded-pairs';

const recorded = v.looseObject({ decay: v.number(), freeze_epochs: v.number(), epochs: v.number() });

/** Names of the recording by ours: `scale.0.k` is its `blocks.0.k.scale`. */
const theirName = (name: string): string => name.replace(/^scale\.(\d+)\.(\w+)$/, 'blocks.$1.$2.scale');

const placesOf = (adapters: readonly Adapter[]): Adapter[] =>
  adapters.map((adapter) => ({ ...adapter, scale: { name: `${adapter.block}.${adapter.target}`, value: 1 } }));

export const compareLae: RivalScenario = async function* (rival, model, linalg, comparison) {
  const { decay, freeze_epochs: held, epochs } = rival.scalars(recorded);
  const { tensors } = rival;
  const sites = sitesOf(rival, /^initial\.(blocks\.\d+\.\w+)\.down$/);
  const adapters = placesOf(recordedPairs(rival, sites, (site) => `initial.${site}.down`));
  const relative = (quantity: string, mark: number, key: string, ours: ArrayLike<number>) =>
    comparison.relative(quantity, mark, key, ours, tensors.get(key).data);
  const compareAll = (quantity: string, prefix: string, values: ReadonlyMap<string, Float32Array>) => {
    for (const site of sites)
      for (const name of [`${site}.up`, `${site}.down`, `scale.${site.replace('blocks.', '')}`])
        relative(quantity, MARKS.tensor, `${prefix}.${theirName(name)}`, values.get(name) ?? []);
  };
  const training = new RivalTraining(rival, model, linalg, comparison, false, async (t, step, gradients) => {
    const perEpoch = Math.ceil((rival.order[t]?.[0]?.length ?? 0) / training.bench.batchSize);
    if (step === (t === 0 ? 0 : held * perEpoch)) compareAll('first gradients', `task${t}.grad0`, await gradients());
  });
  const adaptation = new Accumulation(training.bench, { adapters, heldShare: held / epochs, decay }, training.hooks);
  const plan = lae.plan({ rank: adapters[0]?.rank ?? 1, blocks: model.config.depth, heldShare: held / epochs, decay });
  const course = training.course({ adaptation, readout: ensembleOfHeads(adaptation) }, plan);
  const { dim } = model.config;
  for (const task of training.tasks) {
    const { index: t } = task;
    yield* training.learn(course, task);
    compareAll('online adapter', `task${t}.online`, valuesOf(await model.adapters()));
    const { averaged, heads } = adaptation;
    if (averaged) compareAll('averaged adapter', `task${t}.ema`, averaged);
    training.heads('heads', `task${t}.head.`, t, heads);
    /** Features of one of the two networks, which lie side by side. */
    const half = (features: Float32Array, count: number, part: number) =>
      Float32Array.from({ length: count * dim }, (_, i) => features[(2 * Math.floor(i / dim) + part) * dim + (i % dim)] ?? NaN);
    for (const [part, name] of averaged ? ['online', 'ema'].entries() : [[0, 'online'] as const]) {
      const logits: number[] = [];
      for (const { test } of training.tasks.slice(0, t + 1)) {
        const features = await adaptation.sight.features(test.batch([...test.labels.keys()]));
        logits.push(...scoreFeatures(half(features, test.count, part), test.count, dim, heads));
      }
      relative('logits of both', MARKS.logits, `task${t}.test_logits.${name}`, logits);
    }
    await training.test(course, t, `task${t}.test_scores`);
    yield { phase: 'evaluate', task: t, done: t + 1, total: training.tasks.length };
  }
  training.accuracies();
};

const valuesOf = (adapters: readonly Adapter[]): ReadonlyMap<string, Float32Array> =>
  new Map(
    adapters.flatMap(({ block, target, up, down, scale }) => [
      [`blocks.${block}.${target}.up`, up] as const,
      [`blocks.${block}.${target}.down`, down] as const,
      [`scale.${block}.${target}`, Float32Array.of(scale?.value ?? NaN)] as const,
    ]),
  );
