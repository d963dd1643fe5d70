/**
 * Names and axes of the JAX ViTs (AugReg, big_vision; Flax keeps a Dense kernel as [in, out] and attention by head) to
 * timm's. The number of heads is in the shapes.
 */
import { said } from '../common/said';
import { CheckpointError } from './errors';
import { elementCount, type RawTensor } from './dtype';
import type { VitFacts } from './facts';
import { permute, Renaming, reshape, type Renamed } from './rename';
import type { RawTensors } from './tensors';

/** A Dense kernel [in, out] to [out, in]. */
const dense = (tensor: RawTensor, name: string): RawTensor => permute(rank(tensor, 2, name), [1, 0], name);
const rank = (tensor: RawTensor, wanted: number, name: string): RawTensor => {
  if (tensor.shape.length === wanted) return tensor;
  throw new CheckpointError(said`Array "${name}" should have ${wanted} dimensions, but is [${tensor.shape.join(', ')}].`, name);
};
const flat = (tensor: RawTensor): RawTensor => reshape(tensor, [elementCount(tensor.shape)]);

const OUTSIDE: Readonly<Record<string, readonly [string, (tensor: RawTensor, name: string) => RawTensor]>> = {
  cls: ['cls_token', (t) => t],
  'embedding/kernel': ['patch_embed.proj.weight', (t, name) => permute(rank(t, 4, name), [3, 2, 0, 1], name)],
  'embedding/bias': ['patch_embed.proj.bias', (t) => t],
  'Transformer/posembed_input/pos_embedding': ['pos_embed', (t) => t],
  pos_embedding: ['pos_embed', (t) => t],
  'Transformer/encoder_norm/scale': ['norm.weight', (t) => t],
  'Transformer/encoder_norm/bias': ['norm.bias', (t) => t],
  'pre_logits/kernel': ['pre_logits.fc.weight', (t, name) => dense(t, name)],
  'head/kernel': ['head.weight', (t, name) => dense(t, name)],
  'head/bias': ['head.bias', (t) => t],
};

/** Modules of a block are numbered in the order in which Flax made them; the second norm is 1 or 2. */
const BLOCK = /^Transformer\/encoderblock_(\d+)\/(LayerNorm_[012]|MlpBlock_\d|MultiHeadDotProductAttention_\d)\/(.+)$/;

function renameInBlock(to: Renaming, block: string, module: string, rest: string, tensor: RawTensor, origin: string): boolean {
  const set = (name: string, value: RawTensor): true => {
    to.set(`blocks.${block}.${name}`, value, origin);
    return true;
  };
  if (module.startsWith('LayerNorm')) {
    const norm = module === 'LayerNorm_0' ? 'norm1' : 'norm2';
    return (rest === 'scale' || rest === 'bias') && set(`${norm}.${rest === 'scale' ? 'weight' : 'bias'}`, tensor);
  }
  const [, layer, kind] = /^(\w+)\/(kernel|bias)$/.exec(rest) ?? [];
  if (module.startsWith('MlpBlock')) {
    const map = layer === 'Dense_0' ? 'mlp.fc1' : layer === 'Dense_1' ? 'mlp.fc2' : undefined;
    if (map === undefined) return false;
    return kind === 'bias' ? set(`${map}.bias`, tensor) : set(`${map}.weight`, dense(tensor, origin));
  }
  if (layer === 'out') {
    if (kind === 'bias') return set('attn.proj.bias', tensor);
    const [heads = 0, width = 0, dim = 0] = rank(tensor, 3, origin).shape;
    return set('attn.proj.weight', dense(reshape(tensor, [heads * width, dim]), origin));
  }
  const part = layer === 'query' ? 'q' : layer === 'key' ? 'k' : layer === 'value' ? 'v' : undefined;
  if (part === undefined) return false;
  if (kind === 'bias') to.part(`blocks.${block}.attn.qkv.bias`, part, flat(tensor), origin);
  else {
    const [dim = 0, heads = 0, width = 0] = rank(tensor, 3, origin).shape;
    to.part(`blocks.${block}.attn.qkv.weight`, part, dense(reshape(tensor, [dim, heads * width]), origin), origin);
  }
  return true;
}

/** Renames, turns axes, and says what the shapes tell: the heads. Throws CheckpointError on arrays of another rank. */
export function renameJax(tensors: RawTensors, prefix: string): Renamed & { readonly facts: VitFacts } {
  const to = new Renaming();
  let heads: number | undefined;
  for (const [origin, tensor] of tensors) {
    const name = origin.startsWith(prefix) ? origin.slice(prefix.length) : '';
    const outside = Object.hasOwn(OUTSIDE, name) ? OUTSIDE[name] : undefined;
    const [, block = '', module = '', rest = ''] = BLOCK.exec(name) ?? [];
    if (outside !== undefined) to.set(outside[0], outside[1](tensor, origin), origin);
    else if (block !== '' && renameInBlock(to, block, module, rest, tensor, origin)) {
      if (rest === 'query/kernel') heads = tensor.shape[1];
    } else if (name.startsWith('Transformer/encoderblock/')) {
      throw new CheckpointError(
        said`Array "${origin}" holds all blocks in one (big_vision with scan). Save the checkpoint with one encoderblock_N per block.`,
        origin,
      );
    } else if (name.startsWith('MAPHead_0/')) {
      throw new CheckpointError(said`Array "${origin}" pools by attention (SigLIP); class token and mean pooling work.`, origin);
    } else if (block !== '') {
      throw new CheckpointError(said`Array "${origin}" does not exist in a plain pre-norm ViT of JAX.`, origin);
    } else to.leave(origin);
  }
  const renamed = to.finish();
  const facts: VitFacts = { layerNormEps: 1e-6, architecture: 'vit (JAX)', ...(heads === undefined ? {} : { heads }) };
  return { ...renamed, facts };
}
