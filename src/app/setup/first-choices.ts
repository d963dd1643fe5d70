/**
 * Good backbones of the hub to begin with. Parameters and bytes are counted from the architecture, so that they cannot be
 * wrong by hand; ids and licences are those of the models' pages on the hub. The hub's own answer is shown before a download.
 */
import type { VitConfig } from '../../vit/config';
import { expectedShapes, type VitShape } from '../../vit/shapes';

export interface FirstChoice {
  readonly id: string;
  readonly title: string;
  /** As the model's page states it. */
  readonly licence: string;
  readonly shape: VitShape & Pick<VitConfig, 'heads'>;
  /** Columns of the file's own classifier; absent without one. */
  readonly classes?: number;
  /** Parameters of the file that a plain ViT has not: layer scales, a mask token. */
  readonly besides?: number;
  /** Where the model's own input is larger than what it is usually run at. */
  readonly inputSize?: number;
}

const vit = (dim: number, heads: number): FirstChoice['shape'] => ({
  ...{ imageSize: 224, patchSize: 16, depth: 12 },
  dim,
  heads,
  mlpDim: 4 * dim,
});
const [tiny, small, base] = [vit(192, 3), vit(384, 6), vit(768, 12)];
const APACHE = 'Apache 2.0';

export const FIRST_CHOICES: readonly FirstChoice[] = [
  { id: 'timm/vit_tiny_patch16_224.augreg_in21k_ft_in1k', title: 'ViT-Ti/16 AugReg', licence: APACHE, shape: tiny, classes: 1000 },
  { id: 'timm/vit_small_patch16_224.augreg_in21k_ft_in1k', title: 'ViT-S/16 AugReg', licence: APACHE, shape: small, classes: 1000 },
  { id: 'timm/vit_base_patch16_224.augreg_in21k_ft_in1k', title: 'ViT-B/16 AugReg', licence: APACHE, shape: base, classes: 1000 },
  { id: 'facebook/deit-tiny-patch16-224', title: 'DeiT-Ti/16', licence: APACHE, shape: tiny, classes: 1000 },
  { id: 'facebook/deit-small-patch16-224', title: 'DeiT-S/16', licence: APACHE, shape: small, classes: 1000 },
  { id: 'timm/vit_small_patch16_224.dino', title: 'DINO S/16', licence: APACHE, shape: small },
  {
    ...{ id: 'facebook/dinov2-small', title: 'DINOv2 S/14', licence: APACHE },
    shape: { ...small, patchSize: 14, imageSize: 518 },
    // Two scales a block, and a mask token.
    besides: 2 * 12 * 384 + 384,
    inputSize: 224,
  },
];

/** Parameters of the file, its own classifier included. */
export function parametersOf({ shape, classes = 0, besides = 0 }: FirstChoice): number {
  const tensors = [...expectedShapes(shape).values()].reduce((sum, sides) => sum + sides.reduce((product, side) => product * side, 1), 0);
  return tensors + classes * (shape.dim + 1) + besides;
}

/** What the time of a step depends on; the rest of a configuration does not matter to it. */
export const configOf = ({ shape, inputSize = shape.imageSize }: FirstChoice): VitConfig => ({
  ...{ layerNormEps: 1e-6, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], pooling: 'token' },
  ...shape,
  imageSize: inputSize,
});

/** Bytes of the download: four a parameter, a header of some kilobytes aside. */
export const bytesOf = (choice: FirstChoice): number => 4 * parametersOf(choice);
