/**
 * An independent Vision Transformer in float64, written for reading rather than speed: the judge of every engine.
 * Parameters are one map of names (timm's, `blocks.N.<target>.up|down`, `classifier.weight|bias`), so that a gradient
 * can be had by central differences over any of them, without a backward pass that could share an error.
 */
import type { Classifier, VitCheckpoint } from '../../vit/checkpoint';
import { activationOf, lastNorm, prefixTokens, tokenCount, unpooledTokens, type Activation, type VitConfig } from '../../vit/config';
import type { Adapter, ClassRange, MapInput } from '../backbone';
import type { ImageBatch, LabelledBatch } from '../images';
import { promptName, type PromptMix, type Prompts } from '../prompts';
import type { Term } from '../objective';
import { erf } from './erf';
import { termLoss } from './oracle-terms';

export type OracleParameters = Map<string, Float64Array>;

export interface OracleForward {
  /** [n, patches, D], [n, N, D] per block, [n, N, D] (empty unless the last norm sees all tokens), [n, D]. */
  readonly patchEmbed: Float64Array;
  readonly attentionInputs: Float64Array[];
  /** By block: what each linear map is applied to, [n, N, D], of fc2 [n, N, mlpDim]. */
  readonly mapInputs: Record<MapInput, Float64Array>[];
  readonly blockOutputs: Float64Array[];
  readonly normOut: Float64Array;
  readonly features: Float64Array;
}

