/** Stock tfjs: a ViT of its public operations, differentiated by its autograd and trained by its own Adam. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { getThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { describeAdapter, requestGpu } from '../../../src/compute/tfjs/gpu';
import { wasmPaths } from '../../../src/compute/tfjs/wasm-paths';
import { tokenCount } from '../../../src/vit/config';
import type { Contender } from '../contender';
import { RATE, type Problem } from '../problem';

/** tfjs starts one thread for every two cores that it is told of, whatever it is asked for: told of twice as many, it uses all. */
function offerAllCores(): void {
  const { hardwareConcurrency } = navigator;
  Object.defineProperty(navigator, 'hardwareConcurrency', { value: 2 * hardwareConcurrency });
}

export async function startTfjs(kind: 'wasm' | 'webgpu'): Promise<string> {
  if (kind === 'wasm') {
    offerAllCores();
    setWasmPaths(await wasmPaths());
    if (!(await tf.setBackend('wasm'))) throw new Error('tfjs could not start its WASM backend');
    await tf.ready();
    const threaded = await tf.env().getAsync('WASM_HAS_MULTITHREAD_SUPPORT');
    return `${threaded ? getThreadsCount() : 1} threads, SIMD`;
  }
  const { device, info } = await requestGpu();
  tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, info), 3);
  if (!(await tf.setBackend('webgpu'))) throw new Error('tfjs could not start on this GPU');
  return describeAdapter(info).name;
}

export async function tfjs(problem: Problem, kind: 'wasm' | 'webgpu'): Promise<Contender> {
  const device = await startTfjs(kind);
  const { config, batch: count } = problem.shape;
  const { dim, depth, heads, layerNormEps, patchSize } = config;
  const tokens = tokenCount(config);
  const width = dim / heads;
  const frozen = new Map<string, tf.Tensor>();
  const weight = (name: string): tf.Tensor => {
    const tensor = frozen.get(name);
    if (!tensor) throw new Error(`No tensor "${name}"`);
    return tensor;
  };
  for (const [name, { data, shape }] of problem.checkpoint.tensors) {
    const flat = name === 'patch_embed.proj.weight' ? [dim, 3 * patchSize ** 2] : [...shape];
    const tensor = tf.tensor(data, flat);
    // Stored [in, out]: tfjs multiplies plain operands fastest.
    frozen.set(name, flat.length === 2 && name.endsWith('.weight') ? tf.transpose(tensor) : tensor);
  }
  const ups = new Map<string, tf.Variable<tf.Rank.R2>>();
  for (const { block, target, rank, up, down } of problem.adapters) {
    frozen.set(`blocks.${block}.down`, tf.transpose(tf.tensor2d(down, [rank, dim])));
    ups.set(`blocks.${block}.${target}.up`, tf.variable(tf.tensor2d(up, [dim, rank])));
  }
  const head = {
    weight: tf.variable(tf.tensor2d(problem.classifier.weight, [problem.classifier.bias.length, dim])),
    bias: tf.variable(tf.tensor1d(problem.classifier.bias)),
  };
  const patches = tf.tensor2d(problem.patches(), [count * (tokens - 1), 3 * patchSize ** 2]);
  const labels = tf.oneHot(tf.tensor1d(problem.batch.labels, 'int32'), problem.classifier.bias.length);

  const norm = (x: tf.Tensor, name: string): tf.Tensor => {
    const { mean, variance } = tf.moments(x, -1, true);
    const normal = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, layerNormEps)));
    return tf.add(tf.mul(normal, weight(`${name}.weight`)), weight(`${name}.bias`));
  };
  const linear = (x: tf.Tensor, name: string): tf.Tensor => tf.add(tf.matMul(x, weight(`${name}.weight`)), weight(`${name}.bias`));
  const gelu = (h: tf.Tensor): tf.Tensor => tf.mul(tf.mul(h, 0.5), tf.add(tf.erf(tf.mul(h, Math.SQRT1_2)), 1));
  const split = (x: tf.Tensor): tf.Tensor => tf.transpose(tf.reshape(x, [count, tokens, heads, width]), [0, 2, 1, 3]);

  const features = (adapted: boolean, blocks = depth): tf.Tensor2D => {
    const embedded = tf.reshape(linear(patches, 'patch_embed.proj'), [count, tokens - 1, dim]);
    const cls = tf.tile(weight('cls_token'), [count, 1, 1]);
    let x = tf.reshape(tf.add(tf.concat([cls, embedded], 1), weight('pos_embed')), [count * tokens, dim]);
    for (let block = 0; block < blocks; block++) {
      const prefix = `blocks.${block}`;
      const z = norm(x, `${prefix}.norm1`);
      const [q, k, v] = tf.split(linear(z, `${prefix}.attn.qkv`), 3, 1);
      if (!q || !k || !v) throw new Error('split failed');
      const reduced = adapted ? tf.matMul(z, weight(`${prefix}.down`)) : null;
      const plus = (y: tf.Tensor, target: string): tf.Tensor => {
        const up = ups.get(`${prefix}.${target}.up`);
        return reduced && up ? tf.add(y, tf.matMul(reduced, up, false, true)) : y;
      };
      const scores = tf.mul(tf.matMul(split(q), split(plus(k, 'k')), false, true), 1 / Math.sqrt(width));
      const mixed = tf.matMul(tf.softmax(scores), split(plus(v, 'v')));
      const merged = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [count * tokens, dim]);
      x = tf.add(x, linear(merged, `${prefix}.attn.proj`));
      x = tf.add(x, linear(gelu(linear(norm(x, `${prefix}.norm2`), `${prefix}.mlp.fc1`)), `${prefix}.mlp.fc2`));
    }
    const cut = tf.reshape(tf.slice(tf.reshape(x, [count, tokens, dim]), [0, 0, 0], [count, 1, dim]), [count, dim]);
    return norm(cut, 'norm') as tf.Tensor2D;
  };
  let tape = 0;
  const loss = (blocks = depth): tf.Scalar => {
    const before = tf.memory().numBytes;
    const logits = tf.add(tf.matMul(features(true, blocks), head.weight, false, true), head.bias);
    const value = tf.losses.softmaxCrossEntropy(labels, logits);
    tape = Math.max(tape, tf.memory().numBytes - before);
    return value as tf.Scalar;
  };
  const variables = [...ups.values(), head.weight, head.bias];
  const adam = tf.train.adam(RATE, 0.9, 0.999, 1e-8);
  return {
    device,
    async warm() {
      const { value, grads } = tf.variableGrads(() => loss(1), variables);
      await value.data();
      tf.dispose([value, grads]);
      tape = 0;
    },
    async answer() {
      const { value, grads } = tf.variableGrads(() => loss(), variables);
      const gradients = new Map<string, Float32Array>();
      for (const [name, variable] of ups) gradients.set(name, (await grads[variable.name]?.data()) as Float32Array);
      return { loss: (await value.data())[0] ?? NaN, gradients };
    },
    async train(steps) {
      for (let i = 0; i < steps; i++) {
        const value = adam.minimize(() => loss(), true, variables);
        // One step at a time: recording several ahead makes tfjs no faster and takes more memory.
        await value?.data();
        value?.dispose();
      }
    },
    async forward(times) {
      let out = new Float32Array();
      for (let i = 0; i < times; i++) {
        const value = tf.tidy(() => features(false));
        out = new Float32Array(await value.data());
        value.dispose();
      }
      return out;
    },
    activationBytes: () => tape,
  };
}
