/** A tiny random ViT and a stream of coloured squares: enough for a method to learn and to forget. */
import type { Optimizer, VitModel } from '../../compute/backbone';
import type { NamedTensor, VitCheckpoint } from '../../vit/checkpoint';
import type { VitConfig } from '../../vit/config';
import type { Method, MethodContext } from '../method';
import { createRng } from '../rng';
import type { ImageSet, Task } from '../stream';
import { mlMatrixAlgebra } from './ml-matrix-algebra';
import { plainModel } from './plain-device';

export const TINY: VitConfig = {
  imageSize: 8,
  patchSize: 4,
  dim: 12,
  depth: 2,
  heads: 3,
  mlpDim: 16,
  layerNormEps: 1e-6,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
  pooling: 'token',
};

export function tinyCheckpoint(config = TINY, seed = 1): VitCheckpoint {
  const rng = createRng(seed, 'tiny');
  const { dim, depth, mlpDim, patchSize, imageSize } = config;
  const tensors = new Map<string, NamedTensor>();
  const add = (name: string, shape: number[], scale: number, offset = 0) => {
    const length = shape.reduce((product, side) => product * side, 1);
    tensors.set(name, { shape, data: Float32Array.from({ length }, () => offset + scale * rng.normal()) });
  };
  const linear = (name: string, out: number, into: number) => {
    add(`${name}.weight`, [out, into], 1 / Math.sqrt(into));
    add(`${name}.bias`, [out], 0.1);
  };
  const norm = (name: string) => {
    add(`${name}.weight`, [dim], 0.1, 1);
    add(`${name}.bias`, [dim], 0.1);
  };
  add('patch_embed.proj.weight', [dim, 3, patchSize, patchSize], 1 / Math.sqrt(3 * patchSize * patchSize));
  add('patch_embed.proj.bias', [dim], 0.1);
  add('cls_token', [1, 1, dim], 0.5);
  add('pos_embed', [1, (imageSize / patchSize) ** 2 + 1, dim], 0.2);
  for (let l = 0; l < depth; l++) {
    norm(`blocks.${l}.norm1`);
    linear(`blocks.${l}.attn.qkv`, 3 * dim, dim);
    linear(`blocks.${l}.attn.proj`, dim, dim);
    norm(`blocks.${l}.norm2`);
    linear(`blocks.${l}.mlp.fc1`, mlpDim, dim);
    linear(`blocks.${l}.mlp.fc2`, dim, mlpDim);
  }
  norm('norm');
  return { config, tensors, head: null };
}

/** Noise around one random colour per class and domain. */
function colours(classes: readonly number[], perClass: number, seed: number, domain: number): ImageSet {
  const labels = Int32Array.from(classes.flatMap((column) => Array.from({ length: perClass }, () => column)));
  const area = TINY.imageSize ** 2;
  const all = new Uint8Array(labels.length * area * 3);
  const noise = createRng(seed, 'noise');
  labels.forEach((column, n) => {
    const tint = createRng(column * 7 + domain, 'tint');
    const colour = [tint.integer(256), tint.integer(256), tint.integer(256)];
    for (let k = 0; k < area * 3; k++) all[n * area * 3 + k] = Math.max(0, Math.min(255, (colour[k % 3] ?? 0) + noise.integer(41) - 20));
  });
  return {
    count: labels.length,
    labels,
    batch(positions) {
      const rows = Array.from(positions);
      const pixels = new Uint8Array(rows.length * area * 3);
      rows.forEach((row, at) => pixels.set(all.subarray(row * area * 3, (row + 1) * area * 3), at * area * 3));
      return { pixels, count: rows.length, size: TINY.imageSize, labels: Int32Array.from(rows, (row) => labels[row] ?? 0) };
    },
  };
}

/** Tasks of so many classes each, own columns in order; `shared`: every task shows the same two classes, in other colours. */
export function tinyTasks(classCounts: readonly number[], shared = false, perClass = 8): Task[] {
  let from = 0;
  return classCounts.map((count, index) => {
    const classes = shared ? { from: 0, to: count } : { from, to: from + count };
    from += count;
    const columns = Array.from({ length: count }, (_, i) => classes.from + i);
    const domain = shared ? index : 0;
    return {
      index,
      name: `task ${index}`,
      classes,
      train: colours(columns, perClass, 2 * index + 1, domain),
      test: colours(columns, perClass, 2 * index + 2, domain),
    };
  });
}

export const ADAM: Optimizer = { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 };

export function tinyContext(model: VitModel = plainModel(tinyCheckpoint()), seed = 3): MethodContext {
  return { model, linalg: mlMatrixAlgebra, rng: createRng(seed), batchSize: 8, optimizer: ADAM };
}

/** Runs one task through a method: prepare, `epochs` over its images, consolidate. Returns the losses. */
export async function learn(method: Method, seen: readonly Task[], epochs = 6, rate = 0.02, planned = seen.length): Promise<number[]> {
  const tasks = method.trainsOn === 'all' ? seen : seen.slice(-1);
  for await (const _ of method.prepare(seen, planned)) continue;
  const order = createRng(seen.length, 'order');
  if (method.trainsOn !== 'none') {
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (const { train } of tasks) {
        const positions = order.permutation(train.count);
        for (let at = 0; at < train.count; at += 8) {
          await method.step(train.batch(positions.subarray(at, at + 8)), { backbone: rate, classifier: rate });
        }
      }
    }
  }
  const losses = await method.losses();
  for await (const _ of method.consolidate(seen)) continue;
  return losses;
}

/** Accuracy on a task's test images among all columns the method knows, or (`aware`) among the task's own. */
export async function accuracy(method: Method, task: Task, aware = false): Promise<number> {
  const batch = task.test.batch([...task.test.labels.keys()]);
  const scores = await method.scores(batch);
  const columns = scores.length / batch.count;
  let correct = 0;
  batch.labels.forEach((label, n) => {
    const { from, to } = aware ? task.classes : { from: 0, to: columns };
    const row = scores.subarray(n * columns + from, n * columns + to);
    if (from + row.indexOf(Math.max(...row)) === label) correct++;
  });
  return correct / batch.count;
}
