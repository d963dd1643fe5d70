import { SaidError, said } from '../../common/said';
import * as v from 'valibot';
import type { Optimizer, PromptMix, Prompts, StepFeedback } from '../../compute/backbone';
import { clipFactor, type Clip } from '../../compute/corrections';
import { picked } from '../../compute/prompts';
import { Prompting, type Chosen, type Prompter } from '../adaptations/prompting';
import { defineMethod, IDLE } from '../definition';
import type { LearningTask } from '../method';
import type { Paper } from '../papers';
import { addKeyGradient, cosines, largest } from '../prompts/cosine';
import { HostOptimizer, type HostOptimizerState } from '../prompts/host-optimizer';
import { ownHeads } from '../readouts/own-heads';

const L2P: Paper = {
  key: 'wang2022l2p',
  citation: 'Wang et al., CVPR 2022',
  url: 'https://arxiv.org/abs/2112.08654',
  bibtex: `@inproceedings{wang2022l2p,
  title     = {Learning to Prompt for Continual Learning},
  author    = {Wang, Zifeng and Zhang, Zizhao and Lee, Chen-Yu and Zhang, Han and Sun, Ruoxi and Ren, Xiaoqi and Su, Guolong and Perot, Vincent and Dy, Jennifer and Pfister, Tomas},
  booktitle = {Proceedings of the IEEE/CVF Conference on Computer Vision and Pattern Recognition},
  year      = {2022},
  url       = {https://arxiv.org/abs/2112.08654}
}`,
};

interface L2pOptions {
  readonly pool: number;
  readonly length: number;
  /** Prompts an image gets. */
  readonly picks: number;
  /** λ. */
  readonly pull: number;
  readonly clip: number;
  readonly choice: 'image' | 'batch';
  /** Prompts [pool, length, D] and keys [pool, D] to start from. */
  readonly prompts: Float32Array;
  readonly keys: Float32Array;
  /** A batch's picks [n, picks] instead of those by vote, which may tie: for replaying what somebody else chose. */
  readonly chosen?: () => ArrayLike<number> | null;
}

/** How many times each of so many prompts was picked. */
export function votesOf(picks: ArrayLike<number>, pool: number): Int32Array {
  const votes = new Int32Array(pool);
  for (const entry of Array.from(picks)) votes[entry] = (votes[entry] ?? 0) + 1;
  return votes;
}

/**
 * A pool of prompts with a key each: an image gets those whose keys are nearest to its query, which pulls these keys nearer
 * (L2P: Wang et al., CVPR 2022). Prompts, keys and head are clipped together.
 */
export class NearestPrompts implements Prompter {
  readonly training: { readonly corrections: readonly [Clip] };
  readonly wantsFeedback = true;
  readonly #dim: number;
  readonly #options: L2pOptions;
  readonly #optimizer: Optimizer;
  #keys: Float32Array;
  #adam: HostOptimizer;
  #gradient: Float64Array | null = null;

  constructor(dim: number, optimizer: Optimizer, options: L2pOptions) {
    const { pool, picks, clip, keys } = options;
    if (picks > pool) throw new SaidError(said`L2P is to pick ${picks} of ${pool} prompts: let it pick fewer, or make the pool larger`);
    this.#dim = dim;
    this.#options = options;
    this.#optimizer = optimizer;
    this.training = { corrections: [{ kind: 'clip', norm: clip }] };
    this.#keys = keys.slice();
    this.#adam = new HostOptimizer(optimizer, keys.length);
  }

  get size(): number {
    return this.#keys.length;
  }

  /** [pool, D]. */
  get keys(): Float32Array {
    return this.#keys;
  }

  /** Of the keys, as the newest `choose` found it. */
  get gradient(): Float64Array | null {
    return this.#gradient;
  }

  begin(_task: LearningTask, _planned: number, present: readonly Prompts[]): Prompts[] {
    const { pool: size, length, picks: slots, prompts: pool } = this.#options;
    this.#adam = new HostOptimizer(this.#optimizer, this.#keys.length);
    return present.length > 0 ? [...present] : [{ place: 'tokens', size, length, slots, pool }];
  }

