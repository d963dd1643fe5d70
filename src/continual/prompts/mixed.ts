import type { Optimizer, PromptMix, Prompts, StepFeedback } from '../../compute/backbone';
import { promptName } from '../../compute/prompts';
import type { Chosen, Prompter } from '../adaptations/prompting';
import type { LearningTask } from '../method';
import { restoreRng, type Rng, type RngState } from '../rng';
import { lengthOf } from './cosine';
import { HostOptimizer, type HostOptimizerState } from './host-optimizer';
import { addOrthogonality, orthogonalRows } from './orthogonal';

/** Of a component: its rows, its key, and what of a query the key is compared with. */
export type ComponentPart = 'prompt' | 'key' | 'attention';

interface MixedOptions {
  readonly components: number;
  readonly length: number;
  readonly orthogonality: number;
  readonly blocks: readonly number[];
  readonly rng: Rng;
  /** New components [count, width] of a task, instead of drawn ones: for replaying what somebody else drew. */
  readonly fresh?: (block: number, part: ComponentPart, task: number) => ArrayLike<number>;
}

/** Keys and attentions [components, D] of one block, those of the newest task learning. */
interface Block {
  keys: Float32Array;
  attentions: Float32Array;
  movers: readonly [keys: HostOptimizer, attentions: HostOptimizer];
}

interface MixedState {
  readonly blocks: readonly {
    readonly keys: Float32Array;
    readonly attentions: Float32Array;
    readonly movers: readonly [HostOptimizerState, HostOptimizerState];
  }[];
  readonly rng: RngState;
  readonly each: number;
  readonly from: number;
}

/**
 * Prompts Σ cos(q ∘ a, k) p over the components of all tasks so far, of which the newest task's learn (CODA-Prompt: Smith et al.,
 * CVPR 2023).
 */
export class MixedPrompts implements Prompter {
  readonly wantsFeedback = true;
  readonly training;
  readonly #dim: number;
  readonly #optimizer: Optimizer;
  readonly #options: MixedOptions;
  #rng: Rng;
  #blocks: Block[];
  /** Components a task brings, settled by the first; the first of the newest task's. */
  #each = 0;
  #from = 0;
  #chosen: { readonly queries: Float32Array; readonly count: number } | null = null;
  #gradients: readonly (readonly [Float64Array, Float64Array])[] = [];

  constructor(dim: number, optimizer: Optimizer, options: MixedOptions) {
    this.#dim = dim;
    this.#optimizer = optimizer;
    this.#options = options;
    this.#rng = options.rng;
    this.training = { mixGradients: true, ...(options.orthogonality > 0 ? { orthogonality: options.orthogonality } : {}) };
    const none = () => new HostOptimizer(optimizer, 0);
    this.#blocks = options.blocks.map(() => ({ keys: new Float32Array(0), attentions: new Float32Array(0), movers: [none(), none()] }));
  }

  get size(): number {
    return this.#blocks.reduce((sum, { keys, attentions }) => sum + keys.length + attentions.length, 0);
  }

  /** By block, [components, D]. */
  get parts(): readonly { readonly keys: Float32Array; readonly attentions: Float32Array }[] {
    return this.#blocks;
  }

  /** By block, of the newest task's keys and attentions, as of the newest step. */
  get gradients(): readonly (readonly [keys: Float64Array, attentions: Float64Array])[] {
    return this.#gradients;
  }

