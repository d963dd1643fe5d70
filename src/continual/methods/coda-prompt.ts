import * as v from 'valibot';
import { Prompting } from '../adaptations/prompting';
import { defineMethod, IDLE } from '../definition';
import type { Paper } from '../papers';
import { blocksOf, blockList, rows } from '../prompts/blocks';
import { MixedPrompts } from '../prompts/mixed';
import { ownHeads } from '../readouts/own-heads';

const CODA: Paper = {
  key: 'smith2023coda',
  citation: 'Smith et al., CVPR 2023',
  url: 'https://arxiv.org/abs/2211.13218',
  bibtex: `@inproceedings{smith2023coda,
  title     = {{CODA-Prompt}: COntinual Decomposed Attention-based Prompting for Rehearsal-Free Continual Learning},
  author    = {Smith, James Seale and Karlinsky, Leonid and Gutta, Vyshnavi and Cascante-Bonilla, Paola and Kim, Donghyun and Arbelle, Assaf and Panda, Rameswar and Feris, Rogerio and Kira, Zsolt},
  booktitle = {Proceedings of the IEEE/CVF Conference on Computer Vision and Pattern Recognition},
  year      = {2023},
  url       = {https://arxiv.org/abs/2211.13218}
}`,
};

/** By default the first five, as far as there are any. */
const places = (blocks: readonly number[] | undefined, depth: number) => blocksOf(blocks, 0, 5, depth);

/** Prompts that are sums of components, weighted by the image; each task adds components. */
export const codaPrompt = defineMethod({
  id: 'coda-prompt',
  title: 'CODA-Prompt',
  role: 'contestant',
  approach: 'prompt',
  papers: [CODA],
  equations: [
    { reference: 'CODA-Prompt, eq. 3 and 6: Σ cos(q ∘ a, k) p', code: 'MixedPrompts.weights' },
    { reference: 'CODA-Prompt, eq. 8: orthogonal components', code: 'addOrthogonality, orthogonalPrompts' },
  ],
  trainsOn: 'task',
  options: {
    /** Over all tasks planned, in equal shares; tasks that come on top bring as many each. */
    components: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2000)), 100),
    /** Rows of a component, half before the keys and half before the values. */
    length: v.optional(rows, 8),
    /** The authors' code since components start orthogonal; the paper: .1. */
    orthogonality: v.optional(v.pipe(v.number(), v.minValue(0)), 0),
    blocks: blockList,
  },
  searched: {
    materials: { rate: 5e-3 },
    ten: { rate: 5e-3 },
    alphabets: { rate: 2e-3 },
    styles: { rate: 2e-3 },
    things: { rate: 5e-3 },
  },
  plan: ({ components: size, length, blocks }) => ({
    ...IDLE,
    trainables: { backbone: 'none', adapters: 'none', prompts: true },
    prompts: (depth) => places(blocks, depth).map((block) => ({ place: { block }, size, length, slots: 1 })),
    keeps: ['prompts'],
  }),
  describe: ({ components, length, orthogonality }) => [
    `${components} components of ${length} rows`,
    ...(orthogonality > 0 ? [`kept orthogonal, weight ${orthogonality}`] : []),
  ],
  create: (bench, { blocks, ...options }) => {
    const { dim, depth } = bench.model.config;
    const rng = bench.rng.fork('prompts');
    const prompter = new MixedPrompts(dim, bench.optimizer, { ...options, blocks: places(blocks, depth), rng });
    const adaptation = new Prompting(bench, prompter);
    return { adaptation, readout: ownHeads(adaptation) };
  },
});