  /** [n, picks], the best first; one choice for all images of a batch is what most of them would have. */
  picksOf(queries: Float32Array, count: number, choice = this.#options.choice): Int32Array {
    const { pool, picks, chosen } = this.#options;
    const given = choice === 'batch' ? chosen?.() : null;
    if (given) return Int32Array.from(given);
    const near = cosines(queries, count, this.#keys, pool, this.#dim);
    const own = Array.from({ length: count }, (_, i) => largest(near.subarray(i * pool, (i + 1) * pool), picks));
    if (choice === 'image') return Int32Array.from(own.flat());
    const most = largest(votesOf(own.flat(), pool), picks);
    return Int32Array.from(own.flatMap(() => most));
  }

  choose(queries: Float32Array, count: number): Chosen {
    const { pool, picks, pull } = this.#options;
    const entries = this.picksOf(queries, count);
    const near = cosines(queries, count, this.#keys, pool, this.#dim);
    const gradient = new Float64Array(this.#keys.length);
    let loss = 0;
    entries.forEach((entry, at) => {
      const image = Math.floor(at / picks);
      loss -= (pull / count) * (near[image * pool + entry] ?? NaN);
      addKeyGradient(gradient, -pull / count, queries, image, this.#keys, entry, this.#dim);
    });
    this.#gradient = gradient;
    return { mix: new Map([['prompts', picked(entries, pool)]]), loss, squares: gradient.reduce((sum, value) => sum + value ** 2, 0) };
  }

  update(feedback: StepFeedback | null, rate: number): void {
    const factor = clipFactor(this.training.corrections[0], feedback?.squares ?? NaN);
    this.#adam.step(this.#keys, this.#gradient?.map((value) => value * factor) ?? [], rate);
  }

  mix(queries: Float32Array, count: number): PromptMix {
    return new Map([['prompts', picked(this.picksOf(queries, count), this.#options.pool)]]);
  }

  state(): unknown {
    return { keys: this.#keys.slice(), adam: this.#adam.state() };
  }

  restore(saved: unknown): void {
    const { keys, adam } = saved as { keys: Float32Array; adam: HostOptimizerState };
    this.#keys = keys.slice();
    this.#adam = HostOptimizer.restored(this.#optimizer, adam);
  }
}

const count = (most: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most));

/** The pool and its keys are all that learns, beside the head. */
export const l2p = defineMethod({
  id: 'l2p',
  title: 'L2P',
  role: 'contestant',
  approach: 'prompt',
  papers: [L2P],
  equations: [
    { reference: 'L2P, eq. 3: the keys nearest to the query', code: 'NearestPrompts.picksOf' },
    { reference: 'L2P, eq. 5: the pull of chosen keys, here −λ cos', code: 'NearestPrompts.choose' },
  ],
  trainsOn: 'task',
  options: {
    pool: v.optional(count(1000), 10),
    length: v.optional(count(200), 5),
    picks: v.optional(count(100), 5),
    /** The public code's λ; the paper's is .5. */
    pull: v.optional(v.pipe(v.number(), v.minValue(0)), 0.1),
    clip: v.optional(v.pipe(v.number(), v.minValue(0)), 1),
    /** `batch`: as the public code does, also at test time, where an image's answer then depends on its neighbours. */
    choice: v.optional(v.picklist(['image', 'batch']), 'image'),
  },
  searched: {
    materials: { rate: 5e-3 },
    ten: { rate: 2e-3 },
    alphabets: { rate: 5e-3 },
    styles: { rate: 5e-3 },
    things: { rate: 2e-3 },
  },
  plan: ({ pool: size, length, picks: slots }) => ({
    ...IDLE,
    trainables: { backbone: 'none', adapters: 'none', prompts: true },
    prompts: () => [{ place: 'tokens', size, length, slots }],
    keeps: ['prompts'],
  }),
  describe: ({ pool, length, picks, pull, choice }) => [
    `${picks} of ${pool} prompts of ${length} tokens`,
    `λ = ${pull}`,
    ...(choice === 'batch' ? ['one choice a batch, as the public code'] : []),
  ],
  create: (bench, options) => {
    const { dim } = bench.model.config;
    const rng = bench.rng.fork('prompts');
    const drawn = (length: number) => Float32Array.from({ length }, () => 2 * rng.uniform() - 1);
    const [prompts, keys] = [drawn(options.pool * options.length * dim), drawn(options.pool * dim)];
    const adaptation = new Prompting(bench, new NearestPrompts(dim, bench.optimizer, { ...options, prompts, keys }));
    return { adaptation, readout: ownHeads(adaptation) };
  },
});
