/** CODA-Prompt on the components that were drawn for the recording. */
import * as v from 'valibot';
import { promptName } from '../compute/prompts';
import { MixedPrompts } from '../continual/prompts/mixed';
import { createRng } from '../continual/rng';
import { comparePrompting } from './prompting';

const recorded = v.looseObject({ components: v.number(), length: v.number(), ortho: v.number(), blocks: v.array(v.number()) });
const LETTERS = { prompt: 'p', key: 'k', attention: 'a' } as const;

export const compareCoda = comparePrompting((rival, model, optimizer) => {
  const { tensors, tasks } = rival;
  const { components, length, ortho, blocks } = rival.scalars(recorded);
  const { dim } = model.config;
  const each = Math.floor(components / tasks.length);
  const prompter = new MixedPrompts(dim, optimizer, {
    ...{ components, length, orthogonality: ortho, blocks, rng: createRng(0) },
    fresh: (block, part, task) => {
      const name = `e_${LETTERS[part]}_${block}`;
      const width = part === 'prompt' ? length * dim : dim;
      if (task > 0) return tensors.get(`task${task}.fresh.${name}`).data;
      return Array.from(tensors.get(`initial.${name}`).data).slice(0, each * width);
    },
  });
  let task = 0;
  return {
    prompter,
    planned: tasks.length,
    pools: Object.fromEntries(blocks.map((block) => [promptName({ block }), `e_p_${block}`])),
    parameters: () =>
      new Map(
        prompter.parts.flatMap(({ keys, attentions }, i) => [
          [`e_k_${blocks[i]}`, keys],
          [`e_a_${blocks[i]}`, attentions],
        ]),
      ),
    gradients: () => {
      const from = task * each * dim;
      return new Map(
        prompter.gradients.flatMap(([keys, attentions], i) => [
          [`e_k_${blocks[i]}`, { values: keys, from }],
          [`e_a_${blocks[i]}`, { values: attentions, from }],
        ]),
      );
    },
    gradientName: 'grad0',
    prepare: (now) => {
      task = now;
    },
  };
});
