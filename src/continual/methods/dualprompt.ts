import { SaidError, said } from '../../common/said';
import * as v from 'valibot';
import type { Optimizer, PromptMix, Prompts } from '../../compute/backbone';
import { picked, promptName } from '../../compute/prompts';
import { Prompting, type Chosen, type Prompter } from '../adaptations/prompting';
import { defineMethod, IDLE } from '../definition';
import type { LearningTask } from '../method';
import type { Paper } from '../papers';
import { blocksOf, blockList, rows } from '../prompts/blocks';
import { addKeyGradient, cosines, largest } from '../prompts/cosine';
import { HostOptimizer, type HostOptimizerState } from '../prompts/host-optimizer';
import { ownHeads } from '../readouts/own-heads';

const DUALPROMPT: Paper = {
  key: 'wang2022dualprompt',
  citation: 'Wang et al., ECCV 2022',
  url: 'https://arxiv.org/abs/2204.04799',
  bibtex: `@inproceedings{wang2022dualprompt,
  title     = {{DualPrompt}: Complementary Prompting for Rehearsal-free Continual Learning},
  author    = {Wang, Zifeng and Zhang, Zizhao and Ebrahimi, Sayna and Sun, Ruoxi and Zhang, Han and Lee, Chen-Yu and Ren, Xiaoqi and Su, Guolong and Perot, Vincent and Dy, Jennifer and Pfister, Tomas},
  booktitle = {European Conference on Computer Vision},
  year      = {2022},
  url       = {https://arxiv.org/abs/2204.04799}
}`,
};

interface DualPromptOptions {
  readonly generalLength: number;
  readonly expertLength: number;
  readonly generalBlocks: readonly number[];
  readonly expertBlocks: readonly number[];
  readonly keys: 'task' | 'block';
  readonly candidates: 'seen' | 'all';
  readonly pull: 'sum' | 'mean';
  readonly start: 'fresh' | 'previous';
  /** Values of a new general prompt or of a task's new prompts [length, D], and of a task's new key [D]. */
  readonly draw: (what: 'general' | 'expert' | 'key', count: number, at: { readonly block: number; readonly task: number }) => Float32Array;
}

/**
 * General prompts that all tasks share and one expert prompt a task, before keys and values; an image is looked at with the expert
 * whose key is nearest to its query (DualPrompt: Wang et al., ECCV 2022).
 */
export class TaskPrompts implements Prompter {
  readonly training = {};
  readonly wantsFeedback = false;
  readonly #dim: number;
  readonly #options: DualPromptOptions;
  readonly #optimizer: Optimizer;
  /** By set, [tasks, D]. */
  #keys: Float32Array[];
  #task = -1;
  #seen = 0;
  #movers: HostOptimizer[] = [];
  #gradients: Float64Array[] = [];

  constructor(dim: number, optimizer: Optimizer, options: DualPromptOptions) {
    this.#dim = dim;
    this.#options = options;
    this.#optimizer = optimizer;
    this.#keys = this.#sets.map(() => new Float32Array(0));
  }

