/**
 * A Vision Transformer on one thread in float64, behind the compute interface: what the methods are tested against where no
 * engine should matter. Exact and deterministic; not fast. Adapters on q, k and v.
 */
import type { Adapter, ModelState, MomentOptions, SecondMoments, Trainables, Trainer, TrainSpec, VitModel } from '../../compute/backbone';
import type { ImageBatch } from '../../compute/images';
import type { NamedTensor, VitCheckpoint } from '../../vit/checkpoint';
import { tokenCount, type VitConfig } from '../../vit/config';
import {
  accumulate,
  attention,
  attentionInput,
  columnSums,
  gelu,
  layerNorm,
  layerNormInput,
  linear,
  linearInput,
  linearWeight,
  type Attended,
  type Gradients,
  type Normed,
} from './plain-layers';
import { patchRows } from './plain-patches';
import { plainTrainer } from './plain-trainer';

interface LiveAdapter {
  readonly source: Adapter;
  readonly name: string;
  up: Float64Array;
  down: Float64Array;
}

interface BlockTape {
  readonly norm1: Normed;
  readonly qkv: Float64Array;
  readonly attended: Attended;
  readonly norm2: Normed;
  readonly hidden: { readonly y: Float64Array; readonly slope: Float64Array };
  readonly out: Float64Array;
}

interface Tape {
  readonly images: number;
  readonly patches: Float64Array;
  readonly embedded: Float64Array;
  readonly blocks: readonly BlockTape[];
  readonly final: Normed;
  readonly features: Float64Array;
}

const PART = { q: 0, k: 1, v: 2 } as const;

export class PlainVit implements VitModel {
  readonly config: VitConfig;
  readonly #weights: Map<string, { shape: readonly number[]; data: Float64Array }>;
  #adapters: LiveAdapter[] = [];
  #open = false;

  constructor(checkpoint: VitCheckpoint) {
    this.config = checkpoint.config;
    this.#weights = new Map([...checkpoint.tensors].map(([name, { shape, data }]) => [name, { shape, data: Float64Array.from(data) }]));
  }

