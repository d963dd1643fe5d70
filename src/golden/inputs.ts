/** The inputs of a golden scenario: images as a task stream, the frozen backbone, the head inits, the batch order. */
import type { ClassRange, ComputeDevice, VitModel } from '../compute/backbone';
import type { ImageSet, Task } from '../continual/stream';
import type { Classifier, NamedTensor, VitCheckpoint } from '../vit/checkpoint';
import { relativeError } from './compare';
import { firstReadable, GoldenError, mentionedFiles, type GoldenReader, type GoldenScenario, type TensorSet } from './files';

export type TrainingFiles = Extract<GoldenScenario, { kind: 'training' }>;

export interface GoldenInputs {
  readonly tasks: readonly Task[];
  readonly heads: readonly Classifier[];
  /** Positions within the task, [task][epoch]. */
  readonly order: readonly (readonly Int32Array[])[];
  readonly checkpoint: VitCheckpoint;
  /** All test images, in the order of the file. */
  readonly test: ImageSet;
}

/** U8 [n, 3, h, w] planes as the interleaved bytes of an image set. */
function imageSet(data: TensorSet, split: 'train' | 'test', rows: readonly number[]): ImageSet {
  const { shape, data: planes } = data.get(`${split}_images`);
  const labels = data.get(`${split}_labels`).data;
  const size = shape[2] ?? 0;
  if (shape[1] !== 3 || shape[3] !== size) throw new GoldenError(`${data.file}: ${split}_images must be [n, 3, side, side].`);
  const area = size * size;
  const labelOf = (position: number) => labels[rows[position] ?? 0] ?? 0;
  return {
    count: rows.length,
    labels: Int32Array.from(rows, (row) => labels[row] ?? 0),
    batch(positions) {
      const pixels = new Uint8Array(positions.length * area * 3);
      for (let n = 0; n < positions.length; n++) {
        const row = rows[positions[n] ?? 0] ?? 0;
        for (let c = 0; c < 3; c++) for (let k = 0; k < area; k++) pixels[(n * area + k) * 3 + c] = planes[(row * 3 + c) * area + k] ?? 0;
      }
      return { pixels, count: positions.length, size, labels: Int32Array.from(Array.from(positions, labelOf)) };
    },
  };
}

function rowsWithin(labels: ArrayLike<number>, { from, to }: ClassRange): number[] {
  return Array.from(labels, (label, row) => (label >= from && label < to ? row : -1)).filter((row) => row >= 0);
}

/** The initial head of each task, as the init file numbers them. */
function headsOf(init: TensorSet, count: number): Classifier[] {
  return Array.from({ length: count }, (_, t) => ({
    weight: Float32Array.from(init.get(`head.${t}.weight`).data),
    bias: Float32Array.from(init.get(`head.${t}.bias`).data),
  }));
}

function tasksOf(data: TensorSet, heads: readonly Classifier[]): Task[] {
  let from = 0;
  return heads.map(({ bias }, index) => {
    const classes = { from, to: from + bias.length };
    from = classes.to;
    return {
      index,
      name: `task ${index}`,
      classes,
      train: imageSet(data, 'train', rowsWithin(data.get('train_labels').data, classes)),
      test: imageSet(data, 'test', rowsWithin(data.get('test_labels').data, classes)),
    };
  });
}

function orderOf(data: TensorSet, tasks: number): Int32Array[][] {
  const { shape, data: order } = data.get('batch_order');
  const [, epochs = 0, length = 0] = shape;
  return Array.from({ length: tasks }, (_, t) =>
    Array.from({ length: epochs }, (_, e) =>
      Int32Array.from({ length }, (_, i) => order[(t * epochs + e) * length + i] ?? -1).filter((position) => position >= 0),
    ),
  );
}

/** Width and depth from the tensors' shapes; heads are not stored and must be told. Mean 0, standard deviation 1. */
function checkpointOf(init: TensorSet, imageSize: number, heads: number): VitCheckpoint {
  const tensors = new Map<string, NamedTensor>();
  for (const name of init.names()) {
    if (name.startsWith('head.')) continue;
    const { shape, data } = init.get(name);
    tensors.set(name, { shape, data: Float32Array.from(data) });
  }
  const [dim = 0, , patchSize = 0] = init.get('patch_embed.proj.weight').shape;
  const config = {
    imageSize,
    patchSize,
    dim,
    depth: depthOf(init),
    heads,
    mlpDim: init.get('blocks.0.mlp.fc1.weight').shape[0] ?? 0,
    layerNormEps: 1e-6,
    mean: [0, 0, 0],
    std: [1, 1, 1],
    pooling: 'token',
  } as const;
  return { config, tensors, head: null };
}

