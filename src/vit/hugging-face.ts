/**
 * Hugging Face names (ViT, DeiT, ViT-MAE, ViT-MSN, DINOv2 with and without registers, BEiT with absolute positions) to timm's. Both generations are read: files on
 * the hub say `encoder.layer.0.attention.attention.query`, models of transformers 5 in memory `layers.0.attention.q_proj`.
 */
import { Renaming, type Renamed } from './rename';
import type { RawTensors } from './tensors';

const OUTSIDE: Readonly<Record<string, string>> = {
  'embeddings.cls_token': 'cls_token',
  'embeddings.distillation_token': 'dist_token',
  'embeddings.register_tokens': 'reg_token',
  'embeddings.position_embeddings': 'pos_embed',
  'embeddings.patch_embeddings.projection.weight': 'patch_embed.proj.weight',
  'embeddings.patch_embeddings.projection.bias': 'patch_embed.proj.bias',
  'layernorm.weight': 'norm.weight',
  'layernorm.bias': 'norm.bias',
  // BEiT's norm of the mean.
  'pooler.layernorm.weight': 'fc_norm.weight',
  'pooler.layernorm.bias': 'fc_norm.bias',
};

const INSIDE: Readonly<Record<string, string>> = {
  layernorm_before: 'norm1',
  norm1: 'norm1',
  layernorm_after: 'norm2',
  norm2: 'norm2',
  'attention.output.dense': 'attn.proj',
  'attention.o_proj': 'attn.proj',
  'intermediate.dense': 'mlp.fc1',
  'mlp.fc1': 'mlp.fc1',
  'output.dense': 'mlp.fc2',
  'mlp.fc2': 'mlp.fc2',
};

const QKV: Readonly<Record<string, 'q' | 'k' | 'v'>> = { query: 'q', key: 'k', value: 'v', q_proj: 'q', k_proj: 'k', v_proj: 'v' };

/** Names of the model's own classifier, beside the encoder. */
const HEADS: Readonly<Record<string, string>> = { classifier: 'head', cls_classifier: 'head', distillation_classifier: 'head_dist' };

const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined => (Object.hasOwn(table, key) ? table[key] : undefined);

interface Place {
  readonly name: string;
  /** Which third of the rows of timm's fused map. */
  readonly part: 'q' | 'k' | 'v' | null;
}

const LAYER = /^(?:encoder\.)?layers?\.(\d+)\./;

/** Where a tensor of the encoder is in timm's; null for what is no part of it. What is unknown inside a block keeps its name. */
export function huggingFacePlace(name: string): Place | null {
  const outside = own(OUTSIDE, name);
  if (outside !== undefined) return { name: outside, part: null };
  const block = LAYER.exec(name)?.[1];
  if (block === undefined) return null;
  const inside = name.replace(LAYER, '');
  const scale = /^(?:layer_scale([12])(?:\.lambda1)?|lambda_([12]))$/.exec(inside);
  if (scale !== null) return { name: `blocks.${block}.ls${scale[1] ?? scale[2]}.gamma`, part: null };
  const [, inner = '', kind = ''] = /^(.+)\.(\w+)$/.exec(inside) ?? [];
  const part = own(QKV, /^attention\.(?:attention\.)?(\w+)$/.exec(inner)?.[1] ?? '');
  if (part !== undefined) return { name: `blocks.${block}.attn.qkv.${kind}`, part };
  return { name: `blocks.${block}.${own(INSIDE, inner) ?? inner}.${kind}`, part: null };
}

/** The model's own classifier by its module's name. */
export const huggingFaceHead = (module: string): string | undefined => own(HEADS, module);

/** Renames; what is unknown inside a block keeps a name that a plain ViT does not have, and is refused as such later. */
export function renameHuggingFace(tensors: RawTensors, prefix: string): Renamed {
  const to = new Renaming();
  const around = prefix.replace(/[^.]+\.$/, '');
  const dim = tensors.get(`${prefix}embeddings.patch_embeddings.projection.weight`)?.shape[0] ?? 0;
  const inside = (name: string): boolean => name.startsWith(prefix) && LAYER.test(name.slice(prefix.length));
  // A model saved by transformers 5 may have its layers beside its embeddings.
  const layers = [...tensors.keys()].some(inside) ? prefix : around;
  for (const [origin, tensor] of tensors) {
    const [, module = '', kind = ''] = /^(\w+)\.(weight|bias)$/.exec(origin.startsWith(around) ? origin.slice(around.length) : '') ?? [];
    const head = huggingFaceHead(module);
    const root = origin.startsWith(prefix) ? prefix : layers;
    const place = origin.startsWith(root) ? huggingFacePlace(origin.slice(root.length)) : null;
    if (head !== undefined) {
      // DINOv2 classifies class token and mean of patches side by side: no head for one feature.
      const wide = tensors.get(`${around}${module}.weight`)?.shape[1] === 2 * dim;
      if (wide) to.leave(origin);
      else to.set(`${head}.${kind}`, tensor, origin);
    } else if (place === null) to.leave(origin);
    else if (place.part !== null) to.part(place.name, place.part, tensor, origin);
    else to.set(place.name, tensor, origin);
  }
  return to.finish();
}
