/** From raw tensors under timm names to a validated checkpoint. */
import { refuseOtherArchitectures, refuseUnusedBlockTensors } from './architecture';
import { completeFacts, type Assumption } from './assumptions';
import type { Classifier, NamedTensor, VitCheckpoint } from './checkpoint';
import type { VitConfig } from './config';
import { toFloat32 } from './dtype';
import { CheckpointError } from './errors';
import type { VitFacts } from './facts';
import { expectedShapes, type VitShape } from './shapes';
import { requireShape, unwrap, type RawTensors } from './tensors';

export interface LoadedVit {
  readonly checkpoint: VitCheckpoint;
  /** What the file did not say and was proposed instead. */
  readonly assumed: readonly Assumption[];
  /** Tensors outside the backbone that were left aside (a DINO head, a mask token). */
  readonly unused: readonly string[];
}

/** Reads width, depth, patch, image size and MLP width off the tensors. Throws CheckpointError naming the tensor. */
export function inferShape(tensors: RawTensors): VitShape {
  const [dim = 0, channels, patchSize = 0, patchWidth] = requireShape(tensors, 'patch_embed.proj.weight', 4, 'the patch embedding');
  if (channels !== 3 || patchWidth !== patchSize || dim < 1 || patchSize < 1) {
    throw new CheckpointError(
      `Tensor "patch_embed.proj.weight" is [${[dim, channels, patchSize, patchWidth].join(', ')}]; square patches of RGB images need [D, 3, P, P].`,
      'patch_embed.proj.weight',
    );
  }
  requireShape(tensors, 'cls_token', 3, 'the class token');
  const [, tokens = 0] = requireShape(tensors, 'pos_embed', 3, 'the position embedding');
  const side = Math.round(Math.sqrt(tokens - 1));
  if (side < 1 || side * side + 1 !== tokens) {
    throw new CheckpointError(
      `Tensor "pos_embed" has ${tokens} positions; one class token and a square grid of patches would be n² + 1 (197 for 14 x 14). Distillation or register tokens are not supported here.`,
      'pos_embed',
    );
  }
  const [mlpDim = 0] = requireShape(tensors, 'blocks.0.mlp.fc1.weight', 2, 'the MLP of the first block');
  let depth = 0;
  for (const name of tensors.keys()) {
    const block = /^blocks\.(\d{1,4})\./.exec(name)?.[1];
    if (block !== undefined) depth = Math.max(depth, Number(block) + 1);
  }
  return { dim, patchSize, imageSize: side * patchSize, mlpDim, depth };
}

/** A config.json of another model is worse than none: what both state must agree. */
function checkFacts(facts: VitFacts, shape: VitShape): void {
  for (const field of ['dim', 'depth', 'mlpDim', 'patchSize'] as const) {
    const said = facts[field];
    if (said !== undefined && said !== shape[field]) {
      throw new CheckpointError(
        `The configuration says ${field} ${said}, but the tensors have ${shape[field]}: it belongs to another model. Leave it out or load the one beside the weights.`,
      );
    }
  }
  if (facts.activation !== undefined && facts.activation !== 'gelu') {
    throw new CheckpointError(
      `The configuration names the activation "${facts.activation}"; only the exact GELU ("gelu") is computed here, and another one would change every feature.`,
    );
  }
  if (facts.architecture !== undefined && /(^|_)rpn(_|$)|swin|convnext|resnet|mixer/i.test(facts.architecture)) {
    throw new CheckpointError(
      `The configuration names the architecture "${facts.architecture}", which is not a plain pre-norm ViT. vit_*, deit_* and dino ViTs work.`,
    );
  }
}

function readTensor(tensors: RawTensors, name: string, expected: readonly number[]): NamedTensor {
  const raw = tensors.get(name);
  if (raw === undefined) {
    throw new CheckpointError(
      `Tensor "${name}" of shape [${expected.join(', ')}] is missing. The file is incomplete, or its model is not a plain pre-norm ViT.`,
      name,
    );
  }
  if (raw.shape.length !== expected.length || raw.shape.some((side, i) => side !== expected[i])) {
    throw new CheckpointError(
      `Tensor "${name}" should have shape [${expected.join(', ')}], but has [${raw.shape.join(', ')}]. The file mixes models, or its model is not a plain pre-norm ViT.`,
      name,
    );
  }
  const data = toFloat32(raw, name);
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new CheckpointError(
      `Tensor "${name}" holds ${data[bad]} at position ${bad}: the weights are broken (often a training run that diverged, or a float16 overflow). Load an earlier checkpoint.`,
      name,
    );
  }
  return { shape: expected, data };
}

function readHead(tensors: RawTensors, dim: number): Classifier | null {
  const weight = tensors.get('head.weight');
  if (weight === undefined) return null;
  const classes = weight.shape[0] ?? 0;
  const { data } = readTensor(tensors, 'head.weight', [classes, dim]);
  const bias = tensors.has('head.bias') ? readTensor(tensors, 'head.bias', [classes]).data : new Float32Array(classes);
  return classes === 0 ? null : { weight: data, bias };
}

/**
 * A plain pre-norm ViT under timm names (wrappers such as `module.` are seen through), completed by `facts` and, where
 * those are silent, by proposals that `assumed` lists. Every tensor is checked before any is converted.
 * Throws CheckpointError naming the tensor or field.
 */
export function readTimmVit(raw: RawTensors, facts: VitFacts = {}): LoadedVit {
  const tensors = unwrap(raw, 'patch_embed.proj.weight');
  refuseOtherArchitectures(tensors);
  const shape = inferShape(tensors);
  checkFacts(facts, shape);
  const expected = expectedShapes(shape);
  refuseUnusedBlockTensors(tensors, new Set(expected.keys()));
  const { settled, assumed } = completeFacts(facts, shape.dim);
  const config: VitConfig = { ...shape, ...settled };
  checkHeads(config);
  const named = new Map<string, NamedTensor>();
  for (const [name, wanted] of expected) named.set(name, readTensor(tensors, name, wanted));
  const head = readHead(tensors, shape.dim);
  const unused = [...raw.keys()].filter((name) => ![...expected.keys(), 'head.weight', 'head.bias'].some((used) => name.endsWith(used)));
  return { checkpoint: { config, tensors: named, head }, assumed, unused };
}

/** Throws CheckpointError where the heads do not divide the width. */
export function checkHeads({ heads, dim }: Pick<VitConfig, 'heads' | 'dim'>): void {
  if (!Number.isInteger(heads) || heads < 1 || dim % heads !== 0) {
    throw new CheckpointError(`${heads} attention heads do not divide the width ${dim}. Give a number of heads that does.`);
  }
}
