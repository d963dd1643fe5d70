import type { VitCheckpoint } from './checkpoint';
import { lastNorm, prefixTokens, tokenCount, type VitConfig } from './config';
import { elementCount } from './dtype';

/** What the tensors' shapes alone decide. */
export type VitShape = Pick<VitConfig, 'imageSize' | 'patchSize' | 'dim' | 'depth' | 'mlpDim' | 'prefixTokens' | 'lastNorm'>;

/** Every tensor of a plain pre-norm ViT under timm names, with its shape (a Linear weight is [out, in]). */
export function expectedShapes(config: VitShape): Map<string, readonly number[]> {
  const { dim, mlpDim, patchSize, depth } = config;
  const shapes = new Map<string, readonly number[]>([
    ['patch_embed.proj.weight', [dim, 3, patchSize, patchSize]],
    ['patch_embed.proj.bias', [dim]],
  ]);
  if (prefixTokens(config) > 0) shapes.set('cls_token', [1, 1, dim]);
  shapes.set('pos_embed', [1, tokenCount(config), dim]);
  for (let l = 0; l < depth; l++) {
    const linear = (name: string, out: number, into: number) => {
      shapes.set(`blocks.${l}.${name}.weight`, [out, into]);
      shapes.set(`blocks.${l}.${name}.bias`, [out]);
    };
    const norm = (name: string) => {
      shapes.set(`blocks.${l}.${name}.weight`, [dim]);
      shapes.set(`blocks.${l}.${name}.bias`, [dim]);
    };
    norm('norm1');
    linear('attn.qkv', 3 * dim, dim);
    linear('attn.proj', dim, dim);
    norm('norm2');
    linear('mlp.fc1', mlpDim, dim);
    linear('mlp.fc2', dim, mlpDim);
  }
  if (lastNorm(config) !== 'none') {
    shapes.set('norm.weight', [dim]);
    shapes.set('norm.bias', [dim]);
  }
  return shapes;
}

/** Weights of the backbone, the checkpoint's own classifier not counted. */
export function countParameters(checkpoint: VitCheckpoint): number {
  let total = 0;
  for (const { shape } of checkpoint.tensors.values()) total += elementCount(shape);
  return total;
}