  /** Blocks that share keys: all experts', or each alone. */
  get #sets(): readonly (readonly number[])[] {
    const { keys, expertBlocks } = this.#options;
    return keys === 'task' ? [expertBlocks] : expertBlocks.map((block) => [block]);
  }

  get size(): number {
    return this.#keys.reduce((sum, { length }) => sum + length, 0);
  }

  /** By set of blocks that share them, [tasks, D]. */
  get keys(): readonly Float32Array[] {
    return this.#keys;
  }

  /** Of the task's key in each set, as the newest `choose` found it. */
  get gradients(): readonly Float64Array[] {
    return this.#gradients;
  }

  begin(task: LearningTask, planned: number, present: readonly Prompts[]): Prompts[] {
    const dim = this.#dim;
    const { generalLength, expertLength, generalBlocks, expertBlocks, start, draw } = this.#options;
    const known = (this.#keys[0]?.length ?? 0) / dim;
    const size = Math.max(known, planned, task.index + 1);
    this.#keys = this.#sets.map(([block = 0], i) => grown(this.#keys[i], size * dim, dim, (at) => draw('key', dim, { block, task: at })));
    const before = new Map(present.map((prompts) => [promptName(prompts.place), prompts.pool]));
    const general = generalBlocks.map((block): Prompts => {
      const place = { block };
      const pool = before.get(promptName(place)) ?? draw('general', generalLength * dim, { block, task: 0 });
      return { place, size: 1, length: generalLength, slots: 1, pool };
    });
    const experts = expertBlocks.map((block): Prompts => {
      const place = { block };
      const each = expertLength * dim;
      const pool = grown(before.get(promptName(place)), size * each, each, (at) => draw('expert', each, { block, task: at }));
      if (start === 'previous' && task.index > 0) pool.copyWithin(task.index * each, (task.index - 1) * each, task.index * each);
      return { place, size, length: expertLength, slots: 1, pool, learns: { from: task.index, to: task.index + 1 } };
    });
    this.#task = task.index;
    this.#seen = Math.max(this.#seen, task.index + 1);
    this.#movers = this.#sets.map(() => new HostOptimizer(this.#optimizer, dim));
    return [...general, ...experts];
  }

  choose(queries: Float32Array, count: number): Chosen {
    const weight = this.#options.pull === 'sum' ? 1 : 1 / count;
    const dim = this.#dim;
    let loss = 0;
    this.#gradients = this.#keys.map((keys) => {
      const key = keys.subarray(this.#task * dim, (this.#task + 1) * dim);
      const gradient = new Float64Array(dim);
      cosines(queries, count, key, 1, dim).forEach((cosine, i) => {
        loss += weight * (1 - cosine);
        addKeyGradient(gradient, -weight, queries, i, key, 0, dim);
      });
      return gradient;
    });
    const own = new Int32Array(count).fill(this.#task);
    return {
      mix: this.#mix(
        this.#sets.map(() => own),
        count,
      ),
      loss,
    };
  }

  update(_: unknown, rate: number): void {
    this.#movers.forEach((mover, i) =>
      mover.step(this.#keys[i] ?? new Float32Array(), this.#gradients[i] ?? [], rate, this.#task * this.#dim),
    );
  }

  /** By set, the expert of each image [n]. */
  picksOf(queries: Float32Array, count: number): Int32Array[] {
    const candidates = this.#options.candidates === 'seen' ? this.#seen : (this.#keys[0]?.length ?? 0) / this.#dim;
    return this.#keys.map((keys) => {
      const near = cosines(queries, count, keys, candidates, this.#dim);
      return Int32Array.from({ length: count }, (_, i) => largest(near.subarray(i * candidates, (i + 1) * candidates), 1)[0] ?? 0);
    });
  }

  mix(queries: Float32Array, count: number): PromptMix {
    return this.#mix(this.picksOf(queries, count), count);
  }

  #mix(picks: readonly Int32Array[], count: number): PromptMix {
    const { generalBlocks } = this.#options;
    const size = (this.#keys[0]?.length ?? 0) / this.#dim;
    const mix = new Map<string, Float32Array>(generalBlocks.map((block) => [promptName({ block }), new Float32Array(count).fill(1)]));
    this.#sets.forEach((blocks, i) => {
      for (const block of blocks) mix.set(promptName({ block }), picked(picks[i] ?? [], size));
    });
    return mix;
  }

  state(): unknown {
    const movers = this.#movers.map((mover) => mover.state());
    return { keys: this.#keys.map((keys) => keys.slice()), task: this.#task, seen: this.#seen, movers };
  }

  restore(saved: unknown): void {
    const { keys, task, seen, movers } = saved as { keys: Float32Array[]; task: number; seen: number; movers: HostOptimizerState[] };
    this.#keys = keys.map((each) => each.slice());
    [this.#task, this.#seen] = [task, seen];
    this.#movers = movers.map((each) => HostOptimizer.restored(this.#optimizer, each));
  }
}

/** `values` and behind them new parts of `each`, as many as fit into `length`. */
function grown(values: Float32Array | undefined, length: number, each: number, draw: (at: number) => Float32Array): Float32Array {
  const known = values?.length ?? 0;
  const out = new Float32Array(length);
  out.set(values ?? []);
  for (let from = known; from < length; from += each) out.set(draw(from / each), from);
  return out;
}

/** By default general prompts in the first two blocks and experts in the next three, as far as there are blocks for both. */
function places(
  { generalBlocks, expertBlocks }: { generalBlocks?: readonly number[] | undefined; expertBlocks?: readonly number[] | undefined },
  depth: number,
) {
  const general = blocksOf(generalBlocks, 0, Math.min(2, depth - 1), depth);
  return { general, experts: blocksOf(expertBlocks, Math.min(2, depth - 1), 3, depth) };
}

/** One prompt for all tasks and one for each. */
export const dualprompt = defineMethod({
  id: 'dualprompt',
  title: 'DualPrompt',
  role: 'contestant',
  approach: 'prompt',
  papers: [DUALPROMPT],
  equations: [
    { reference: 'DualPrompt, eq. 5: the key nearest to the query', code: 'TaskPrompts.picksOf' },
    { reference: 'DualPrompt, eq. 6: cross-entropy and the pull of the task’s key', code: 'TaskPrompts.choose' },
  ],
  trainsOn: 'task',
  options: {
    /** Rows, half of them before the keys and half before the values. */
    generalLength: v.optional(rows, 6),
    expertLength: v.optional(rows, 20),
    generalBlocks: blockList,
    expertBlocks: blockList,
    /** One key a task (the paper), or one a task and block (the code of CODA-Prompt's authors). */
    keys: v.optional(v.picklist(['task', 'block']), 'task'),
    /** Who may be nearest: experts of tasks that were learned, or of all that there will be, as that code has it. */
    candidates: v.optional(v.picklist(['seen', 'all']), 'seen'),
    /** Of the pull over the batch; Adam does not tell them apart. */
    pull: v.optional(v.picklist(['sum', 'mean']), 'sum'),
    /** A task's prompts are drawn, or start from those of the task before (the code of JH-LEE). */
    start: v.optional(v.picklist(['fresh', 'previous']), 'fresh'),
  },
  searched: {
    materials: { rate: 2e-3 },
    ten: { rate: 5e-3 },
    alphabets: { rate: 2e-3 },
    styles: { rate: 5e-3 },
    things: { rate: 2e-3 },
  },
  plan: (options) => ({
    ...IDLE,
    trainables: { backbone: 'none', adapters: 'none', prompts: true },
    prompts: (depth) => {
      const { general, experts } = places(options, depth);
      return [
        ...general.map((block) => ({ place: { block }, size: 1, length: options.generalLength, slots: 1 })),
        // How many tasks there will be is known to nobody here; the pool weighs little.
        ...experts.map((block) => ({ place: { block }, size: 10, length: options.expertLength, slots: 1 })),
      ];
    },
    keeps: ['prompts'],
  }),
  describe: ({ generalLength, expertLength, candidates }) => [
    `${generalLength} general and ${expertLength} expert rows`,
    ...(candidates === 'all' ? ['experts of all tasks compete, learned or not'] : []),
  ],
  create: (bench, options) => {
    const { dim, depth } = bench.model.config;
    const { general: generalBlocks, experts: expertBlocks } = places(options, depth);
    const both = expertBlocks.find((block) => generalBlocks.includes(block));
    if (both !== undefined)
      throw new SaidError(said`DualPrompt has general and expert prompts at block ${both}: give them different blocks`);
    const rng = bench.rng.fork('prompts');
    const draw = (_: unknown, length: number) => Float32Array.from({ length }, () => 2 * rng.uniform() - 1);
    const prompter = new TaskPrompts(dim, bench.optimizer, { ...options, generalBlocks, expertBlocks, draw });
    const adaptation = new Prompting(bench, prompter);
    return { adaptation, readout: ownHeads(adaptation) };
  },
});
