/** LAE: one adapter through all tasks, held at first, a slow copy behind it, both asked. */
import * as v from 'valibot';
import type { Adapter } from '../compute/backbone';
import { Accumulation } from '../continual/adaptations/accumulated';
import { scoreFeatures } from '../continual/heads';
import { lae } from '../continual/methods/lae';
import { ensembleOfHeads } from '../continual/readouts/ensemble';
import { MARKS, type Rival, type RivalScenario } from './rival';
import { recordedHeads, replayTraining } from './rival-training';
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
  let adaptation: Accumulation | null = null;
  const relative = (quantity: string, mark: number, key: string, ours: ArrayLike<number>) =>
    comparison.relative(quantity, mark, key, ours, tensors.get(key).data);
  const compareAll = (quantity: string, prefix: string, values: ReadonlyMap<string, Float32Array>) => {
    for (const site of sites)
      for (const name of [`${site}.up`, `${site}.down`, `scale.${site.replace('blocks.', '')}`])
        relative(quantity, MARKS.tensor, `${prefix}.${theirName(name)}`, values.get(name) ?? []);
  };
  yield* replayTraining(rival, model, linalg, comparison, {
    plan: lae.plan({ rank: adapters[0]?.rank ?? 1, blocks: model.config.depth, heldShare: held / epochs, decay }),
    create: (bench, opened) => {
      const options = { adapters, heldShare: held / epochs, decay, initialiseHead: recordedHeads(rival) };
      adaptation = new Accumulation(bench, { ...options, opened: (_, trainer) => opened(trainer) });
      return { adaptation, readout: ensembleOfHeads(adaptation) };
    },
    scores: 'test_scores',
    firstEpoch: (t) => (t === 0 ? 0 : held),
    gradients: (t, found) => compareAll('first gradients', `task${t}.grad0`, found),
    learned: async ({ index: t }) => {
      compareAll('online adapter', `task${t}.online`, valuesOf(await model.adapters()));
      if (!adaptation) return;
      const { averaged, heads, sight } = adaptation;
      if (averaged) compareAll('averaged adapter', `task${t}.ema`, averaged);
      await compareHeads(rival, t, heads, relative);
      const seen = rival.tasks.slice(0, t + 1);
      const { dim } = model.config;
      for (const [part, name] of averaged ? ['online', 'ema'].entries() : [[0, 'online'] as const]) {
        const logits: number[] = [];
        for (const { test } of seen) {
          const features = await sight.features(test.batch([...test.labels.keys()]));
          const own = Float32Array.from(
            { length: test.count * dim },
            (_, i) => features[(2 * Math.floor(i / dim) + part) * dim + (i % dim)] ?? NaN,
          );
          logits.push(...scoreFeatures(own, test.count, dim, heads));
        }
        relative('test logits', MARKS.logits, `task${t}.test_logits.${name}`, logits);
      }
    },
  });
};

async function compareHeads(
  { tasks, tensors }: Rival,
  t: number,
  { weight, bias }: { readonly weight: Float32Array; readonly bias: Float32Array },
  relative: (quantity: string, mark: number, key: string, ours: ArrayLike<number>) => void,
): Promise<void> {
  const dim = weight.length / bias.length;
  for (const { index, classes } of tasks.slice(0, t + 1)) {
    if (!tensors.find(`task${t}.head.${index}.weight`)) continue;
    relative('heads', MARKS.tensor, `task${t}.head.${index}.weight`, weight.subarray(classes.from * dim, classes.to * dim));
    relative('heads', MARKS.tensor, `task${t}.head.${index}.bias`, bias.subarray(classes.from, classes.to));
  }
}

const valuesOf = (adapters: readonly Adapter[]): ReadonlyMap<string, Float32Array> =>
  new Map(
    adapters.flatMap(({ block, target, up, down, scale }) => [
      [`blocks.${block}.${target}.up`, up] as const,
      [`blocks.${block}.${target}.down`, down] as const,
      [`scale.${block}.${target}`, Float32Array.of(scale?.value ?? NaN)] as const,
    ]),
  );
