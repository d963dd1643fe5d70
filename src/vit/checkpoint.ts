import type { VitConfig } from './config';

/** A dense float32 tensor in PyTorch layout (a Linear weight is [out, in]). */
export interface NamedTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A linear classifier: weight [C, D] row-major, bias [C]. */
export interface Classifier {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/**
 * A validated plain pre-norm ViT under timm names (`patch_embed.proj.weight`, `cls_token`, `pos_embed`,
 * `blocks.N.norm1|attn.qkv|attn.proj|norm2|mlp.fc1|mlp.fc2`, `norm`), every tensor present and of the shape that
 * `config` implies. `pos_embed` [1, N, D] has a row for every token; distillation and register tokens are such rows whole
 * (value and position in one), as they meet no patch. Layer scale is folded into `attn.proj` and `mlp.fc2`. Without a
 * class token there is no `cls_token`, without a last norm no `norm`. `head`, where the file has one, is the checkpoint's
 * own classifier.
 */
export interface VitCheckpoint {
  readonly config: VitConfig;
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  readonly head: Classifier | null;
}