  #weight(name: string): Float64Array {
    const found = this.#weights.get(name);
    if (!found) throw new Error(`The checkpoint has no tensor "${name}".`);
    return found.data;
  }

  #forward(images: ImageBatch): Tape {
    const { dim, depth, heads, mlpDim, patchSize, layerNormEps: eps } = this.config;
    const tokens = tokenCount(this.config);
    const rows = images.count * tokens;
    const patches = patchRows(images, this.config);
    const width = 3 * patchSize * patchSize;
    const projected = linear(
      patches,
      this.#weight('patch_embed.proj.weight'),
      this.#weight('patch_embed.proj.bias'),
      images.count * (tokens - 1),
      width,
      dim,
    );
    let x = new Float64Array(rows * dim);
    const position = this.#weight('pos_embed');
    for (let n = 0; n < images.count; n++) {
      x.set(this.#weight('cls_token'), n * tokens * dim);
      x.set(projected.subarray(n * (tokens - 1) * dim, (n + 1) * (tokens - 1) * dim), (n * tokens + 1) * dim);
      for (let k = 0; k < tokens * dim; k++) x[n * tokens * dim + k] = (x[n * tokens * dim + k] as number) + (position[k] as number);
    }
    const blocks: BlockTape[] = [];
    for (let l = 0; l < depth; l++) {
      const at = `blocks.${l}.`;
      const norm1 = layerNorm(x, this.#weight(`${at}norm1.weight`), this.#weight(`${at}norm1.bias`), rows, dim, eps);
      const qkv = linear(norm1.y, this.#weight(`${at}attn.qkv.weight`), this.#weight(`${at}attn.qkv.bias`), rows, dim, 3 * dim);
      for (const adapter of this.#inBlock(l)) {
        const { rank, target } = adapter.source;
        const added = linear(linear(norm1.y, adapter.down, null, rows, dim, rank), adapter.up, null, rows, rank, dim);
        const offset = PART[target as keyof typeof PART] * dim;
        for (let r = 0; r < rows; r++)
          for (let k = 0; k < dim; k++)
            qkv[r * 3 * dim + offset + k] = (qkv[r * 3 * dim + offset + k] as number) + (added[r * dim + k] as number);
      }
      const attended = attention(qkv, images.count, tokens, dim, heads);
      const mixed = linear(attended.context, this.#weight(`${at}attn.proj.weight`), this.#weight(`${at}attn.proj.bias`), rows, dim, dim);
      const middle = x.map((value, i) => value + (mixed[i] as number));
      const norm2 = layerNorm(middle, this.#weight(`${at}norm2.weight`), this.#weight(`${at}norm2.bias`), rows, dim, eps);
      const hidden = gelu(linear(norm2.y, this.#weight(`${at}mlp.fc1.weight`), this.#weight(`${at}mlp.fc1.bias`), rows, dim, mlpDim));
      const mlp = linear(hidden.y, this.#weight(`${at}mlp.fc2.weight`), this.#weight(`${at}mlp.fc2.bias`), rows, mlpDim, dim);
      x = middle.map((value, i) => value + (mlp[i] as number));
      blocks.push({ norm1, qkv, attended, norm2, hidden, out: x });
    }
    const final = layerNorm(x, this.#weight('norm.weight'), this.#weight('norm.bias'), rows, dim, eps);
    const features = new Float64Array(images.count * dim);
    for (let n = 0; n < images.count; n++) features.set(this.#pooled(final.y, n, tokens), n * dim);
    return { images: images.count, patches, embedded: projected, blocks, final, features };
  }

  #pooled(y: Float64Array, image: number, tokens: number): Float64Array {
    const { dim, pooling } = this.config;
    if (pooling === 'token') return y.subarray(image * tokens * dim, (image * tokens + 1) * dim);
    return columnSums(y.subarray((image * tokens + 1) * dim, (image + 1) * tokens * dim), tokens - 1, dim).map((v) => v / (tokens - 1));
  }

  #inBlock(block: number): LiveAdapter[] {
    return this.#adapters.filter(({ source }) => source.block === block);
  }

  /** Gradients of a loss by its gradient [n, dim] on the features; with `all`, of the frozen weights as well. */
  #backward(tape: Tape, dFeatures: Float64Array, all: boolean, gradients: Gradients): void {
    const { dim, heads, mlpDim, pooling, patchSize } = this.config;
    const tokens = tokenCount(this.config);
    const rows = tape.images * tokens;
    const weigh = (name: string, dy: Float64Array, x: Float64Array, i: number, o: number, n = rows) => {
      if (!all) return;
      accumulate(gradients, `${name}.weight`, linearWeight(dy, x, n, i, o));
      accumulate(gradients, `${name}.bias`, columnSums(dy, n, o));
    };
    const norm = (name: string, dy: Float64Array, normed: Normed) => {
      if (all) {
        accumulate(
          gradients,
          `${name}.weight`,
          columnSums(
            dy.map((g, i) => g * (normed.xhat[i] as number)),
            rows,
            dim,
          ),
        );
        accumulate(gradients, `${name}.bias`, columnSums(dy, rows, dim));
      }
      return layerNormInput(dy, normed, this.#weight(`${name}.weight`), rows, dim);
    };
    const dFinal = new Float64Array(rows * dim);
    for (let n = 0; n < tape.images; n++)
      for (let t = pooling === 'token' ? 0 : 1; t < (pooling === 'token' ? 1 : tokens); t++)
        for (let k = 0; k < dim; k++)
          dFinal[(n * tokens + t) * dim + k] = (dFeatures[n * dim + k] as number) / (pooling === 'token' ? 1 : tokens - 1);
    let dx = norm('norm', dFinal, tape.final);
    for (let l = tape.blocks.length - 1; l >= 0; l--) {
      const block = tape.blocks[l] as BlockTape;
      const at = `blocks.${l}.`;
      weigh(`${at}mlp.fc2`, dx, block.hidden.y, mlpDim, dim);
      const dHidden = linearInput(dx, this.#weight(`${at}mlp.fc2.weight`), rows, mlpDim, dim).map(
        (g, i) => g * (block.hidden.slope[i] as number),
      );
      weigh(`${at}mlp.fc1`, dHidden, block.norm2.y, dim, mlpDim);
      const dNorm2 = norm(`${at}norm2`, linearInput(dHidden, this.#weight(`${at}mlp.fc1.weight`), rows, dim, mlpDim), block.norm2);
      const dMiddle = dx.map((g, i) => g + (dNorm2[i] as number));
      weigh(`${at}attn.proj`, dMiddle, block.attended.context, dim, dim);
      const dContext = linearInput(dMiddle, this.#weight(`${at}attn.proj.weight`), rows, dim, dim);
      const dQkv = attentionInput(dContext, block.qkv, block.attended.weights, tape.images, tokens, dim, heads);
      weigh(`${at}attn.qkv`, dQkv, block.norm1.y, dim, 3 * dim);
      let dz = linearInput(dQkv, this.#weight(`${at}attn.qkv.weight`), rows, dim, 3 * dim);
      for (const adapter of this.#inBlock(l)) dz = this.#adapterBackward(adapter, dQkv, block.norm1.y, dz, rows, gradients);
      const dNorm1 = norm(`${at}norm1`, dz, block.norm1);
      dx = dMiddle.map((g, i) => g + (dNorm1[i] as number));
    }
    if (!all) return;
    accumulate(gradients, 'pos_embed', columnSums(dx, tape.images, tokens * dim));
    accumulate(gradients, 'cls_token', columnSums(dx, tape.images, tokens * dim).slice(0, dim));
    const dPatches = new Float64Array(tape.images * (tokens - 1) * dim);
    for (let n = 0; n < tape.images; n++) dPatches.set(dx.subarray((n * tokens + 1) * dim, (n + 1) * tokens * dim), n * (tokens - 1) * dim);
    weigh('patch_embed.proj', dPatches, tape.patches, 3 * patchSize * patchSize, dim, tape.images * (tokens - 1));
  }

  #adapterBackward(adapter: LiveAdapter, dQkv: Float64Array, z: Float64Array, dz: Float64Array, rows: number, gradients: Gradients) {
    const { dim } = this.config;
    const { rank, target } = adapter.source;
    const offset = PART[target as keyof typeof PART] * dim;
    const dPart = new Float64Array(rows * dim);
    for (let r = 0; r < rows; r++) dPart.set(dQkv.subarray(r * 3 * dim + offset, r * 3 * dim + offset + dim), r * dim);
    accumulate(gradients, `${adapter.name}.up`, linearWeight(dPart, linear(z, adapter.down, null, rows, dim, rank), rows, rank, dim));
    const dReduced = linearInput(dPart, adapter.up, rows, rank, dim);
    accumulate(gradients, `${adapter.name}.down`, linearWeight(dReduced, z, rows, dim, rank));
    const added = linearInput(dReduced, adapter.down, rows, dim, rank);
    return dz.map((g, i) => g + (added[i] as number));
  }

  /** Features [n, dim] and the gradients that a gradient [n, dim] on them causes; `all`: of the frozen weights as well. */
  differentiate(images: ImageBatch, all: boolean): { features: Float64Array; backward: (dFeatures: Float64Array) => Gradients } {
    const tape = this.#forward(images);
    return {
      features: tape.features,
      backward: (dFeatures) => {
        const gradients: Gradients = new Map();
        this.#backward(tape, dFeatures, all, gradients);
        return gradients;
      },
    };
  }

  async features(images: ImageBatch): Promise<Float32Array> {
    return Float32Array.from(this.#forward(images).features);
  }

  secondMoments({ inputs = ['qkv'], features = false }: MomentOptions = {}): SecondMoments {
    if (inputs.join() !== 'qkv') throw new Error('The plain ViT has second moments of attention inputs alone.');
    const { dim, depth } = this.config;
    const sums = Array.from({ length: depth }, () => new Float64Array(dim * dim));
    let count = 0;
    return {
      add: async (images) => {
        const tape = this.#forward(images);
        const rows = images.count * tokenCount(this.config);
        count += rows;
        sums.forEach((sum, l) => {
          const z = (tape.blocks[l] as BlockTape).norm1.y;
          linearWeight(z, z, rows, dim, dim).forEach((value, i) => (sum[i] = (sum[i] as number) + value));
        });
        return features ? Float32Array.from(tape.features) : null;
      },
      finish: async () =>
        sums.map((sum, block) => ({ block, input: 'qkv', size: dim, values: Float32Array.from(sum, (value) => value / count) })),
      dispose: () => undefined,
    };
  }

  attach(adapters: readonly Adapter[]): void {
    this.#adapters = adapters.map((source) => {
      if (!(source.target in PART)) throw new Error(`The plain ViT carries adapters on q, k and v, not on ${source.target}.`);
      const name = `blocks.${source.block}.${source.target}`;
      return { source, name, up: Float64Array.from(source.up), down: Float64Array.from(source.down) };
    });
  }

  async adapters(): Promise<Adapter[]> {
    return this.#adapters.map(({ source, up, down }) => ({ ...source, up: Float32Array.from(up), down: Float32Array.from(down) }));
  }

  merge(): void {
    const { dim } = this.config;
    for (const { source, up, down } of this.#adapters) {
      const weight = this.#weight(`blocks.${source.block}.attn.qkv.weight`);
      const offset = PART[source.target as keyof typeof PART] * dim * dim;
      for (let o = 0; o < dim; o++)
        for (let k = 0; k < source.rank; k++)
          for (let i = 0; i < dim; i++)
            weight[offset + o * dim + i] =
              (weight[offset + o * dim + i] as number) + (up[o * source.rank + k] as number) * (down[k * dim + i] as number);
    }
    this.#adapters = [];
  }

  train(spec: TrainSpec): Trainer {
    if (this.#open) throw new Error('Another trainer of this model is open.');
    this.#open = true;
    return plainTrainer(this, spec, () => (this.#open = false));
  }

  /** The values behind a gradient's name where `trainables` lets them learn, else null. */
  trainable(name: string, { backbone, adapters }: Trainables): Float64Array | null {
    const adapter = this.#adapters.find((one) => name.startsWith(`${one.name}.`));
    if (!adapter) return backbone === 'all' ? this.#weight(name) : null;
    if (name.endsWith('.up')) return adapters === 'none' ? null : adapter.up;
    return adapters === 'both' ? adapter.down : null;
  }

  async checkpoint(): Promise<VitCheckpoint> {
    const tensors = new Map<string, NamedTensor>();
    for (const [name, { shape, data }] of this.#weights) tensors.set(name, { shape, data: Float32Array.from(data) });
    return { config: this.config, tensors, head: null };
  }

  async activations(images: ImageBatch): Promise<Map<string, Float32Array>> {
    const tape = this.#forward(images);
    const named: [string, Float64Array][] = [['patch_embed', tape.embedded]];
    tape.blocks.forEach((block, l) => named.push([`block${l}.attn_in`, block.norm1.y], [`block${l}.out`, block.out]));
    named.push(['norm_out', tape.final.y]);
    return new Map(named.map(([name, values]) => [name, Float32Array.from(values)]));
  }

  async state(): Promise<ModelState> {
    throw new Error('The plain ViT keeps no state');
  }

  async restore(): Promise<void> {
    throw new Error('The plain ViT keeps no state');
  }

  async fork(): Promise<VitModel> {
    return new PlainVit(await this.checkpoint());
  }

  dispose(): void {
    this.#weights.clear();
  }
}
