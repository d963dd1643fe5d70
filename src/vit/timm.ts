/** From raw tensors under timm names to a validated checkpoint. */
import { said, type Sentence } from '../common/said';
import { refuseUnusedBlockTensors } from './architecture';
import { completeFacts, type Assumption } from './assumptions';
import type { Classifier, NamedTensor, VitCheckpoint } from './checkpoint';
import type { VitConfig } from './config';
import { elementCount } from './dtype';
import { CheckpointError } from './errors';
import type { VitFacts } from './facts';
import { assemblePositions, inferTokens, type TokenLayout } from './front-tokens';
import { foldScales, scaleNames } from './layer-scale';
import { impliedFacts } from './named-architectures';
import { readTensor } from './read-tensor';
import { expectedShapes } from './shapes';
import { requireShape, type RawTensors } from './tensors';

export interface LoadedVit {
  readonly checkpoint: VitCheckpoint;
  /** What the file did not say and was proposed instead. */
  readonly assumed: readonly Assumption[];
  /** The models that the file holds (averaged and momentum copies), the one that was read first. */
  readonly copies: readonly string[];
  /** Tensors outside the backbone that were left aside (a DINO head, a mask token). */
  readonly unused: readonly string[];
  /** What is worth knowing of how the file was read, in sentences. */
  readonly notes: readonly Sentence[];
}

/** Reads width, depth, patch and MLP width off the tensors. Throws CheckpointError naming the tensor. */
function inferSizes(tensors: RawTensors): Pick<VitConfig, 'dim' | 'patchSize' | 'mlpDim' | 'depth'> {
  const [dim = 0, channels, patchSize = 0, patchWidth] = requireShape(tensors, 'patch_embed.proj.weight', 4, said`the patch embedding`);
  if (channels !== 3 || patchWidth !== patchSize || dim < 1 || patchSize < 1) {
    throw new CheckpointError(
      said`Tensor "patch_embed.proj.weight" is [${[dim, channels, patchSize, patchWidth].join(', ')}]; square patches of RGB images need [D, 3, P, P].`,
      'patch_embed.proj.weight',
    );
  }
  const [mlpDim = 0] = requireShape(tensors, 'blocks.0.mlp.fc1.weight', 2, said`the MLP of the first block`);
  const [, hidden] = tensors.get('blocks.0.mlp.fc2.weight')?.shape ?? [];
  if (hidden !== undefined && mlpDim === 2 * hidden) {
    throw new CheckpointError(
      said`Tensor "blocks.0.mlp.fc1.weight" has ${mlpDim} rows for the ${hidden} columns of "blocks.0.mlp.fc2.weight": a gated MLP (SwiGLU), which is not computed here. ViTs with two plain maps in their MLP work.`,
      'blocks.0.mlp.fc1.weight',
    );
  }
  if (tensors.has('blocks.0.norm1.weight') && !tensors.has('blocks.0.norm1.bias')) {
    throw new CheckpointError(
      said`Tensor "blocks.0.norm1.weight" has no bias beside it: an RMS norm, which is not computed here. ViTs with LayerNorm work.`,
      'blocks.0.norm1.weight',
    );
  }
  let depth = 0;
  for (const name of tensors.keys()) {
    const block = /^blocks\.(\d{1,4})\./.exec(name)?.[1];
    if (block !== undefined) depth = Math.max(depth, Number(block) + 1);
  }
  return { dim, patchSize, mlpDim, depth };
}

/** Where the last norm stands, and what it is called in the file. Throws CheckpointError where there are two. */
function inferEnd(
  tensors: RawTensors,
  { prefixTokens }: TokenLayout,
  told: VitFacts['pooling'],
): { end: Pick<VitConfig, 'pooling' | 'lastNorm'>; normName: string; notes: Sentence[] } {
  const has = (name: string): boolean => tensors.has(`${name}.weight`) || tensors.has(`${name}.bias`);
  if (has('norm') && has('fc_norm')) {
    throw new CheckpointError(
      said`The file has both "norm" and "fc_norm": two norms after the last block, which no plain ViT has. Save the model with the one that it uses.`,
      'fc_norm.weight',
    );
  }
  const notes: Sentence[] = [];
  const known = prefixTokens === 0 && told === 'token' ? undefined : told;
  const pooling = known ?? (prefixTokens === 0 || has('fc_norm') ? 'mean' : 'token');
  if (known === undefined && pooling === 'mean') {
    const because = prefixTokens === 0 ? said`There is no class token` : said`There is a norm after pooling ("fc_norm")`;
    notes.push(said`${because}, so the mean of the patches is the image’s feature.`);
  }
  if (has('fc_norm')) return { end: pooling === 'token' ? { pooling } : { pooling, lastNorm: 'pooled' }, normName: 'fc_norm', notes };
  if (has('norm')) return { end: { pooling }, normName: 'norm', notes };
  notes.push(said`The file has no last norm: features are used as the last block leaves them.`);
  return { end: { pooling, lastNorm: 'none' }, normName: 'norm', notes };
}

