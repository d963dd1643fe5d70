/**
 * Plain ViTs under timm's names and under others' (mmpretrain, torchvision, and those built by hand on PyTorch's own attention,
 * whose `in_proj_weight` [3 D, D] holds q, k and v in timm's order).
 */
import { said, type Sentence } from '../common/said';
import { elementCount } from './dtype';
import { Renaming, reshape, type Renamed } from './rename';
import type { RawTensors } from './tensors';
import type { VitFacts } from './config-fields';

/** What the patch embedding is called: by its name the wrapper before it is told. */
export const PATCHES = /(^|[./])(patch_embed(ding)?\.(proj|projection|conv)|conv_proj|patch_embed(ding)?)\.weight$/;

const CONTAINER =
  /^(?:(?:encoder|transformer|backbone)\.)*(?:blocks|layers|layer|encoder_layers?|encoder\.layers\.encoder_layer)[._](\d+)\.(.+)$/;

const OUTSIDE: readonly (readonly [RegExp, string])[] = [
  [/^(cls_token|class_token|cls|class_embedding)$/, 'cls_token'],
  [/^((encoder|transformer)\.)?(pos_embed(ding)?|position_embeddings?|positional_embedding)$/, 'pos_embed'],
  [/^(?:patch_embed(?:ding)?\.(?:proj|projection|conv)|conv_proj|patch_embed(?:ding)?)\.(weight|bias)$/, 'patch_embed.proj'],
  [/^(?:(?:encoder|transformer)\.)?(?:norm|ln|ln1|ln_f|final_norm|norm_final)\.(weight|bias)$/, 'norm'],
  [/^(?:heads?|heads\.head|fc|classifier|head\.layers\.head|head\.fc)\.(weight|bias)$/, 'head'],
];

const ATTENTION = '(?:attn|attention|self_attn|self_attention|mha|msa)';
const INSIDE: readonly (readonly [RegExp, string])[] = [
  [/^(?:norm1|ln1|ln_1|norm_1|layer_norm1|layernorm1|attn_norm|attention_norm|ln_attn)\.(weight|bias)$/, 'norm1'],
  [/^(?:norm2|ln2|ln_2|norm_2|layer_norm2|layernorm2|mlp_norm|ffn_norm|ln_mlp)\.(weight|bias)$/, 'norm2'],
  [new RegExp(`^${ATTENTION}\\.(?:qkv\\.|in_proj_|in_proj\\.)(weight|bias)$`), 'attn.qkv'],
  [new RegExp(`^${ATTENTION}\\.(?:proj|out_proj|out)\\.(weight|bias)$`), 'attn.proj'],
  [/^(?:(?:mlp|ffn)\.(?:fc1|0|lin1|linear1|linear_1|c_fc|layers\.0\.0|net\.0))\.(weight|bias)$/, 'mlp.fc1'],
  [/^(?:(?:mlp|ffn)\.(?:fc2|2|3|lin2|linear2|linear_2|c_proj|layers\.1|net\.2|net\.3))\.(weight|bias)$/, 'mlp.fc2'],
  [/^(?:attn\.gamma1\.weight|ls1\.gamma|gamma_?1)$/, 'ls1.gamma'],
  [/^(?:ffn\.gamma2\.weight|ls2\.gamma|gamma_?2)$/, 'ls2.gamma'],
];

function translated(name: string, table: readonly (readonly [RegExp, string])[]): string | null {
  for (const [pattern, plain] of table) {
    const found = pattern.exec(name);
    // Where a pattern ends in weight or bias, that is its last group.
    const part = found?.at(-1);
    if (found) return part === 'weight' || part === 'bias' ? `${plain}.${part}` : plain;
  }
  return null;
}

/** timm's name of a part of a plain ViT; null for what is none. */
export function plainName(name: string): string | null {
  const [, block, inner = ''] = CONTAINER.exec(name) ?? [];
  if (block === undefined) return translated(name, OUTSIDE);
  const found = translated(inner, INSIDE);
  return found === null ? null : `blocks.${block}.${found}`;
}

/** A classifier beside a backbone: mmpretrain's `head.layers.head` next to `backbone.`. */
const BESIDE = /^(?:head\.layers\.head|head\.fc|head|fc|classifier)\.(weight|bias)$/;

/** Where the names are another's than timm's, what that says. */
function familyOf(names: readonly string[]): VitFacts {
  if (names.some((name) => /encoder_layer_\d+\.self_attention\./.test(name))) return { architecture: 'vit (torchvision)' };
  if (names.some((name) => /layers\.\d+\.ffn\.layers\.0\.0\./.test(name))) return { architecture: 'vit (mmpretrain)' };
  return {};
}

/** Renames what stands behind `prefix`; unknown parts of a block keep a name that a plain ViT does not have, and are refused later. */
export function renamePlain(
  tensors: RawTensors,
  prefix: string,
): Renamed & { readonly facts: VitFacts; readonly notes: readonly Sentence[] } {
  const to = new Renaming();
  const around = prefix.replace(/[^./]+[./]$/, '');
  const names = [...tensors.keys()];
  const hasHead = names.some((name) => name.startsWith(prefix) && translated(name.slice(prefix.length), OUTSIDE)?.startsWith('head.'));
  for (const [origin, tensor] of tensors) {
    if (!origin.startsWith(prefix)) {
      const part = origin.startsWith(around) ? BESIDE.exec(origin.slice(around.length))?.[1] : undefined;
      if (part !== undefined && !hasHead && tensor.shape.length === (part === 'weight' ? 2 : 1)) to.set(`head.${part}`, tensor, origin);
      else to.leave(origin);
      continue;
    }
    const name = origin.slice(prefix.length);
    const [, block, inner] = CONTAINER.exec(name) ?? [];
    const plain = plainName(name) ?? (block === undefined ? name : `blocks.${block}.${inner}`);
    const { shape } = tensor;
    // One token or one table of positions, without the axis of images.
    const missing = plain === 'cls_token' || plain === 'pos_embed' ? 3 - shape.length : 0;
    const whole = missing > 0 && tensor.dtype !== 'opaque' ? [...new Array<number>(missing).fill(1), ...shape] : shape;
    to.set(plain, elementCount(whole) === elementCount(shape) && missing > 0 ? reshape(tensor, whole) : tensor, origin);
  }
  const sequential = names.find((name) => /\.(mlp|ffn)\.(0|net\.0)\.weight$/.test(name));
  const silent = said`Between "${sequential ?? ''}" and the map after it stands an activation that the file does not name; the exact GELU is taken.`;
  return { ...to.finish(), facts: familyOf(names), notes: sequential === undefined ? [] : [silent] };
}
