/** Proposals for what a checkpoint does not say, each with what it is based on. */
import { said, type Sentence } from '../common/said';
import type { VitConfig } from './config';
import type { VitFacts } from './facts';
import { headsOfWidth } from './named-architectures';

/** A proposed answer, to be confirmed by the user. */
export interface Assumption {
  readonly field: 'heads' | 'layerNormEps' | 'mean' | 'std';
  readonly value: string;
  readonly because: Sentence;
}

type Rgb = VitConfig['mean'];
const IMAGENET_MEAN: Rgb = [0.485, 0.456, 0.406];
const IMAGENET_STD: Rgb = [0.229, 0.224, 0.225];
const HALF: Rgb = [0.5, 0.5, 0.5];

/** Families that were trained with ImageNet's statistics, by the architecture that the file names. */
const IMAGENET_FAMILY = /deit|dino|mae|moco|msn|torchvision|mmpretrain/i;

/** MoCo v3's own ViT-S, whose heads are half as wide as everybody else's. */
const mocoHeads = (dim: number, architecture = ''): number | undefined => (/moco/i.test(architecture) && dim === 384 ? 12 : undefined);

/** Heads of 64 where that divides the width, else of 32, else one head. */
function proposeHeads(dim: number, architecture?: string): { heads: number; because: Sentence } {
  const known = mocoHeads(dim, architecture) ?? headsOfWidth(dim);
  if (known !== undefined) return { heads: known, because: said`the file does not say; published ViTs of width ${dim} have ${known}` };
  for (const width of [64, 32]) {
    if (dim % width === 0)
      return { heads: dim / width, because: said`the file does not say; heads are usually ${width} wide, and the model is ${dim}` };
  }
  return { heads: 1, because: said`the file does not say, and a width of ${dim} divides into neither heads of 64 nor of 32` };
}

/** The facts completed to what a model needs, and the list of what was proposed rather than known. */
export function completeFacts(
  facts: VitFacts,
  dim: number,
): { settled: Pick<VitConfig, 'heads' | 'layerNormEps' | 'mean' | 'std' | 'pooling'>; assumed: Assumption[] } {
  const assumed: Assumption[] = [];
  let heads = facts.heads;
  if (heads === undefined) {
    const proposal = proposeHeads(dim, facts.architecture);
    heads = proposal.heads;
    assumed.push({ field: 'heads', value: String(heads), because: proposal.because });
  }
  let layerNormEps = facts.layerNormEps;
  if (layerNormEps === undefined) {
    layerNormEps = 1e-6;
    assumed.push({ field: 'layerNormEps', value: '1e-6', because: said`the file does not say; ViTs of timm, DeiT and DINO use 1e-6` });
  }
  const imagenet = facts.architecture !== undefined && IMAGENET_FAMILY.test(facts.architecture);
  const because = imagenet
    ? said`the file names "${facts.architecture ?? ''}", a family trained with ImageNet's statistics`
    : said`the file does not say; most ViTs of timm and Google scale pixels to -1 .. 1`;
  const mean = facts.mean ?? (imagenet ? IMAGENET_MEAN : HALF);
  const std = facts.std ?? (imagenet ? IMAGENET_STD : HALF);
  if (facts.mean === undefined) assumed.push({ field: 'mean', value: mean.join(', '), because });
  if (facts.std === undefined) assumed.push({ field: 'std', value: std.join(', '), because });
  return { settled: { heads, layerNormEps, mean, std, pooling: facts.pooling ?? 'token' }, assumed };
}
