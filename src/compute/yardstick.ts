/** What any two devices can be compared by, whatever model is loaded. */
import type { VitConfig } from '../vit/config';
import type { PlannedModel } from './trainables';

/** A product as plans have it. */
export interface YardstickProduct {
  readonly form: 'NT' | 'NN' | 'TN';
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

export interface YardstickStep {
  readonly name: string;
  readonly config: VitConfig;
  readonly batch: number;
  readonly model: PlannedModel;
}

const vit = (dim: number, depth: number, heads: number, imageSize: number, patchSize: number): VitConfig => ({
  ...{ imageSize, patchSize, dim, depth, heads, mlpDim: 4 * dim, layerNormEps: 1e-6 },
  ...{ mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], pooling: 'token' },
});
const classifier = { from: 0, to: 10 };
/** InfLoRA's step: the increments' second factors on keys and values. */
const LORA: PlannedModel = {
  trainables: { backbone: 'none', adapters: 'up', classifier },
  adapters: { targets: ['k', 'v'], rank: 8 },
};
const ALL: PlannedModel = { trainables: { backbone: 'all', adapters: 'none', classifier }, adapters: null };

const BASE = vit(768, 12, 12, 224, 16);

/** From the bundled backbone to ViT-B, by growing work. */
export const YARDSTICK: readonly YardstickStep[] = [
  { name: 'bundled', config: vit(128, 4, 4, 32, 8), batch: 32, model: LORA },
  { name: 'ViT-Ti/16', config: vit(192, 12, 3, 224, 16), batch: 8, model: LORA },
  { name: 'ViT-Ti/16', config: vit(192, 12, 3, 224, 16), batch: 32, model: LORA },
  { name: 'ViT-S/16', config: vit(384, 12, 6, 224, 16), batch: 32, model: LORA },
  { name: 'ViT-B/16', config: BASE, batch: 16, model: LORA },
  { name: 'ViT-B/16', config: BASE, batch: 32, model: LORA },
  { name: 'ViT-B/16, all weights', config: BASE, batch: 32, model: ALL },
];

/** The products of ViT-B's MLP at batch 32 and of ViT-Ti's at 8, the widest map of ViT-S, and a square; each by growing work. */
export const YARDSTICK_PRODUCTS: readonly YardstickProduct[] = [
  { form: 'NT', m: 256, n: 256, k: 256 },
  { form: 'NT', m: 1576, n: 768, k: 192 },
  { form: 'NT', m: 1576, n: 1536, k: 384 },
  { form: 'NT', m: 6304, n: 3072, k: 768 },
  { form: 'NN', m: 6304, n: 768, k: 3072 },
  { form: 'TN', m: 3072, n: 768, k: 6304 },
  { form: 'NT', m: 4096, n: 4096, k: 4096 },
];

export interface Yardstick {
  /** Products of two matrices, by the device's own clock where it has one. */
  readonly products: readonly (YardstickProduct & { readonly gflops: number })[];
  /** Microseconds from one operation to the next where there is nothing to compute. */
  readonly dispatch: number;
  /** Training steps one behind the other, as a run has them. */
  readonly steps: readonly StepFound[];
}

/** A step that was left out says why: it would have taken too long, or more memory than there is. */
export type StepFound = Pick<YardstickStep, 'name' | 'batch'> &
  (
    | { readonly milliseconds: number; readonly gflops: number; readonly first: number }
    | { readonly milliseconds: null; readonly because: 'time' | 'memory' }
  );

export interface YardstickOptions {
  /** Milliseconds that a figure may take; what would take more is left out. */
  readonly patience?: number;
  readonly steps?: readonly YardstickStep[];
  /** Told of every figure before it is measured. */
  readonly onFigure?: (name: string) => void;
}
