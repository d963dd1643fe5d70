/**
 * jax-js: the step as one jitted function of its own arrays. Arrays are consumed by use; `.ref` keeps them.
 *
 * Written for its compiler (0.1.25), which fuses what has one reader into that reader: a GELU's derivative would be computed
 * again for every column of the product that reads it, a transposed view would be read element by element. A second reader
 * makes it store a value first, and a sum is a cheap one:
 * - `stored` sums a value of the forward pass;
 * - `storedBack` adds a vector of zeros, whose gradient is a sum of the gradient that passes.
 * Its SIMD products want a multiple of four terms, so the tokens are padded to one and masked. Together 8 to 12 times faster.
 */
import { blockUntilReady, defaultDevice, init, jit, lax, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import { describeAdapter, requestGpu } from '../../../src/compute/tfjs/gpu';
import { tokenCount } from '../../../src/vit/config';
import type { Contender } from '../contender';
import { ADAM, RATE, type Problem } from '../problem';

type Arrays = Record<string, np.Array>;

/** The weights with Q, K and V apart: cutting one product in three makes its gradient several times slower. */
function separated({ checkpoint, shape: { config } }: Problem): [string, { data: Float32Array; shape: readonly number[] }][] {
  return [...checkpoint.tensors].flatMap(([name, { data, shape }]) => {
    if (!name.includes('attn.qkv')) return [[name, { data, shape }]];
    const size = data.length / 3;
    return ['q', 'k', 'v'].map((part, i): [string, { data: Float32Array; shape: readonly number[] }] => [
      name.replace('qkv', part),
      { data: data.slice(i * size, (i + 1) * size), shape: [config.dim, ...shape.slice(1)] },
    ]);
  });
}

/** Values of the transpose of a matrix, which is consumed. */
const turned = async (x: np.Array): Promise<Float32Array> => new Float32Array((await x.transpose().data()) as Float32Array);

export async function jax(problem: Problem, kind: 'wasm' | 'webgpu'): Promise<Contender> {
  const available = await init(kind);
  if (!available.includes(kind)) throw new Error(`jax-js has no ${kind} here`);
  defaultDevice(kind);
  const device = kind === 'webgpu' ? describeAdapter((await requestGpu()).info).name : `${navigator.hardwareConcurrency} threads`;
  const { config, batch: count } = problem.shape;
  const { dim, depth, heads, layerNormEps, mlpDim, patchSize } = config;
  const real = tokenCount(config);
  const tokens = 4 * Math.ceil(real / 4);
  const width = dim / heads;
  const classes = problem.classifier.bias.length;
  const array = (data: Float32Array, shape: number[]): np.Array => np.array(data).reshape(shape);

  const frozen: Arrays = {};
  for (const [name, { data, shape }] of separated(problem)) {
    const flat = name === 'patch_embed.proj.weight' ? [dim, 3 * patchSize ** 2] : [...shape];
    // Stored [in, out], and activations as matrices: what its tiled product takes.
    const stored = array(data, flat);
    frozen[name] = flat.length === 2 && name.endsWith('.weight') ? array(await turned(stored), [flat[1] ?? 0, flat[0] ?? 0]) : stored;
  }
  const learned: Arrays = {
    'classifier.weight': array(problem.classifier.weight, [classes, dim]),
    'classifier.bias': array(problem.classifier.bias, [classes]),
  };
  for (const { block, target, rank, up, down } of problem.adapters) {
    frozen[`blocks.${block}.down`] ??= array(await turned(array(down, [rank, dim])), [dim, rank]);
    learned[`blocks.${block}.${target}.up`] = array(up, [dim, rank]);
  }
  frozen['patches'] = array(problem.patches(), [count * (real - 1), 3 * patchSize ** 2]);
  const padded = tokens > real;
  if (padded) {
    frozen['filler'] = np.zeros([count, tokens - real, dim]);
    frozen['mask'] = array(
      Float32Array.from({ length: tokens }, (_, i) => (i < real ? 0 : -1e30)),
      [1, 1, 1, tokens],
    );
  }
  /** For `storedBack`: never updated. */
  const zeros: Arrays = { 'blocks.0.attn.proj': np.zeros([dim]) };
  for (let block = 0; block < depth; block++) {
    zeros[`blocks.${block}.attn.q`] = np.zeros([dim]);
    zeros[`blocks.${block}.mlp.fc1`] = np.zeros([mlpDim]);
  }
  frozen['labels'] = array(
    Float32Array.from({ length: count * classes }, (_, i) => (problem.batch.labels[Math.floor(i / classes)] === i % classes ? 1 : 0)),
    [count, classes],
  );

  const pick = (from: Arrays, name: string): np.Array => {
    const found = from[name];
    if (!found) throw new Error(`No array "${name}"`);
    return found.ref;
  };
  /** Features of the batch, and the sums of `stored`. `l`: what learns, `o`: the zeros; without them no adapters. */
  const features = (w: Arrays, l: Arrays | null, o: Arrays | null): [np.Array, np.Array[]] => {
    const sums: np.Array[] = [];
    const stored = (x: np.Array): np.Array => {
      sums.push(lax.stopGradient(x.ref).sum());
      return x;
    };
    const storedBack = (x: np.Array, name: string): np.Array => (o && name in o ? x.add(pick(o, name)) : x);
    const norm = (x: np.Array, name: string): np.Array => {
      const centred = x.ref.sub(x.mean(-1, { keepdims: true }));
      const variance = np.square(centred.ref).mean(-1, { keepdims: true });
      return centred
        .mul(np.reciprocal(np.sqrt(variance.add(layerNormEps))))
        .mul(pick(w, `${name}.weight`))
        .add(pick(w, `${name}.bias`));
    };
    const linear = (x: np.Array, name: string): np.Array =>
      storedBack(np.matmul(x, pick(w, `${name}.weight`)).add(pick(w, `${name}.bias`)), name);
    const cls = np.broadcastTo(pick(w, 'cls_token'), [count, 1, dim]);
    const embedded = linear(pick(w, 'patches'), 'patch_embed.proj').reshape([count, real - 1, dim]);
    const whole = np.concatenate([cls, embedded], 1).add(pick(w, 'pos_embed'));
    let x = (padded ? np.concatenate([whole, pick(w, 'filler')], 1) : whole).reshape([count * tokens, dim]);
    for (let block = 0; block < depth; block++) {
      const prefix = `blocks.${block}`;
      const z = norm(x.ref, `${prefix}.norm1`);
      const reduced = l ? np.matmul(z.ref, pick(w, `${prefix}.down`)) : null;
      const [q, k, v] = (['q', 'k', 'v'] as const).map((part) => linear(z.ref, `${prefix}.attn.${part}`));
      z.dispose();
      if (!q || !k || !v) throw new Error('A product is missing');
      const plus = (y: np.Array, target: string): np.Array =>
        l && reduced ? y.add(np.matmul(reduced.ref, pick(l, `${prefix}.${target}.up`).transpose())) : y;
      const byHead = (y: np.Array): np.Array => y.reshape([count, tokens, heads, width]);
      const bias = padded ? { bias: pick(w, 'mask') } : {};
      const mixed = nn.dotProductAttention(byHead(q), byHead(plus(k, 'k')), byHead(plus(v, 'v')), bias);
      reduced?.dispose();
      x = x.add(linear(stored(mixed.reshape([count * tokens, dim])), `${prefix}.attn.proj`));
      const hidden = nn.gelu(linear(norm(x.ref, `${prefix}.norm2`), `${prefix}.mlp.fc1`), { approximate: false });
      x = x.add(linear(hidden, `${prefix}.mlp.fc2`));
    }
    return [norm(x.reshape([count, tokens, dim]).slice([], 0), 'norm'), sums];
  };
  const loss = (l: Arrays, o: Arrays, w: Arrays): [np.Array, np.Array[]] => {
    const [out, sums] = features(w, l, o);
    const logits = np.matmul(out, pick(l, 'classifier.weight').transpose()).add(pick(l, 'classifier.bias'));
    const value = nn
      .logSoftmax(logits, -1)
      .mul(pick(w, 'labels'))
      .sum()
      .mul(-1 / count);
    return [value, sums];
  };
  const differentiate = valueAndGrad(loss, { argnums: [0, 1], hasAux: true });
  /** Loss, gradients of what learns, and what was summed for the compiler's sake. */
  const gradientsOf = (l: Arrays, o: Arrays, w: Arrays): [np.Array, Arrays, np.Array[]] => {
    const [[value, sums], [gradients, rest]] = differentiate(l, o, w);
    return [value, gradients, [...sums, ...Object.values(rest)]];
  };
  const keep = <T extends Arrays>(arrays: T): T => tree.ref(arrays);
  const moments = (): Arrays => Object.fromEntries(Object.entries(learned).map(([name, value]) => [name, np.zeros(value.shape)]));
  const { beta1, beta2, eps } = ADAM;
  const step = jit((l: Arrays, m: Arrays, s: Arrays, corrections: np.Array, o: Arrays, w: Arrays) => {
    const [value, gradients, surplus] = gradientsOf(keep(l), o, w);
    const next: { l: Arrays; m: Arrays; s: Arrays } = { l: {}, m: {}, s: {} };
    for (const name of Object.keys(l)) {
      const g = pick(gradients, name);
      const m1 = pick(m, name)
        .mul(beta1)
        .add(g.ref.mul(1 - beta1));
      const s1 = pick(s, name)
        .mul(beta2)
        .add(np.square(g).mul(1 - beta2));
      const below = np.sqrt(s1.ref.mul(corrections.ref.slice(1))).add(eps);
      next.l[name] = pick(l, name).sub(m1.ref.mul(corrections.ref.slice(0)).mul(RATE).div(below));
      next.m[name] = m1;
      next.s[name] = s1;
    }
    return [value, next.l, next.m, next.s, gradients, surplus];
  });

  let state = { l: learned, m: moments(), s: moments() };
  let steps = 0;
  const run = jit((w: Arrays) => features(w, null, null));
  const discard = (arrays: readonly np.Array[]): void => arrays.forEach((one) => one.dispose());
  const advance = (at: number, l: Arrays, m: Arrays, s: Arrays) => {
    const corrections = np.array([1 / (1 - beta1 ** at), 1 / (1 - beta2 ** at)]);
    const found = step(l, m, s, corrections, keep(zeros), keep(frozen)) as [np.Array, Arrays, Arrays, Arrays, Arrays, np.Array[]];
    const [value, nextL, nextM, nextS, gradients, surplus] = found;
    discard(surplus);
    return { value, l: nextL, m: nextM, s: nextS, gradients, rest: [nextL, nextM, nextS].flatMap((all) => Object.values(all)) };
  };
  return {
    device,
    compiles: true,
    // The gradients of a step whose update is dropped: one program to compile instead of two.
    async answer() {
      const { value, gradients, rest } = advance(1, keep(state.l), keep(state.m), keep(state.s));
      discard(rest);
      const found = new Map<string, Float32Array>();
      for (const [name, gradient] of Object.entries(gradients)) {
        if (name.endsWith('.up')) found.set(name, new Float32Array((await gradient.data()) as Float32Array));
        else gradient.dispose();
      }
      return { loss: ((await value.data()) as Float32Array)[0] ?? NaN, gradients: found };
    },
    async train(times) {
      for (let i = 0; i < times; i++) {
        steps++;
        const { value, l, m, s, gradients } = advance(steps, state.l, state.m, state.s);
        discard(Object.values(gradients));
        state = { l, m, s };
        await blockUntilReady([value, l]);
        value.dispose();
      }
    },
    async forward(times) {
      let out = new Float32Array();
      for (let i = 0; i < times; i++) {
        const [value, sums] = run(keep(frozen));
        discard(sums);
        out = new Float32Array((await value.data()) as Float32Array);
      }
      return out;
    },
  };
}
