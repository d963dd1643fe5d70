/** Recognises checkpoints that are not a plain pre-norm ViT, by a tensor that tells, and says what would work. */
import { said, listed, type Sentence } from '../common/said';
import { CheckpointError } from './errors';
import type { RawTensors } from './tensors';

interface Sign {
  /** Found in a tensor's name. */
  readonly pattern: RegExp;
  readonly what: Sentence;
  /** Absent: plain ViTs work. */
  readonly instead?: Sentence;
  /** No sign where a tensor's name has this. */
  readonly unless?: RegExp;
}

const PLAIN = said`A plain pre-norm ViT works: vit_tiny/small/base, DeiT, DINO, MAE or DINOv2, as timm or Hugging Face save it.`;

/** In order of precedence: the most specific name first. */
const SIGNS: readonly Sign[] = [
  { pattern: /(^|\.)layers\.\d+\.blocks\.\d+\.|(^|\.)swin(v2)?\./, what: said`a Swin Transformer (windowed attention)` },
  {
    pattern: /(^|\.)(beit|data2vec_vision)\..*relative_position/,
    what: said`a BEiT or data2vec (relative positions inside its attention)`,
  },
  { pattern: /blocks\.\d+\.attn\.(q_bias|v_bias)$/, what: said`a BEiT (relative positions inside its attention)` },
  {
    pattern: /(^|\.)(beit|data2vec_vision)\.|(^|\.)layer\.\d+\.lambda_1$/,
    what: said`a BEiT or data2vec without absolute positions`,
    unless: /position_embeddings$/,
  },
  { pattern: /(^|\.)(attn_pool\.|head\.probe$)|(^|\/)MAPHead_0\//, what: said`a SigLIP or another ViT that pools by attention` },
  { pattern: /(^|\.)(text_decoder|qformer|query_tokens)\b|vision_model\..*\.self_attn\.qkv\./, what: said`a BLIP` },
  {
    pattern: /(^|\.)(vision_model|text_model|visual\.transformer|transformer\.resblocks)\b|(^|\.)pre_layrnorm\.|(^|\.)ln_pre\./,
    what: said`a CLIP model`,
  },
  {
    pattern: /(^|\.)layer\.\d+\.attention\.o_proj\.|(^|\.)embeddings\.patch_embeddings\.weight$/,
    what: said`a DINOv3 (rotary positions in its attention)`,
  },
  { pattern: /(^|\.)blocks\.\d+\.gamma_1$/, what: said`a DINOv3 or EVA (rotary positions in its attention)`, unless: /pos_embed$/ },
  { pattern: /\.rel_pos_[hw]$/, what: said`a SAM or ViTDet (relative positions and windows in its attention)` },
  { pattern: /relative_position|rel_pos(_bias|_table|\.)|\.rel_pos$/, what: said`a transformer with relative positions in its attention` },
  { pattern: /(^|\.)blocks\.\d+\.(attns|ffns)\.\d+\./, what: said`a ViT with parallel blocks` },
  { pattern: /(^|\.)blocks\.\d+\.(in_proj|attn_out_proj|mlp_out_proj)\./, what: said`a ViT whose attention and MLP stand side by side` },
  {
    pattern: /(^|\.)pos_embed_(spatial|temporal|win|window)$|(^|\.)blocks\.\d+\.(proj\.|attn\.(pool|norm)_[qkv])|(^|\.)hiera\./,
    what: said`a Hiera or MViT (it pools inside its attention)`,
  },
  {
    pattern: /(^|\.)(patch_embed|block)[1-4]\.|\.attn\.sr\.|(^|\.)pvt(_v2)?\.|sequence_reduction/,
    what: said`a PVT (attention over a reduced grid)`,
  },
  { pattern: /conv_proj_[qkv]|convolution_projection|(^|\.)cvt\./, what: said`a CvT (convolutions inside its attention)` },
  {
    pattern: /(^|\.)stages?\.\d+\.|(^|\.)dwconv\.|conv_dw\.|(^|\.)downsample_layers\./,
    what: said`a ConvNeXt or another network in stages`,
  },
  { pattern: /(^|\.)layer[1-4]\.\d+\.conv\d|(^|\.)bn1\.running_mean$/, what: said`a ResNet` },
  { pattern: /(^|\.)token_mixing|(^|\.)mlp_tokens\./, what: said`an MLP-Mixer (no attention)` },
  {
    pattern: /(^|\.)(blocks|layers?)\.\d+\..*weight_(orig|mask)$/,
    what: said`a pruned model, whose weights still lie beside their masks`,
    instead: said`Make it final with torch.nn.utils.prune.remove(module, "weight") on each module, and save it again.`,
  },
  {
    pattern: /(^|\.)(blocks|layers?)\.\d+\..*(weight_[guv]$|parametrizations\.)/,
    what: said`a model whose weights are still computed from others (weight norm, spectral norm, a parametrisation)`,
    instead: said`Make it final with torch.nn.utils.parametrize.remove_parametrizations (or remove_weight_norm), and save it again.`,
  },
  { pattern: /(^|\.)adaLN_modulation\.|(^|\.)t_embedder\./, what: said`a diffusion transformer` },
  { pattern: /(^|\.)(mid_position_embeddings|detection_tokens)$/, what: said`a YOLOS (a detector)` },
  { pattern: /(attn|attention)\.(q_norm|k_norm|norm_[qk])\./, what: said`a ViT that normalises queries and keys` },
  { pattern: /(^|\.)norm_pre\.|(^|\.)pre_norm\./, what: said`a ViT with a norm before its first block (CLIP style)` },
  {
    pattern: /attention\.output\.LayerNorm\.|(^|\.)(norm1_post|post_norm|sandwich_norm)\./,
    what: said`a post-norm transformer (norms after the residual sum)`,
  },
  { pattern: /blocks_token_only\.|\.attn\.proj_[lw]\./, what: said`a CaiT (class attention, talking heads)` },
  { pattern: /(mlp|ffn)\.(w12|w3|fc1_g|fc1_x|weights_in|weights_out|gate_proj)\./, what: said`a ViT with a gated (SwiGLU) MLP` },
  {
    pattern: /blocks\.\d+\.attn\.(qkv\.\d+|heads?\.\d+|to_qkv|(to_)?[qkv](_proj)?)\./,
    what: said`a ViT that projects queries, keys and values apart or head by head`,
    instead: said`${PLAIN} Where the parts are plain linear maps, stack them to one attn.qkv of [3 D, D] a block and save that.`,
  },
  { pattern: /(^|\.)albert_layer_groups\.|(^|\.)shared_(block|layer)s?\./, what: said`a transformer whose blocks share their weights` },
  {
    pattern: /(^|\.)layers?\.\d+\.linear1\.weight$/,
    what: said`built of PyTorch's TransformerEncoderLayer`,
    instead: said`Its file tells neither whether norms come first (by default they do not) nor the activation (by default ReLU). Save it under names of timm’s, with the activation in config.json ("hidden_act"), if it is a pre-norm ViT.`,
  },
  { pattern: /(^|\.)to_patch_embedding\.\d+\./, what: said`a ViT of the vit-pytorch package, which differs in its details` },
  {
    pattern: /patch_embed\.proj\.\d+\.|patch_embed(dings)?\.(backbone|conv\d|stem)\b|patch_embed\.norm\./,
    what: said`a ViT whose patches pass through more than one linear map`,
  },
  { pattern: /(^|\.)(rope\b|freqs_cis$)|rope_embeddings/, what: said`a transformer with rotary positions` },
  {
    pattern: /(^|\.)lora_[AB]\b|(^|\.)base_model\.model\./,
    what: said`an adapter without its backbone`,
    instead: said`Load the backbone file that the adapter was trained on.`,
  },
];

/** Throws CheckpointError naming the first tensor that shows another architecture. */
export function refuseOtherArchitectures(tensors: RawTensors): void {
  const names = [...tensors.keys()];
  for (const { pattern, unless, what, instead = PLAIN } of SIGNS) {
    const name = names.find((each) => pattern.test(each));
    if (name === undefined || (unless && names.some((each) => unless.test(each)))) continue;
    throw new CheckpointError(said`This checkpoint is ${what}: tensor "${name}" tells. ${instead}`, name);
  }
}

/** Throws CheckpointError on a file in which no layout finds a ViT, saying what it holds instead. */
export function refuseWithoutModel(tensors: RawTensors): never {
  const names = [...tensors.keys()];
  const moment = names.find((name) => /(^|\.)(exp_avg|exp_avg_sq|momentum_buffer)\b/.test(name));
  if (moment !== undefined) {
    throw new CheckpointError(
      said`The file is the state of an optimiser (tensor "${moment}"), not a model. Load the weights that were saved beside it.`,
      moment,
    );
  }
  const some = names.slice(0, 3).map((name) => `"${name}"`);
  throw new CheckpointError(
    said`Tensor "patch_embed.proj.weight" (the patch embedding) is missing, and none stands in its place under the names of timm, Hugging Face, JAX, mmpretrain or torchvision: the file holds ${names.length > 3 ? said`${listed(some)} and ${names.length - 3} more` : listed(some)}. ${PLAIN}`,
    'patch_embed.proj.weight',
  );
}

/** Throws CheckpointError naming the first tensor of a block that the plain ViT does not have. */
export function refuseUnusedBlockTensors(tensors: RawTensors, known: ReadonlySet<string>): void {
  for (const name of tensors.keys()) {
    if (/^blocks\.\d+\./.test(name) && !known.has(name)) {
      throw new CheckpointError(
        said`Tensor "${name}" does not exist in a plain pre-norm ViT, so ignoring it would change what the model computes. ${PLAIN}`,
        name,
      );
    }
  }
}
