import type { VitConfig } from '../../vit/config';
import { prefixTokens, tokenCount } from '../../vit/config';
import type { AdapterTarget, Trainables } from '../backbone';
import type { AdapterLayout, AdapterPlace } from './adapter-layout';
import { ProgramBuilder } from './builder';
import { fixed, perImage, type Extent, type View } from './ops';
import { NO_PROMPTS, type PromptLayout, type PromptPool } from './prompt-layout';
import { weightLayout, type WeightLayout } from './weights';

/** What a program is built for. */
export interface NetworkSpec {
  readonly config: VitConfig;
  readonly adapters: AdapterLayout;
  /** Absent: none. */
  readonly prompts?: PromptLayout;
  readonly maxBatch: number;
  /**
   * Whether a training program forgets what a block computed and computes it again in the backward pass: one block's
   * activations are alive at a time instead of all, for about a third more work.
   */
  readonly recompute?: boolean;
  /** Whether a training program sees parts of batches alone, whose gradients add up (`micro-batches.ts`); `maxBatch` is that of a part. */
  readonly partial?: boolean;
}

/** Token rows that a pass without gradients takes at once: enough to fill every thread, little memory. */
const ROWS_AT_ONCE = 4096;

/** Images that a pass without gradients takes at once. */
export const batchWithoutGradients = (config: VitConfig): number => Math.max(1, Math.floor(ROWS_AT_ONCE / tokenCount(config)));

/** A tensor that learns: its floats, one after the other, and its rows as a matrix. */
export interface Learned {
  readonly name: string;
  readonly buffer: string;
  readonly offset: number;
  readonly count: number;
  readonly rows: number;
}

export const FROZEN: Trainables = { backbone: 'none', adapters: 'none', classifier: { from: 0, to: 0 } };

/** A network being written down: its shapes, its weights' places, its trainables and the program so far. */
export class Network {
  readonly config: VitConfig;
  readonly adapters: AdapterLayout;
  readonly weights: WeightLayout;
  readonly builder: ProgramBuilder;
  /** Tokens N of an image, prompts among them. */
  readonly tokens: number;
  /** Of these, the prompts. */
  readonly promptTokens: number;
  /** Of these, the tokens in front of the patches. */
  readonly front: number;
  readonly tokenRows: Extent;
  readonly imageRows: Extent = perImage(1);
  readonly trainsAdapters: boolean;
  readonly prompts: PromptLayout;
  /** Scaled `up`s in this program so far, by the offset of what they are of. */
  readonly scaledUps = new Map<number, View>();

  constructor(
    { config, adapters, maxBatch, prompts = NO_PROMPTS }: NetworkSpec,
    readonly trainables: Trainables = FROZEN,
    /** Whether the gradient of the mix of prompts is wanted. */
    readonly mixGradients = false,
    /** Whether effective weights stay from the forward to the backward pass. */
    readonly keepsWeights = false,
  ) {
    this.config = config;
    this.adapters = adapters;
    this.builder = new ProgramBuilder(maxBatch);
    this.weights = weightLayout(config);
    this.prompts = prompts;
    const among = this.promptsAt(null);
    this.promptTokens = among ? among.slots * among.length : 0;
    this.tokens = tokenCount(config) + this.promptTokens;
    this.front = prefixTokens(config);
    this.tokenRows = perImage(this.tokens);
    this.trainsAdapters = adapters.places.some((place) => this.changes(place));
    for (const [name, floats] of this.weights.buffers) this.builder.declare(name, 'weights', fixed(floats));
    if (adapters.total > 0) this.builder.declare('adapters', 'adapters', fixed(adapters.total));
    if (prompts.total > 0) this.builder.declare('prompts', 'adapters', fixed(prompts.total));
    this.builder.declare('images', 'input', perImage(config.imageSize ** 2 * 3), 'u8');
  }

  adaptersOn(block: number, target: AdapterTarget): readonly AdapterPlace[] {
    return this.adapters.places.filter((place) => place.block === block && place.target === target);
  }

  /** The pool at a block, or that of the tokens. */
  promptsAt(block: number | null): PromptPool | undefined {
    return this.prompts.pools.find((pool) => pool.block === block);
  }

  get learnsPrompts(): boolean {
    return this.trainables.prompts === true && this.prompts.pools.length > 0;
  }

  learns({ frozen }: AdapterPlace): boolean {
    return !frozen && this.trainables.adapters !== 'none';
  }

  /** Whether an adapter's scale learns. */
  scales({ scale }: AdapterPlace): boolean {
    return scale !== null && this.trainables.adapters !== 'none';
  }

  /** Whether anything of it learns. */
  changes(place: AdapterPlace): boolean {
    return this.learns(place) || this.scales(place);
  }

  /** All that learns but the classifier, in the order of its buffers: timm tensors, then scales, the adapters' `up`s, their `down`s, prompts. */
  learned(): readonly Learned[] {
    const { backbone, adapters } = this.trainables;
    const tensors = backbone === 'all' ? [...this.weights.tensors] : [];
    const parts = adapters === 'both' ? (['up', 'down'] as const) : (['up'] as const);
    const places = this.adapters.places.filter((place) => this.learns(place));
    const scales = new Map(
      this.adapters.places.filter((place) => this.scales(place)).flatMap(({ scale }) => (scale ? [[scale.name, scale.view]] : [])),
    );
    return [
      ...tensors.map(([name, { shape, ...place }]) => ({ name, ...place, rows: shape[0] ?? 1 })),
      ...[...scales].map(([name, { buffer, offset }]) => ({ name: `scale.${name}`, buffer, offset, count: 1, rows: 1 })),
      ...parts.flatMap((part) =>
        places.map(({ name, rank, inputs, outputs, [part]: { buffer, offset } }) => {
          const [rows, columns] = part === 'up' ? [outputs, rank] : [rank, inputs];
          return { name: `${name}.${part}`, buffer, offset, count: rows * columns, rows };
        }),
      ),
      ...(this.learnsPrompts ? this.prompts.pools : []).map(({ name, view, learns: { from, to } }) => {
        const { buffer, offset, stride } = view;
        return { name, buffer, offset: offset + from * stride, count: (to - from) * stride, rows: to - from };
      }),
    ];
  }

  /** Floats of the adapters that learn; they come first. */
  get adapterFloats(): number {
    return this.trainables.adapters === 'both' ? this.adapters.pairs : this.adapters.ups;
  }

  /** Whether a gradient is wanted at one of these targets of a block. */
  trainsAny(block: number, targets: readonly AdapterTarget[]): boolean {
    if (this.trainables.backbone === 'all') return true;
    // A block's prompts are rows of its keys and values.
    if (this.learnsPrompts && this.promptsAt(block) && targets.some((target) => target === 'k' || target === 'v')) return true;
    return targets.some((target) => this.adaptersOn(block, target).some((place) => this.changes(place)));
  }

  /** Whether anything upstream of block `block` learns, so that the gradient of its input is wanted. */
  trainsBefore(block: number): boolean {
    if (this.trainables.backbone === 'all') return true;
    if (this.learnsPrompts && this.prompts.pools.some((pool) => (pool.block ?? -1) < block)) return true;
    return this.adapters.places.some((place) => place.block < block && this.changes(place));
  }

  /** Whether the backbone gets a gradient at all. */
  get trainsBackward(): boolean {
    return this.trainsBefore(this.config.depth);
  }
}
