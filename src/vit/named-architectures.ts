/** What the name of an architecture says beyond its tensors: heads, activation, eps and pooling that timm and others build it with. */
import { said, type Sentence } from '../common/said';
import type { VitFacts } from './config-fields';
import { CheckpointError } from './errors';

/** Heads of the widths at which they are not 64 wide. */
const WIDE_HEADS: Readonly<Record<number, number>> = { 1152: 16, 1280: 16, 1408: 16, 1664: 16 };

/** From timm 1.0.29: what its plain ViTs are built with where that is not heads of 64, GELU, eps 1e-6 and the class token. */
const IMPLIED: readonly { readonly pattern: RegExp; readonly facts: VitFacts }[] = [
  { pattern: /^(vit|deit3)_(huge|giant|gigantic|giantopt|so400m)_|^beit3_giant/, facts: { heads: 16 } },
  { pattern: /^vit_base_patch16_gap_224/, facts: { heads: 16 } },
  { pattern: /^test_vit2?$/, facts: { heads: 2 } },
  {
    pattern: /^vit_(base_patch32|giantopt_patch16|so400m_patch16)_siglip_gap|^vit_large_patch16_siglip_gap_512/,
    facts: { activation: 'gelu-tanh' },
  },
  { pattern: /^beit3_/, facts: { layerNormEps: 1e-5 } },
  { pattern: /_gap(_|$)|^beit3_|^eva_large_|^test_vit2$/, facts: { pooling: 'mean' } },
  { pattern: /^vit \((torchvision|mmpretrain|JAX)\)$/, facts: { layerNormEps: 1e-6 } },
];

/** Architectures whose tensors can look like a plain ViT's. */
const OTHERS: readonly { readonly pattern: RegExp; readonly what: Sentence }[] = [
  {
    pattern: /(^|_)rope(_|$)|dinov3|^eva02|^eva_giant|_pe_(core|lang|spatial)_|lingbot|naflex/i,
    what: said`rotary positions in its attention`,
  },
  { pattern: /(^|_)rpn(_|$)|(^|_)srelpos|relpos/i, what: said`norms after its maps or relative positions` },
  { pattern: /_clip_/i, what: said`a norm before its first block` },
  { pattern: /_xp_|_d?pwee_|_\d+x(?!1_)\d+_/i, what: said`attention and MLP side by side` },
  { pattern: /samvit|^sam_/i, what: said`relative positions and windows in its attention` },
  { pattern: /siglip(?!.*gap)/i, what: said`pooling by attention` },
  { pattern: /aimv2/i, what: said`RMS norms and a gated MLP` },
  {
    pattern: /swin|convnext|resnet|mixer|pvt|hiera|(^|_)cvt|mvit|cait|xcit|coat|crossvit|levit|twins|volo|davit|maxvit|blip|clip_vision/i,
    what: said`another arithmetic`,
  },
];

/** Model types of Hugging Face that are plain ViTs when their tensors are. */
const PLAIN = /^(vit|deit3?|dino|mae|moco|beit3?|eva_large|test_vit|flexivit|ijepa|data2vec)/i;

/** The heads of this width, where they are known not to be 64 wide. */
export const headsOfWidth = (dim: number): number | undefined => WIDE_HEADS[dim];

/** What the name implies and, for names that are not known here, a note. Throws CheckpointError on architectures that are no plain ViT. */
export function impliedFacts(full: string | undefined): { facts: VitFacts; notes: readonly Sentence[] } {
  if (full === undefined) return { facts: {}, notes: [] };
  // "timm/vit_base_patch16_224.augreg_in21k" is a hub's name for one training of vit_base_patch16_224.
  const name = full.replace(/^.*\//, '').replace(/\..*$/, '');
  const other = OTHERS.find(({ pattern }) => pattern.test(name));
  if (other !== undefined) {
    throw new CheckpointError(
      said`The configuration names the architecture "${name}", which has ${other.what} and is not a plain pre-norm ViT; its tensors alone do not show it. vit_*, deit_* and dino ViTs work. If it is the configuration of another model, leave it out.`,
    );
  }
  let facts: VitFacts = {};
  for (const { pattern, facts: implied } of IMPLIED) if (pattern.test(name)) facts = { ...implied, ...facts };
  const notes = PLAIN.test(name)
    ? []
    : [
        said`The configuration names the architecture "${name}", which is not known here; its tensors are those of a plain ViT, and it is computed as one.`,
      ];
  return { facts, notes };
}