function depthOf(init: TensorSet): number {
  return init.names().filter((name) => /^blocks\.\d+\.norm1\.weight$/.test(name)).length;
}

/** Init files whose width and depth are the scenario's, those named by the scenario first. */
async function findInits(read: GoldenReader, scenario: string, files: TrainingFiles, names: readonly string[]): Promise<TensorSet[]> {
  const { dim, depth } = recordedSize(files.tensors);
  const candidates = [
    ...mentionedFiles(files.json, 'init'),
    `init_${scenario}.safetensors`,
    `init_d${dim}.safetensors`,
    ...names.filter((name) => /^init.*\.safetensors$/.test(name)),
    'init.safetensors',
  ];
  const found: TensorSet[] = [];
  for (const name of new Set(candidates)) {
    const init = await firstReadable(read, [name]);
    if (init && init.find('patch_embed.proj.weight')?.shape[0] === dim && depthOf(init) === depth) found.push(init);
  }
  if (found.length === 0) {
    throw new GoldenError(
      `No init file of width ${dim} and depth ${depth} for "${scenario}"; looked for ${[...new Set(candidates)].join(', ')}.`,
    );
  }
  return found;
}

/** Width and depth of the network that a scenario recorded. */
export function recordedSize(tensors: TensorSet): { dim: number; depth: number } {
  const layers = new Set<string>();
  let dim = 0;
  for (const name of tensors.names()) {
    const layer = /^task\d+\.layer(\d+)\.(cov_pre|cov_post|BtB|gpm_projector)$/.exec(name)?.[1];
    if (layer === undefined) continue;
    layers.add(layer);
    dim = tensors.get(name).shape[0] ?? dim;
  }
  if (dim === 0) throw new GoldenError(`${tensors.file} records no second moments, so its width is unknown.`);
  return { dim, depth: layers.size };
}

/** Widths per head that divide D, the usual one of tiny networks first. */
function headCandidates(dim: number): number[] {
  return Array.from({ length: dim }, (_, i) => i + 1)
    .filter((heads) => dim % heads === 0)
    .sort((a, b) => Math.abs(Math.log2(dim / a / 16)) - Math.abs(Math.log2(dim / b / 16)));
}

/** A forward pass with the right number of heads agrees to rounding; with a wrong one it is off by percents. */
const SAME_FORWARD = 1e-3;

/**
 * Loads the backbone. The number of heads is no tensor's shape: unless the scenario tells it, the one is taken whose forward
 * pass gives the recorded output of the first block.
 */
export async function loadGolden(
  read: GoldenReader,
  scenario: string,
  files: TrainingFiles,
  device: ComputeDevice,
  names: readonly string[] = [],
): Promise<GoldenInputs & { readonly model: VitModel }> {
  const dataFiles = [...mentionedFiles(files.json, 'data'), `data_${scenario}.safetensors`, 'data.safetensors'];
  const data = await firstReadable(read, dataFiles);
  if (!data) throw new GoldenError(`No image file for "${scenario}"; looked for ${dataFiles.join(', ')}.`);
  const imageSize = data.get('train_images').shape[2] ?? 0;
  const test = imageSet(data, 'test', [...Array.from(data.get('test_labels').data).keys()]);
  const probe = files.tensors.find('forward0.block0.out');
  const probeRows = files.tensors.find('forward0.test_index');

  let best: { init: TensorSet; heads: number; error: number } | null = null;
  search: for (const init of await findInits(read, scenario, files, names)) {
    const told = files.scalars.hyper.heads;
    for (const heads of told ? [told] : headCandidates(init.get('patch_embed.proj.weight').shape[0] ?? 0)) {
      let error = 0;
      if (probe && probeRows) {
        const model = await device.load(checkpointOf(init, imageSize, heads));
        const activations = await model.activations(test.batch(probeRows.data));
        error = relativeError(activations.get('block0.out') ?? [], probe.data);
        model.dispose();
      }
      if (!best || error < best.error) best = { init, heads, error };
      if (error < SAME_FORWARD) break search;
    }
  }
  if (!best) throw new GoldenError(`No number of heads fits "${scenario}".`);
  const count = files.scalars.loss.length;
  const heads = headsOf(best.init, count);
  const checkpoint = checkpointOf(best.init, imageSize, best.heads);
  return {
    tasks: tasksOf(data, heads),
    heads,
    order: orderOf(data, count),
    checkpoint,
    test,
    model: await device.load(checkpoint),
  };
}