  begin(task: LearningTask, planned: number, present: readonly Prompts[]): Prompts[] {
    const { components, length, blocks } = this.#options;
    this.#each ||= Math.max(1, Math.floor(components / Math.max(1, planned)));
    const known = (this.#blocks[0]?.keys.length ?? 0) / this.#dim;
    const size = known + this.#each;
    this.#from = known;
    return blocks.map((block, i): Prompts => {
      const own = this.#blocks[i];
      const width = length * this.#dim;
      const pool = this.#grown(present[i]?.pool, size, width, block, 'prompt', task.index);
      if (own) {
        own.keys = this.#grown(own.keys, size, this.#dim, block, 'key', task.index);
        own.attentions = this.#grown(own.attentions, size, this.#dim, block, 'attention', task.index);
        const mover = () => new HostOptimizer(this.#optimizer, this.#each * this.#dim);
        own.movers = [mover(), mover()];
      }
      return { place: { block }, size, length, slots: 1, pool, learns: { from: known, to: size } };
    });
  }

  #grown(rows: Float32Array | undefined, size: number, width: number, block: number, part: ComponentPart, task: number): Float32Array {
    const { fresh } = this.#options;
    if (!fresh) return orthogonalRows(rows ?? new Float32Array(0), size, width, this.#rng);
    return Float32Array.from([...(rows ?? []), ...Array.from(fresh(block, part, task))]);
  }

  /** [n, components] cosines of q ∘ a with k. */
  weights(queries: Float32Array, count: number, { keys, attentions }: Pick<Block, 'keys' | 'attentions'>): Float64Array {
    const dim = this.#dim;
    const size = keys.length / dim;
    const out = new Float64Array(count * size);
    for (let k = 0; k < size; k++) {
      const ofKey = lengthOf(keys, k * dim, dim);
      for (let i = 0; i < count; i++) {
        const [dot, length] = this.#seen(queries, i, keys, attentions, k);
        out[i * size + k] = dot / (length * ofKey);
      }
    }
    return out;
  }

  /** (q ∘ a) · k, and the length of q ∘ a. */
  #seen(queries: Float32Array, i: number, keys: Float32Array, attentions: Float32Array, k: number): [number, number] {
    const dim = this.#dim;
    let [dot, square] = [0, 0];
    for (let d = 0; d < dim; d++) {
      const seen = (queries[i * dim + d] as number) * (attentions[k * dim + d] as number);
      dot += seen * (keys[k * dim + d] as number);
      square += seen * seen;
    }
    return [dot, Math.max(Math.sqrt(square), 1e-12)];
  }

  choose(queries: Float32Array, count: number): Chosen {
    const { orthogonality } = this.#options;
    this.#chosen = { queries, count };
    let loss = 0;
    this.#gradients = this.#blocks.map(({ keys, attentions }) => {
      const of = (x: Float32Array): Float64Array => {
        const gradient = new Float64Array(this.#each * this.#dim);
        if (orthogonality > 0) loss += addOrthogonality(gradient, orthogonality, x, this.#dim, this.#from);
        return gradient;
      };
      return [of(keys), of(attentions)];
    });
    return { mix: this.mix(queries, count), loss };
  }

  update(feedback: StepFeedback | null, rate: number): void {
    this.#blocks.forEach((block, b) => {
      const [keys, attentions] = this.#gradients[b] ?? [];
      const slopes = feedback?.mix.get(promptName({ block: this.#options.blocks[b] ?? 0 }));
      if (!keys || !attentions || !slopes) throw new Error('CODA-Prompt was given no gradient of its weights');
      this.#differentiate(block, slopes, keys, attentions);
      block.movers[0].step(block.keys, keys, rate, this.#from * this.#dim);
      block.movers[1].step(block.attentions, attentions, rate, this.#from * this.#dim);
    });
  }

  /** From the gradient of the weights [n, components] to those of the newest keys and attentions. */
  #differentiate({ keys, attentions }: Block, slopes: Float32Array, ofKeys: Float64Array, ofAttentions: Float64Array): void {
    const dim = this.#dim;
    const { queries, count } = this.#chosen ?? { queries: new Float32Array(0), count: 0 };
    const size = keys.length / dim;
    for (let k = this.#from; k < size; k++) {
      const keyLength = lengthOf(keys, k * dim, dim);
      for (let i = 0; i < count; i++) {
        const slope = slopes[i * size + k] ?? NaN;
        const [dot, length] = this.#seen(queries, i, keys, attentions, k);
        const cosine = dot / (length * keyLength);
        for (let d = 0; d < dim; d++) {
          const query = queries[i * dim + d] as number;
          const seen = (query * (attentions[k * dim + d] as number)) / length;
          const key = (keys[k * dim + d] as number) / keyLength;
          const at = (k - this.#from) * dim + d;
          ofAttentions[at] = (ofAttentions[at] as number) + (slope * query * (key - cosine * seen)) / length;
          ofKeys[at] = (ofKeys[at] as number) + (slope * (seen - cosine * key)) / keyLength;
        }
      }
    }
  }

  mix(queries: Float32Array, count: number): PromptMix {
    return new Map(
      this.#blocks.map((block, i) => [
        promptName({ block: this.#options.blocks[i] ?? 0 }),
        Float32Array.from(this.weights(queries, count, block)),
      ]),
    );
  }

  state(): unknown {
    const state: MixedState = {
      blocks: this.#blocks.map(({ keys, attentions, movers: [ofKeys, ofAttentions] }) => ({
        ...{ keys: keys.slice(), attentions: attentions.slice() },
        movers: [ofKeys.state(), ofAttentions.state()],
      })),
      ...{ rng: this.#rng.state(), each: this.#each, from: this.#from },
    };
    return state;
  }

  restore(saved: unknown): void {
    const { blocks, rng, each, from } = saved as MixedState;
    const restored = (state: HostOptimizerState) => HostOptimizer.restored(this.#optimizer, state);
    this.#blocks = blocks.map(({ keys, attentions, movers: [ofKeys, ofAttentions] }) => ({
      ...{ keys: keys.slice(), attentions: attentions.slice() },
      movers: [restored(ofKeys), restored(ofAttentions)],
    }));
    this.#rng = restoreRng(rng);
    [this.#each, this.#from] = [each, from];
  }
}
