/**
 * Hugging Face names (ViT, DeiT, ViT-MAE, DINOv2 with and without registers) to timm's. Both generations are read: files on
 * the hub say `encoder.layer.0.attention.attention.query`, models of transformers 5 in memory `layers.0.attention.q_proj`.
 */
import { Renaming, type Renamed } from './rename';
import type { RawTensors } from './tensors';

const PATCHES = 'embeddings.patch_embeddings.projection.weight';

const OUTSIDE: Readonly<Record<string, string>> = {
  'embeddings.cls_token': 'cls_token',
  'embeddings.distillation_token': 'dist_token',
  'embeddings.register_tokens': 'reg_token',
  'embeddings.position_embeddings': 'pos_embed',
  'embeddings.patch_embeddings.projection.weight': 'patch_embed.proj.weight',
  'embeddings.patch_embeddings.projection.bias': 'patch_embed.proj.bias',
  'layernorm.weight': 'norm.weight',
  'layernorm.bias': 'norm.bias',
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
const HEADS: Readonly<Record<string, string>> = { classifier: 'head', cls_classifier: 'head' };

const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined => (Object.hasOwn(table, key) ? table[key] : undefined);

/** What stands before `embeddings.…`: "", "vit.", "module.deit."; null where the file is no Hugging Face ViT. */
export function huggingFacePrefix(tensors: RawTensors): string | null {
  for (const name of tensors.keys()) if (name.endsWith(PATCHES)) return name.slice(0, -PATCHES.length);
  return null;
}

/** Renames; what is unknown inside a block keeps a name that a plain ViT does not have, and is refused as such later. */
export function renameHuggingFace(tensors: RawTensors, prefix: string): Renamed {
  const to = new Renaming();
  const around = prefix.replace(/[^.]+\.$/, '');
  const dim = tensors.get(prefix + PATCHES)?.shape[0] ?? 0;
  for (const [origin, tensor] of tensors) {
    const classifier = /^(\w+)\.(weight|bias)$/.exec(origin.startsWith(around) ? origin.slice(around.length) : '');
    const head = own(HEADS, classifier?.[1] ?? '');
    if (head !== undefined) {
      // DINOv2 classifies class token and mean of patches side by side: no head for one feature.
      const wide = tensors.get(`${around}${classifier?.[1]}.weight`)?.shape[1] === 2 * dim;
      if (wide) to.leave(origin);
      else to.set(`${head}.${classifier?.[2]}`, tensor, origin);
      continue;
    }
    if (!origin.startsWith(prefix)) {
      to.leave(origin);
      continue;
    }
    const name = origin.slice(prefix.length);
    const outside = own(OUTSIDE, name);
    if (outside !== undefined) {
      to.set(outside, tensor, origin);
      continue;
    }
    const [, block, inner = '', kind = ''] = /^(?:encoder\.)?layers?\.(\d+)\.(.+)\.(\w+)$/.exec(name) ?? [];
    const scale = /^(?:encoder\.)?layers?\.(\d+)\.layer_scale([12])(?:\.lambda1)?$/.exec(name);
    const qkv = own(QKV, /^attention\.(?:attention\.)?(\w+)$/.exec(inner)?.[1] ?? '');
    if (scale !== null) to.set(`blocks.${scale[1]}.ls${scale[2]}.gamma`, tensor, origin);
    else if (block === undefined) to.leave(origin);
    else if (qkv !== undefined) to.part(`blocks.${block}.attn.qkv.${kind}`, qkv, tensor, origin);
    else to.set(`blocks.${block}.${own(INSIDE, inner) ?? inner}.${kind}`, tensor, origin);
  }
  return to.finish();
}
