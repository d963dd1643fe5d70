/** A tiny random ViT and a stream of coloured squares: enough for a method to learn and to forget. */
import type { Optimizer, VitModel } from '../../compute/backbone';
import type { NamedTensor, VitCheckpoint } from '../../vit/checkpoint';
import type { VitConfig } from '../../vit/config';
import * as v from 'valibot';
import { createCourse, type Course, type Measures } from '../course';
import type { Bench } from '../method';
import { definitionOf } from '../registry';
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

export function tinyBench(model: VitModel = plainModel(tinyCheckpoint()), seed = 3): Bench {
  return { model, linalg: mlMatrixAlgebra, rng: createRng(seed), batchSize: 8, optimizer: ADAM };
}

/** Everything that can be measured. */
export const MEASURES: Measures = {
  readings: true,
  interference: 'exact',
  multiply: async (a, b, n, k, m) => Float32Array.from(await mlMatrixAlgebra.multiply(Float64Array.from(a), Float64Array.from(b), n, k, m)),
};

/** Options that suit a tiny network, of those that a method has. */
export const tinyOptions = (options: object): object => ({
  ...('rank' in options ? { rank: 2 } : {}),
  ...('width' in options ? { width: 24 } : {}),
  ...('picks' in options ? { pool: 6, length: 2, picks: 3 } : {}),
  ...('components' in options ? { components: 8 } : {}),
});

/** A method of the registry under some of its options, the others at their defaults. */
export function tinyCourse(id: string, options: object = {}, bench = tinyBench(), measures = MEASURES): Course {
  const definition = definitionOf(id);
  return createCourse(definition, v.parse(v.object(definition.options), options) as never, bench, measures);
}

/** All tasks as one, as joint training sees them. */
export function joined(tasks: readonly Task[]): Task {
  const sets = tasks.map(({ train }) => train);
  const labels = Int32Array.from(sets.flatMap((set) => [...set.labels]));
  const last = tasks.at(-1);
  if (!last) throw new Error('no task');
  const train: ImageSet = {
    count: labels.length,
    labels,
    batch(positions) {
      const parts = Array.from(positions, (position) => {
        let [set, at] = [0, position];
        for (; at >= (sets[set]?.count ?? Infinity); set++) at -= sets[set]?.count ?? 0;
        return sets[set]?.batch([at]);
      });
      const pixels = Uint8Array.from(parts.flatMap((part) => [...(part?.pixels ?? [])]));
      return {
        pixels,
        count: parts.length,
        size: TINY.imageSize,
        labels: Int32Array.from(parts.flatMap((part) => [...(part?.labels ?? [])])),
      };
    },
  };
  return { ...last, classes: { from: 0, to: last.classes.to }, train };
}

export interface LearnOptions {
  readonly epochs?: number;
  readonly rate?: number;
  readonly planned?: number;
  /** Called after each step with its number. */
  readonly after?: (step: number) => Promise<void>;
  /** Steps that were taken before: it goes on behind them, without beginning the task. */
  readonly from?: number;
}

/** Runs one task through a method: begin, `epochs` over its images, finish. Returns the losses. */
export async function learn(course: Course, task: Task, options: LearnOptions = {}): Promise<number[]> {
  const { epochs = 6, rate = 0.02, planned = task.index + 1, after, from = 0 } = options;
  if (from === 0) for await (const _ of course.begin(task, planned)) continue;
  const order = createRng(task.index + 1, 'order');
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const positions = order.permutation(task.train.count);
    for (let at = 0; at < task.train.count; at += 8) {
      if (step++ < from) continue;
      const own = positions.subarray(at, at + 8);
      const batch = { ...task.train.batch(own), positions: own, epoch, epochs, augmented: false };
      await course.step(batch, { backbone: rate, classifier: rate });
      await after?.(step);
    }
  }
  const losses = await course.losses();
  for await (const _ of course.finish(task)) continue;
  return losses;
}

/** As `learn`, for a method that takes no steps. */
export async function lookAt(course: Course, task: Task): Promise<void> {
  for await (const _ of course.begin(task, task.index + 1)) continue;
  for await (const _ of course.finish(task)) continue;
}

/** Accuracy on a task's test images among all columns the method knows, or (`aware`) among the task's own. */
export async function accuracy(course: Course, task: Task, aware = false, reading = 'own'): Promise<number> {
  const batch = task.test.batch([...task.test.labels.keys()]);
  const scores = (await course.scores(batch)).scores.get(reading) ?? new Float32Array();
  const columns = scores.length / batch.count;
  let correct = 0;
  batch.labels.forEach((label, n) => {
    const { from, to } = aware ? task.classes : { from: 0, to: columns };
    const row = scores.subarray(n * columns + from, n * columns + to);
    if (from + row.indexOf(Math.max(...row)) === label) correct++;
  });
  return correct / batch.count;
}
