/** Good backbones of the hub to begin with. Sizes follow from the parameters in float32. */
export interface FirstChoice {
  readonly id: string;
  readonly title: string;
  /** Millions. */
  readonly parameters: number;
  readonly licence: string;
  /** Where the model's own input is larger than what it is usually run at. */
  readonly inputSize?: number;
}

export const FIRST_CHOICES: readonly FirstChoice[] = [
  { id: 'timm/vit_tiny_patch16_224.augreg_in21k_ft_in1k', title: 'ViT-Ti/16 AugReg', parameters: 5.7, licence: 'Apache 2.0' },
  { id: 'timm/vit_small_patch16_224.augreg_in21k_ft_in1k', title: 'ViT-S/16 AugReg', parameters: 22.1, licence: 'Apache 2.0' },
  { id: 'timm/vit_base_patch16_224.augreg_in21k_ft_in1k', title: 'ViT-B/16 AugReg', parameters: 86.6, licence: 'Apache 2.0' },
  { id: 'facebook/deit-tiny-patch16-224', title: 'DeiT-Ti/16', parameters: 5.7, licence: 'Apache 2.0' },
  { id: 'facebook/deit-small-patch16-224', title: 'DeiT-S/16', parameters: 22.1, licence: 'Apache 2.0' },
  { id: 'timm/vit_small_patch16_224.dino', title: 'DINO S/16', parameters: 21.7, licence: 'Apache 2.0' },
  { id: 'facebook/dinov2-small', title: 'DINOv2 S/14', parameters: 22.1, licence: 'Apache 2.0', inputSize: 224 },
];

/** Bytes of the download: four a parameter. */
export const bytesOf = ({ parameters }: FirstChoice): number => parameters * 1e6 * 4;