/** As PyTorch writes them down: gelu(approximate="tanh"), OpenAI's x σ(1.702 x), silu, relu. */
export const ACTIVATIONS: Readonly<Record<Activation, (x: number) => number>> = {
  gelu: (x) => (x / 2) * (1 + erf(x / Math.SQRT2)),
  'gelu-tanh': (x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  'quick-gelu': (x) => x / (1 + Math.exp(-1.702 * x)),
  silu: (x) => x / (1 + Math.exp(-x)),
  relu: (x) => Math.max(0, x),
};

/** Images, with coefficients of the prompts where the oracle has some. */
type OracleImages = ImageBatch & { readonly mix?: PromptMix };

export class OracleVit {
  readonly config: VitConfig;
  readonly parameters: OracleParameters;
  /** Name of an adapter's scale, by the adapter's. */
  private readonly scaleOf = new Map<string, string>();

  constructor(
    checkpoint: VitCheckpoint,
    adapters: readonly Adapter[] = [],
    classifier?: Classifier,
    private readonly prompts: readonly Prompts[] = [],
  ) {
    this.config = checkpoint.config;
    this.parameters = new Map([...checkpoint.tensors].map(([name, tensor]) => [name, Float64Array.from(tensor.data)]));
    for (const { block, target, up, down, scale } of adapters) {
      // The second adapter on a map is named `.1`, the third `.2`.
      const base = `blocks.${block}.${target}`;
      let name = base;
      for (let i = 1; this.parameters.has(`${name}.up`); i++) name = `${base}.${i}`;
      this.parameters.set(`${name}.up`, Float64Array.from(up));
      this.parameters.set(`${name}.down`, Float64Array.from(down));
      if (!scale) continue;
      this.scaleOf.set(name, `scale.${scale.name}`);
      this.parameters.set(`scale.${scale.name}`, Float64Array.of(scale.value));
    }
    for (const { place, pool } of prompts) this.parameters.set(promptName(place), Float64Array.from(pool));
    if (classifier) {
      this.parameters.set('classifier.weight', Float64Array.from(classifier.weight));
      this.parameters.set('classifier.bias', Float64Array.from(classifier.bias));
    }
  }

  parameter(name: string): Float64Array {
    const values = this.parameters.get(name);
    if (!values) throw new Error(`The oracle has no parameter "${name}"`);
    return values;
  }

  /** `from`: the input of a block that is known already, to spare the blocks below it. */
  forward(images: OracleImages, from?: { readonly block: number; readonly x: Float64Array }): OracleForward {
    const { config } = this;
    const tokens = tokenCount(config) + this.promptTokens;
    const rows = images.count * tokens;
    const patchEmbed = from ? new Float64Array(0) : this.patchEmbedding(images);
    let x = from?.x ?? this.withPrompts(this.tokens(patchEmbed, images.count), images);
    const attentionInputs: Float64Array[] = [];
    const blockOutputs: Float64Array[] = [];
    const mapInputs: OracleForward['mapInputs'] = [];
    for (let block = from?.block ?? 0; block < config.depth; block++) {
      const z = this.layerNorm(x, rows, `blocks.${block}.norm1`);
      attentionInputs.push(z);
      const mixed = this.attention(z, images, block);
      x = sum(x, this.linear(mixed, rows, block, 'attn.proj', 'proj'));
      const z2 = this.layerNorm(x, rows, `blocks.${block}.norm2`);
      const hidden = this.linear(z2, rows, block, 'mlp.fc1', 'fc1').map(ACTIVATIONS[activationOf(config)]);
      x = sum(x, this.linear(hidden, rows, block, 'mlp.fc2', 'fc2'));
      mapInputs.push({ qkv: z, proj: mixed, fc1: z2, fc2: hidden });
      blockOutputs.push(x);
    }
    const between = { patchEmbed, attentionInputs, mapInputs, blockOutputs };
    if (lastNorm(config) === 'tokens') {
      const normOut = this.layerNorm(x, rows, 'norm');
      return { ...between, normOut, features: this.pool(normOut, images.count) };
    }
    const pooled = this.pool(x, images.count);
    const features = lastNorm(config) === 'pooled' ? this.layerNorm(pooled, images.count, 'norm') : pooled;
    return { ...between, normOut: new Float64Array(0), features };
  }

  /** By image, absolute columns. */
  logits(images: ImageBatch, from?: { readonly block: number; readonly x: Float64Array }): number[][] {
    const { dim } = this.config;
    const { features } = this.forward(images, from);
    const weight = this.parameter('classifier.weight');
    const bias = this.parameter('classifier.bias');
    const one = (image: number, c: number): number => {
      let logit = at(bias, c);
      for (let d = 0; d < dim; d++) logit += at(features, image * dim + d) * at(weight, c * dim + d);
      return logit;
    };
    return Array.from({ length: images.count }, (_, image) => Array.from(bias, (__, c) => one(image, c)));
  }

  /** A term of an objective; for classes alone, the mean cross-entropy over their logits. */
  loss(batch: LabelledBatch, of: ClassRange | Term, from?: { readonly block: number; readonly x: Float64Array }): number {
    const term = 'kind' in of ? of : ({ kind: 'cross-entropy', classes: of, weight: 1 } as const);
    return termLoss(term, batch, this.logits(batch, from));
  }

  /**
   * d loss / d parameter by central differences, (L(p+h) − L(p−h)) / 2h, error of order h²: element by element, or for
   * the elements at `indices` alone.
   */
  gradient(
    name: string,
    batch: LabelledBatch,
    classes: ClassRange | Term,
    { h = 1e-5, indices }: { h?: number; indices?: readonly number[] } = {},
  ): Float64Array {
    const values = this.parameter(name);
    const from = this.unaffected(name, batch);
    return Float64Array.from(indices ?? values.keys(), (i) => {
      const value = at(values, i);
      values[i] = value + h;
      const above = this.loss(batch, classes, from);
      values[i] = value - h;
      const below = this.loss(batch, classes, from);
      values[i] = value;
      return (above - below) / (2 * h);
    });
  }

  /** What does not depend on a parameter: the input of its block, or of the final norm. */
  private unaffected(name: string, batch: LabelledBatch): { block: number; x: Float64Array } | undefined {
    const { depth } = this.config;
    const number = /^blocks\.(\d+)\./.exec(name)?.[1];
    const block = number === undefined ? depth : Number(number);
    const early = number === undefined && !/^(norm|classifier)\./.test(name);
    const x = block === 0 || early ? undefined : this.forward(batch).blockOutputs[block - 1];
    return x && { block, x };
  }

  /** Tokens of an image that are prompts. */
  private get promptTokens(): number {
    const own = this.prompts.find(({ place }) => place === 'tokens');
    return own ? own.slots * own.length : 0;
  }

  /** The prompts of one image at a place, row by row; none where the place has no pool. */
  private promptsOf(place: string, image: number, mix: PromptMix | undefined): Float64Array[] {
    const own = this.prompts.find((one) => promptName(one.place) === place);
    if (!own) return [];
    const { dim } = this.config;
    const { slots, size, length } = own;
    const pool = this.parameter(place);
    return Array.from({ length: slots * length }, (_, row) => {
      const [slot, within] = [Math.floor(row / length), row % length];
      const values = new Float64Array(dim);
      for (let entry = 0; entry < size; entry++) {
        const share = at(mix?.get(place), (image * slots + slot) * size + entry);
        for (let d = 0; d < dim; d++) values[d] = at(values, d) + share * at(pool, (entry * length + within) * dim + d);
      }
      return values;
    });
  }

  /** Behind the tokens in front, with the position of the first of them. */
  private withPrompts(x: Float64Array, { count, mix }: OracleImages): Float64Array {
    if (this.promptTokens === 0) return x;
    const { dim } = this.config;
    const n = tokenCount(this.config);
    const position = this.parameter('pos_embed').subarray(0, dim);
    const rows = Array.from({ length: count }, (_, image) => {
      const own = Array.from({ length: n }, (__, token) => x.subarray((image * n + token) * dim, (image * n + token + 1) * dim));
      own.splice(prefixTokens(this.config), 0, ...this.promptsOf('prompts', image, mix).map((row) => sum(row, position)));
      return own;
    }).flat();
    const out = new Float64Array(rows.length * dim);
    rows.forEach((row, i) => out.set(row, i * dim));
    return out;
  }

  private patchEmbedding({ pixels, count, size }: ImageBatch): Float64Array {
    const { dim, patchSize, mean, std } = this.config;
    const side = Math.floor(size / patchSize);
    const weight = this.parameter('patch_embed.proj.weight');
    const bias = this.parameter('patch_embed.proj.bias');
    const out = new Float64Array(count * side * side * dim);
    for (let image = 0; image < count; image++)
      for (let row = 0; row < side; row++)
        for (let column = 0; column < side; column++)
          for (let d = 0; d < dim; d++) {
            let value = at(bias, d);
            for (let c = 0; c < 3; c++)
              for (let y = 0; y < patchSize; y++)
                for (let x = 0; x < patchSize; x++) {
                  const pixel = at(pixels, ((image * size + row * patchSize + y) * size + column * patchSize + x) * 3 + c);
                  const normalised = (pixel / 255 - at(mean, c)) / at(std, c);
                  value += normalised * at(weight, ((d * 3 + c) * patchSize + y) * patchSize + x);
                }
            out[((image * side + row) * side + column) * dim + d] = value;
          }
    return out;
  }

  private tokens(patches: Float64Array, count: number): Float64Array {
    const { dim } = this.config;
    const n = tokenCount(this.config);
    const front = prefixTokens(this.config);
    const positions = this.parameter('pos_embed');
    const x = new Float64Array(count * n * dim);
    for (let image = 0; image < count; image++)
      for (let token = 0; token < n; token++)
        for (let d = 0; d < dim; d++) {
          const inFront = token === 0 ? () => at(this.parameter('cls_token'), d) : () => 0;
          const content = token < front ? inFront() : at(patches, (image * (n - front) + token - front) * dim + d);
          x[(image * n + token) * dim + d] = content + at(positions, token * dim + d);
        }
    return x;
  }

  private layerNorm(x: Float64Array, rows: number, name: string): Float64Array {
    const { dim, layerNormEps } = this.config;
    const weight = this.parameter(`${name}.weight`);
    const bias = this.parameter(`${name}.bias`);
    const out = new Float64Array(x.length);
    for (let row = 0; row < rows; row++) {
      const values = x.subarray(row * dim, (row + 1) * dim);
      const mean = values.reduce((acc, value) => acc + value, 0) / dim;
      const variance = values.reduce((acc, value) => acc + (value - mean) ** 2, 0) / dim;
      for (let d = 0; d < dim; d++) {
        out[row * dim + d] = ((at(values, d) - mean) / Math.sqrt(variance + layerNormEps)) * at(weight, d) + at(bias, d);
      }
    }
    return out;
  }

  /** y = x Wᵀ + b (+ c (x downᵀ) upᵀ for each adapter that sits there); `part` picks q, k or v of the fused map. */
  private linear(
    x: Float64Array,
    rows: number,
    block: number,
    name: string,
    target: string,
    part?: { index: number; of: number },
  ): Float64Array {
    const weight = this.parameter(`blocks.${block}.${name}.weight`);
    const bias = this.parameter(`blocks.${block}.${name}.bias`);
    const inputs = x.length / rows;
    const outputs = bias.length / (part?.of ?? 1);
    const first = (part?.index ?? 0) * outputs;
    const y = new Float64Array(rows * outputs);
    for (let row = 0; row < rows; row++)
      for (let o = 0; o < outputs; o++) {
        let value = at(bias, first + o);
        for (let i = 0; i < inputs; i++) value += at(x, row * inputs + i) * at(weight, (first + o) * inputs + i);
        y[row * outputs + o] = value;
      }
    let adapter = `blocks.${block}.${target}`;
    for (let number = 1; this.parameters.has(`${adapter}.up`); adapter = `blocks.${block}.${target}.${number++}`) {
      const [up, down] = [this.parameter(`${adapter}.up`), this.parameter(`${adapter}.down`)];
      const rank = down.length / inputs;
      const scale = this.parameters.get(this.scaleOf.get(adapter) ?? '')?.[0] ?? 1;
      for (let row = 0; row < rows; row++)
        for (let r = 0; r < rank; r++) {
          let reduced = 0;
          for (let i = 0; i < inputs; i++) reduced += at(x, row * inputs + i) * at(down, r * inputs + i);
          for (let o = 0; o < outputs; o++) y[row * outputs + o] = at(y, row * outputs + o) + scale * reduced * at(up, o * rank + r);
        }
    }
    return y;
  }

  /** Heads side by side, before the output map. */
  private attention(z: Float64Array, { count, mix }: OracleImages, block: number): Float64Array {
    const { dim, heads } = this.config;
    const n = tokenCount(this.config) + this.promptTokens;
    const width = dim / heads;
    const project = (target: 'q' | 'k' | 'v', index: number): Float64Array =>
      this.linear(z, count * n, block, 'attn.qkv', target, { index, of: 3 });
    const [q, k, v] = [project('q', 0), project('k', 1), project('v', 2)];
    const mixed = new Float64Array(z.length);
    const { slots = 0, length = 0 } = this.prompts.find(({ place }) => place !== 'tokens' && place.block === block) ?? {};
    const prefixed = (slots * length) / 2;
    const weights = new Float64Array(n + prefixed);
    for (let image = 0; image < count; image++) {
      const prompts = this.promptsOf(`blocks.${block}.prompts`, image, mix);
      // Of each entry the first half of its rows are keys, the second half values.
      const half = (key: number, side: 0 | 1): Float64Array | undefined =>
        prompts[Math.floor(key / (length / 2)) * length + side * (length / 2) + (key % (length / 2))];
      for (let head = 0; head < heads; head++) {
        const index = (token: number, d: number): number => (image * n + token) * dim + head * width + d;
        for (let query = 0; query < n; query++) {
          const beside = (key: number, d: number, side: 0 | 1): number =>
            key < prefixed ? at(half(key, side), head * width + d) : at(side === 0 ? k : v, index(key - prefixed, d));
          for (let key = 0; key < n + prefixed; key++) {
            let score = 0;
            for (let d = 0; d < width; d++) score += at(q, index(query, d)) * beside(key, d, 0);
            weights[key] = score / Math.sqrt(width);
          }
          const top = Math.max(...weights);
          let total = 0;
          for (let key = 0; key < n + prefixed; key++) total += weights[key] = Math.exp(at(weights, key) - top);
          for (let d = 0; d < width; d++) {
            let value = 0;
            for (let key = 0; key < n + prefixed; key++) value += (at(weights, key) / total) * beside(key, d, 1);
            mixed[index(query, d)] = value;
          }
        }
      }
    }
    return mixed;
  }

  private pool(normOut: Float64Array, count: number): Float64Array {
    const { dim, pooling } = this.config;
    const prompted = this.promptTokens;
    const n = tokenCount(this.config) + prompted;
    const features = new Float64Array(count * dim);
    for (let image = 0; image < count; image++)
      for (let d = 0; d < dim; d++) {
        const value = (token: number): number => at(normOut, (image * n + token) * dim + d);
        // timm's pooling leaves the tokens in front out, unless it is told not to.
        // With prompts among the tokens it is their mean.
        const first = prompted > 0 ? prefixTokens(this.config) : unpooledTokens(this.config);
        const end = prompted > 0 ? first + prompted : n;
        const own = Array.from({ length: end - first }, (_, i) => value(first + i));
        const mean = own.reduce((total, each) => total + each, 0) / own.length;
        const max = Math.max(...own);
        const pooled = { token: value(0), mean, max, avgmax: (max + mean) / 2 };
        features[image * dim + d] = prompted > 0 ? mean : pooled[pooling];
      }
    return features;
  }
}

/** Mean of z zᵀ over all rows, [D, D]. */
export function secondMoment(z: Float64Array, dim: number): Float64Array {
  const rows = z.length / dim;
  const out = new Float64Array(dim * dim);
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < dim; i++)
      for (let j = 0; j < dim; j++) out[i * dim + j] = at(out, i * dim + j) + (at(z, row * dim + i) * at(z, row * dim + j)) / rows;
  return out;
}

function sum(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value + at(b, i));
}

function at(values: ArrayLike<number> | undefined, index: number): number {
  const value = values?.[index];
  if (value === undefined) throw new RangeError(`Index ${index} is outside`);
  return value;
}
