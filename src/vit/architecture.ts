/** Recognises checkpoints that are not a plain pre-norm ViT, by a tensor that tells, and says what would work. */
import { CheckpointError } from './errors';
import type { RawTensors } from './tensors';

interface Sign {
  /** Found in a tensor's name. */
  readonly pattern: RegExp;
  readonly what: string;
  readonly instead: string;
}

const PLAIN = 'A plain pre-norm ViT works: vit_tiny/small/base, DeiT, DINO, MAE or DINOv2, as timm or Hugging Face save it.';

/** In order of precedence: the most specific name first. */
const SIGNS: readonly Sign[] = [
  { pattern: /blocks\.\d+\.attn\.(q_bias|v_bias)$/, what: 'a BEiT (relative positions inside its attention)', instead: PLAIN },
  {
    pattern: /relative_position_bias_table|(^|\.)layers\.\d+\.blocks\.\d+\./,
    what: 'a Swin Transformer (windowed attention)',
    instead: PLAIN,
  },
  {
    pattern: /(^|\.)stages\.\d+\.|(^|\.)dwconv\.|conv_dw\.|(^|\.)downsample_layers\./,
    what: 'a ConvNeXt or another convolutional network',
    instead: PLAIN,
  },
  { pattern: /(^|\.)layer[1-4]\.\d+\.conv\d|(^|\.)bn1\.running_mean$/, what: 'a ResNet', instead: PLAIN },
  { pattern: /(^|\.)token_mixing|(^|\.)mlp_tokens\./, what: 'an MLP-Mixer (no attention)', instead: PLAIN },
  { pattern: /(^|\.)(vision_model|text_model|visual\.transformer|transformer\.resblocks)\b/, what: 'a CLIP model', instead: PLAIN },
  { pattern: /(^|\.)adaLN_modulation\.|(^|\.)t_embedder\./, what: 'a diffusion transformer', instead: PLAIN },
  { pattern: /blocks\.\d+\.attn\.(q_norm|k_norm)\./, what: 'a ViT that normalises queries and keys', instead: PLAIN },
  { pattern: /(^|\.)norm_pre\.|(^|\.)pre_norm\./, what: 'a ViT with a norm before its first block (CLIP style)', instead: PLAIN },
  {
    pattern: /attention\.output\.LayerNorm\.|(^|\.)(norm1_post|post_norm|sandwich_norm)\./,
    what: 'a post-norm transformer (norms after the residual sum)',
    instead: PLAIN,
  },
  { pattern: /(^|\.)attn_pool\.|(^|\/)MAPHead_0\//, what: 'a ViT that pools by attention (SigLIP)', instead: PLAIN },
  { pattern: /blocks_token_only\.|\.attn\.proj_[lw]\./, what: 'a CaiT (class attention, talking heads)', instead: PLAIN },
  { pattern: /blocks\.\d+\.mlp\.(w12|w3|fc1_g|fc1_x|weights_in|weights_out)\./, what: 'a ViT with a gated (SwiGLU) MLP', instead: PLAIN },
  {
    pattern: /blocks\.\d+\.attn\.(qkv\.\d+|heads?\.\d+|to_qkv|(to_)?[qkv](_proj)?)\./,
    what: 'a ViT that projects queries, keys and values apart or head by head',
    instead: `${PLAIN} Where the parts are plain linear maps, stack them to one attn.qkv of [3 D, D] a block and save that.`,
  },
  {
    pattern: /(^|\.)albert_layer_groups\.|(^|\.)shared_(block|layer)s?\./,
    what: 'a transformer whose blocks share their weights',
    instead: PLAIN,
  },
  {
    pattern: /(^|\.)encoder_layer_\d+\.self_attention\./,
    what: "torchvision's ViT, whose names are not read here",
    instead: 'The same networks of timm or Hugging Face work.',
  },
  {
    pattern: /(^|\.)to_patch_embedding\.\d+\./,
    what: 'a ViT of the vit-pytorch package, which differs in its details',
    instead: PLAIN,
  },
  { pattern: /(^|\.)(rope\b|freqs_cis$)/, what: 'a transformer with rotary positions', instead: PLAIN },
  {
    pattern: /(^|\.)lora_[AB]\b|(^|\.)base_model\.model\./,
    what: 'an adapter without its backbone',
    instead: 'Load the backbone file that the adapter was trained on.',
  },
];

/** Throws CheckpointError naming the first tensor that shows another architecture. */
export function refuseOtherArchitectures(tensors: RawTensors): void {
  for (const sign of SIGNS) {
    for (const name of tensors.keys()) {
      if (sign.pattern.test(name)) {
        throw new CheckpointError(`This checkpoint is ${sign.what}: tensor "${name}" tells. ${sign.instead}`, name);
      }
    }
  }
}

/** Throws CheckpointError naming the first tensor of a block that the plain ViT does not have. */
export function refuseUnusedBlockTensors(tensors: RawTensors, known: ReadonlySet<string>): void {
  for (const name of tensors.keys()) {
    if (/^blocks\.\d+\./.test(name) && !known.has(name)) {
      throw new CheckpointError(
        `Tensor "${name}" does not exist in a plain pre-norm ViT, so ignoring it would change what the model computes. ${PLAIN}`,
        name,
      );
    }
  }
}
