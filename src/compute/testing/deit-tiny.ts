/** A real pre-trained ViT against PyTorch: ../shared/real/deit_tiny/golden, where that folder is present. */
import { expect } from 'vitest';
import { loadVit, type VitFile } from '../../vit/load';
import { readSafetensors, type TensorFile } from '../../vit/safetensors';
import type { ComputeDevice } from '../backbone';

export const DEIT_TINY = '../shared/real/deit_tiny';
const SIZE = 224;
/** The pass mark of the golden set for its float16 file. */
const LOGIT_TOLERANCE = 0.05;

interface Golden {
  readonly cases: readonly {
    readonly file: string;
    readonly logits: readonly number[];
    readonly cls_feature_after_norm: readonly number[];
  }[];
}

export interface DeitTinyOptions {
  /** How many of the golden images; all of them unless told. */
  readonly images?: number;
  /** The same weights in another format. */
  readonly convert?: (tensors: TensorFile['tensors']) => VitFile;
}

/** Classifies the golden images one by one; `read` takes a path below `DEIT_TINY`. Returns the worst logit difference. */
export async function checkDeitTiny(
  device: ComputeDevice,
  read: (path: string) => Promise<Uint8Array>,
  { images, convert }: DeitTinyOptions = {},
): Promise<number> {
  const bytes = await read('deit_tiny_patch16_224.f16.safetensors');
  const { checkpoint } = loadVit(convert ? convert(readSafetensors(bytes).tensors) : { name: 'deit_tiny.safetensors', bytes }, {
    heads: 3,
    layerNormEps: 1e-6,
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
  });
  const { head } = checkpoint;
  if (!head) throw new Error('The checkpoint has no classifier');
  const golden = JSON.parse(new TextDecoder().decode(await read('golden/golden.json'))) as Golden;
  expect(golden.cases).toHaveLength(4);
  const model = await device.load(checkpoint);
  let worst = 0;
  for (const { file, logits, cls_feature_after_norm } of golden.cases.slice(0, images)) {
    const features = await model.features({ pixels: await read(`golden/${file}`), count: 1, size: SIZE });
    expect(features).toHaveLength(cls_feature_after_norm.length);
    const actual = logits.map((_, c) =>
      features.reduce((total, value, d) => total + value * (head.weight[c * features.length + d] ?? NaN), head.bias[c] ?? NaN),
    );
    expect(actual.indexOf(Math.max(...actual)), `top-1 of ${file}`).toBe(logits.indexOf(Math.max(...logits)));
    const difference = Math.max(...actual.map((value, c) => Math.abs(value - (logits[c] ?? NaN))));
    expect(difference, `largest logit difference of ${file}`).toBeLessThanOrEqual(LOGIT_TOLERANCE);
    worst = Math.max(worst, difference);
  }
  model.dispose();
  return worst;
}
