/** L2P: prompts as tokens, picked image by image or by vote of a batch. */
import * as v from 'valibot';
import { clipFactor } from '../compute/corrections';
import { NearestPrompts, votesOf } from '../continual/methods/l2p';
import { comparePrompting } from './prompting';
import { MARKS } from './rival';

const recorded = v.looseObject({
  ...{ pool: v.number(), length: v.number(), top_k: v.number(), pull_coefficient: v.number(), clip_norm: v.number() },
  ...{ batchwise: v.boolean(), grad_norm: v.array(v.array(v.number())) },
});

export const compareL2p = comparePrompting((rival, model, optimizer) => {
  const { tensors } = rival;
  const { pool, length, top_k: picks, pull_coefficient: pull, clip_norm: clip, batchwise, grad_norm: norms } = rival.scalars(recorded);
  const { dim } = model.config;
  const of = (key: string): Float32Array => Float32Array.from(tensors.get(key).data);
  // A vote may tie, and ties fell by the order of a library.
  let chosen: ArrayLike<number> | null = null;
  const prompter = new NearestPrompts(dim, optimizer, {
    ...{ pool, length, picks, pull, clip, choice: batchwise ? 'batch' : 'image', chosen: () => chosen },
    ...{ prompts: of('initial.prompts'), keys: of('initial.keys') },
  });
  const selected = (task: number, step: number | 'test', count: number): Int32Array => {
    const { data } = tensors.get(step === 'test' ? `task${task}.test_selected` : `task${task}.selected`);
    const from = step === 'test' ? 0 : step * count;
    return Int32Array.from(Array.from(data).slice(from, from + count));
  };
  /** How many differ: the picks; of a vote, the numbers of votes that they had. */
  const differing = (queries: Float32Array, count: number, theirs: Int32Array): number => {
    const ours = prompter.picksOf(queries, count, 'image');
    if (!batchwise) return ours.filter((entry, i) => entry !== theirs[i]).length;
    const votes = votesOf(ours, pool);
    const most = [...votes].sort((a, b) => b - a);
    const rows = Array.from({ length: count }, (_, i) => theirs.subarray(i * picks, (i + 1) * picks));
    return rows.reduce((sum, row) => sum + [...row].filter((entry, i) => (votes[entry] ?? 0) !== most[i]).length, 0);
  };
  return {
    prompter,
    planned: rival.tasks.length,
    pools: { prompts: 'prompts' },
    parameters: () => new Map([['keys', prompter.keys]]),
    gradients: () => new Map([['keys', { values: prompter.gradient ?? [], from: 0 }]]),
    gradientName: 'grad0_clipped',
    scale: async (trainer) => clipFactor({ kind: 'clip', norm: clip }, (await trainer.feedback()).squares ?? NaN),
    prepare: (task, step) => {
      const { batch } = rival.scalars(v.looseObject({ batch: v.number() }));
      const all = tensors.get(`task${task}.test_selected`).data.length;
      chosen = batchwise ? selected(task, step, step === 'test' ? all : batch * picks) : null;
    },
    stepped: async ({ task, step, batch, trainer }, comparison) => {
      if (step > 0) {
        const squares = (await trainer.feedback()).squares ?? NaN;
        comparison.relative(
          'gradient norm',
          MARKS.tensor,
          `task ${task}, step ${step - 1}`,
          [Math.sqrt(squares)],
          [norms[task]?.[step - 1] ?? NaN],
        );
      }
      const queries = await model.features(batch);
      comparison.exact(
        'selections',
        `task ${task}, step ${step}`,
        differing(queries, batch.count, selected(task, step, batch.count * picks)),
      );
    },
    tested: (task, queries, count, comparison) => {
      chosen = null;
      comparison.relative(
        'queries',
        MARKS.forward,
        `task ${task}`,
        queries,
        Array.from(tensors.get('queries.test').data).slice(0, count * dim),
      );
      comparison.exact('selections of tests', `task ${task}`, differing(queries, count, selected(task, 'test', count * picks)));
    },
  };
});