/** A config.json of another model is worse than none: what both state must agree. */
function checkFacts(facts: VitFacts, shape: Pick<VitConfig, 'dim' | 'depth' | 'mlpDim' | 'patchSize'>): void {
  for (const field of ['dim', 'depth', 'mlpDim', 'patchSize'] as const) {
    const told = facts[field];
    if (told !== undefined && told !== shape[field]) {
      throw new CheckpointError(
        said`The configuration says ${field} ${told}, but the tensors have ${shape[field]}: it belongs to another model. Leave it out or load the one beside the weights.`,
      );
    }
  }
}

function readHead(tensors: RawTensors, dim: number, notes: Sentence[]): Classifier | null {
  const weight = tensors.get('head.weight');
  if (weight === undefined) return null;
  if (tensors.has('pre_logits.fc.weight')) {
    notes.push(said`The classifier stands behind a representation layer ("pre_logits") and is left aside.`);
    return null;
  }
  if (tensors.has('head_dist.weight'))
    notes.push(said`Of the two classifiers the class token’s ("head") is kept, the distilled one left aside.`);
  const more = [...tensors.keys()].find((name) => /^head\.(?!weight$|bias$)/.test(name));
  if (more !== undefined) {
    notes.push(said`The classifier is more than a linear map (“${more}”) and is left aside.`);
    return null;
  }
  const classes = weight.shape[0] ?? 0;
  const { data } = readTensor(tensors, 'head.weight', [classes, dim]);
  const bias = tensors.has('head.bias') ? readTensor(tensors, 'head.bias', [classes]).data : new Float32Array(classes);
  return classes === 0 ? null : { weight: data, bias };
}

/** Biases that no block has: linear maps may be trained without (timm's `qkv_bias`, `proj_bias`), and then are so in every block. */
function lacksBias(tensors: RawTensors): (name: string) => boolean {
  const mapOf = (name: string): string | undefined => /^blocks\.\d+\.((?:attn|mlp)\.\w+\.bias)$/.exec(name)?.[1];
  const there = new Set([...tensors.keys()].map(mapOf));
  return (name) => mapOf(name) !== undefined && !there.has(mapOf(name));
}

/**
 * A plain pre-norm ViT under timm names, completed by `facts` and, where those are silent, by proposals that `assumed`
 * lists. Throws CheckpointError naming the tensor or field.
 */
export function readTimmVit(tensors: RawTensors, told: VitFacts = {}): Omit<LoadedVit, 'copies'> {
  const sizes = inferSizes(tensors);
  const implied = impliedFacts(told.architecture);
  const facts: VitFacts = { ...implied.facts, ...told };
  const tokens = inferTokens(tensors, facts.imageSize === undefined ? undefined : facts.imageSize / sizes.patchSize);
  checkFacts(facts, sizes);
  const { end, normName, notes } = inferEnd(tensors, tokens, facts.pooling);
  notes.unshift(...implied.notes);
  const { pooling, ...lastNorm } = end;
  const shape = {
    ...{ ...sizes, imageSize: tokens.side * sizes.patchSize, ...lastNorm },
    ...(tokens.prefixTokens === 1 ? {} : { prefixTokens: tokens.prefixTokens }),
  };
  const expected = expectedShapes(shape);
  refuseUnusedBlockTensors(tensors, new Set([...expected.keys(), ...scaleNames(tensors, shape.depth)]));
  const { settled, assumed } = completeFacts({ ...facts, pooling }, shape.dim);
  const config: VitConfig = {
    ...{ ...shape, ...settled },
    ...(facts.activation === undefined || facts.activation === 'gelu' ? {} : { activation: facts.activation }),
    ...(facts.poolsFront === true && pooling !== 'token' && tokens.prefixTokens > 0 ? { poolsFront: true } : {}),
  };
  checkHeads(config);
  const isWithout = lacksBias(tensors);
  const named = new Map<string, NamedTensor>();
  for (const [name, wanted] of expected) {
    if (name === 'pos_embed') named.set(name, assemblePositions(tensors, tokens, shape.dim));
    else if (isWithout(name)) named.set(name, { shape: wanted, data: new Float32Array(elementCount(wanted)) });
    else if (name.startsWith('norm.')) named.set(name, readTensor(tensors, name.replace(/^norm/, normName), wanted));
    else named.set(name, readTensor(tensors, name, wanted));
  }
  foldScales(tensors, named, shape.depth, shape.dim);
  const head = readHead(tensors, shape.dim, notes);
  const isUsed = (name: string): boolean =>
    expected.has(name) ||
    /^(blocks\.|fc_norm\.)|^(dist_token|reg_token|register_tokens)$/.test(name) ||
    (head !== null && /^head\.(weight|bias)$/.test(name));
  return { checkpoint: { config, tensors: named, head }, assumed, unused: [...tensors.keys()].filter((name) => !isUsed(name)), notes };
}

/** Throws CheckpointError where the heads do not divide the width. */
export function checkHeads({ heads, dim }: Pick<VitConfig, 'heads' | 'dim'>): void {
  if (!Number.isInteger(heads) || heads < 1 || dim % heads !== 0) {
    throw new CheckpointError(said`${heads} attention heads do not divide the width ${dim}. Give a number of heads that does.`);
  }
}
