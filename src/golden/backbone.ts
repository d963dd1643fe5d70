/** The frozen backbone of a scenario: an init file of the recorded size, and the number of heads, which no shape tells. */
import type { ComputeDevice, VitModel } from '../compute/backbone';
import { survey } from '../continual/gather';
import type { NamedTensor, VitCheckpoint } from '../vit/checkpoint';
import { relativeError } from './compare';
import { firstReadable, GoldenError, mentionedFiles, type GoldenReader, type TensorSet, type TrainingFiles } from './files';
import { imageSet } from './inputs';

export interface Backbone {
  readonly init: TensorSet;
  readonly checkpoint: VitCheckpoint;
}

/** Width and depth from the tensors' shapes; heads are not stored and must be told. Mean 0, standard deviation 1. */
export function checkpointOf(init: TensorSet, imageSize: number, heads: number): VitCheckpoint {
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

/** Init files of this width and depth, those named by the scenario first. */
async function findInits(
  read: GoldenReader,
  scenario: string,
  { dim, depth }: { dim: number; depth: number },
  json: unknown,
  names: readonly string[],
): Promise<TensorSet[]> {
  const candidates = [
    ...mentionedFiles(json, 'init'),
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
function recordedSize(tensors: TensorSet): { dim: number; depth: number } {
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

/** Numbers that divide the width, those of the usual heads of 16 in tiny networks first. */
function headCandidates(dim: number): number[] {
  const unusual = (heads: number) => Math.abs(Math.log2(dim / heads / 16));
  return Array.from({ length: dim }, (_, i) => i + 1)
    .filter((heads) => dim % heads === 0)
    .sort((a, b) => unusual(a) - unusual(b));
}

/** A forward pass with the right number of heads agrees to rounding (the mark of forward tensors is 1e-5), with a wrong one it does not. */
const SAME_FORWARD = 1e-4;

interface Tried {
  readonly candidate: Backbone;
  readonly error: number;
}

const agrees = ({ error }: Tried) => error <= SAME_FORWARD;
const headsOf = ({ candidate }: Tried) => candidate.checkpoint.config.heads;

/** What a model gives of recorded tensors, by their names. */
type Probe = (model: VitModel) => Promise<Iterable<readonly [name: string, values: Float32Array]>>;

/** Recorded forward tensors, cheapest first: values of a few images, then second moments of the first task's. */
function probesOf(tensors: TensorSet, data: TensorSet, firstTask: number): Probe[] {
  const probes: Probe[] = [];
  const rows = tensors.find('forward0.test_index');
  if (rows) {
    const images = imageSet(data, 'test').batch(rows.data);
    probes.push(async (model) => [...(await model.activations(images))].map(([name, values]) => [`forward0.${name}`, values]));
  }
  const train = imageSet(data, 'train', { from: 0, to: firstTask });
  probes.push(async (model) => {
    const gathering = survey({ model }, train, train.count, { inputs: ['qkv'], features: false }, 'gather');
    let next = await gathering.next();
    while (!next.done) next = await gathering.next();
    return next.value.moments.map(({ block, values }) => [`task0.layer${block}.cov_pre`, values]);
  });
  return probes;
}

/** The largest error over the tensors that the probe gives and the scenario records; null where they share none. */
async function errorOf(probe: Probe, model: VitModel, tensors: TensorSet): Promise<number | null> {
  let worst: number | null = null;
  for (const [name, values] of await probe(model)) {
    const recorded = tensors.find(name);
    if (recorded) worst = Math.max(worst ?? 0, relativeError(values, recorded.data));
  }
  return worst;
}

/**
 * The backbone. Unless the scenario tells the number of heads, it is the one whose forward pass gives the recorded tensors.
 * Throws GoldenError where none does, or where what is recorded is the same for several (or nothing).
 */
export async function findBackbone(
  read: GoldenReader,
  scenario: string,
  { scalars, tensors, json }: TrainingFiles,
  data: TensorSet,
  device: ComputeDevice,
  names: readonly string[],
): Promise<Backbone> {
  const size = recordedSize(tensors);
  const inits = await findInits(read, scenario, size, json, names);
  const told = scalars.hyper.heads;
  const imageSize = data.get('train_images').shape[2] ?? 0;
  const candidates = inits.flatMap((init) =>
    (told ? [told] : headCandidates(size.dim)).map((heads) => ({ init, checkpoint: checkpointOf(init, imageSize, heads) })),
  );
  const [only] = candidates;
  if (only && candidates.length === 1) return only;

  const firstTask = inits[0]?.get('head.0.bias').data.length ?? 0;
  for (const probe of probesOf(tensors, data, firstTask)) {
    const tried: Tried[] = [];
    for (const candidate of candidates) {
      const model = await device.load(candidate.checkpoint);
      try {
        const error = await errorOf(probe, model, tensors);
        if (error === null) break;
        tried.push({ candidate, error });
      } finally {
        model.dispose();
      }
      // What depends on the number of heads agrees with one number and not with another; what agrees with two depends on none.
      if (tried.some(agrees) && new Set(tried.map(headsOf)).size > 1) break;
    }
    const [best] = [...tried].sort((a, b) => a.error - b.error);
    if (!best) continue;
    if (!agrees(best)) {
      throw new GoldenError(
        `No number of heads gives the forward pass that "${scenario}" records: the nearest, ${headsOf(best)} with ${best.candidate.init.file}, is off by ${best.error.toExponential(1)}.`,
      );
    }
    const agreeing = tried.filter(agrees);
    if (agreeing.every((one) => headsOf(one) === headsOf(best))) return agreeing[0]?.candidate ?? best.candidate;
  }
  throw new GoldenError(
    `"${scenario}" does not tell its ${told ? 'init file' : 'number of heads'}: it records no tensor of the forward pass that depends on it (as forward0.block0.out, forward0.norm_out, task0.layer1.cov_pre do). ${told ? 'Keep the one init file that it belongs to' : 'Give it as "heads" in "hyper"'}.`,
  );
}
