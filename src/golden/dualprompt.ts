/** DualPrompt as the authors of CODA-Prompt run it: a key a task and block, and experts of all tasks compete. */
import * as v from 'valibot';
import { promptName } from '../compute/prompts';
import { TaskPrompts } from '../continual/methods/dualprompt';
import { comparePrompting } from './prompting';

const blocks = v.array(v.number());
const recorded = v.looseObject({ pool: v.number(), e_length: v.number(), g_length: v.number(), g_blocks: blocks, e_blocks: blocks });

export const compareDualPrompt = comparePrompting((rival, model, optimizer) => {
  const { tensors } = rival;
  const { pool, e_length, g_length, g_blocks, e_blocks } = rival.scalars(recorded);
  const { dim } = model.config;
  const names = { general: 'g_p', expert: 'e_p', key: 'e_k' } as const;
  let task = 0;
  const prompter = new TaskPrompts(dim, optimizer, {
    ...{ generalLength: g_length, expertLength: e_length, generalBlocks: g_blocks, expertBlocks: e_blocks },
    ...{ keys: 'block', candidates: 'all', pull: 'sum', start: 'fresh' },
    draw: (what, count, at) =>
      Float32Array.from(Array.from(tensors.get(`initial.${names[what]}_${at.block}`).data).slice(at.task * count, (at.task + 1) * count)),
  });
  const keyed = <T>(values: readonly T[]): Map<string, T> =>
    new Map(e_blocks.flatMap((block, i) => values.slice(i, i + 1).map((value) => [`e_k_${block}`, value] as const)));
  return {
    prompter,
    planned: pool,
    pools: Object.fromEntries([
      ...g_blocks.map((block) => [promptName({ block }), `g_p_${block}`]),
      ...e_blocks.map((block) => [promptName({ block }), `e_p_${block}`]),
    ]),
    parameters: () => keyed(prompter.keys),
    gradients: () => keyed(prompter.gradients.map((values) => ({ values, from: task * dim }))),
    gradientName: 'grad0',
    prepare: (now) => {
      task = now;
    },
    tested: (now, queries, count, comparison) => {
      const theirs = tensors.get(`task${now}.test_selected`).data;
      const [ours] = prompter.picksOf(queries, count);
      comparison.exact('selections of tests', `task ${now}`, [...(ours ?? [])].filter((entry, i) => entry !== theirs[i]).length);
    },
  };
});
