/** Small trained models and every way in which they leave. */
import type { VitConfig } from '../config';
import { exportHuggingFace } from '../export/hugging-face';
import type { ExportFile, TrainedVit } from '../export/model';
import { exportPeft, type Increment } from '../export/peft';
import { exportTimm } from '../export/timm';
import { tinyVit } from './tiny-vit';

const BASE: Partial<VitConfig> = { imageSize: 16, patchSize: 4, dim: 16, heads: 2, mlpDim: 32 };
const LABELS = ['cat', 'dög', '<b>שלום</b>', '10'];

/** A tiny ViT with a classifier over four names that need care. */
export function trainedVit(config: Partial<VitConfig>): TrainedVit {
  const { head, ...checkpoint } = tinyVit({ ...BASE, ...config }, LABELS.length);
  if (!head) throw new Error('The tiny ViT has no head');
  return { checkpoint: { ...checkpoint, head: null }, classifier: head, labels: LABELS, title: 'Test' };
}

const wave = (length: number, phase: number): Float32Array => Float32Array.from({ length }, (_, i) => 0.3 * Math.sin(i * 7.13 + phase));
/** Two tasks: K and V of both blocks, rank 2 each. */
export const increments: Increment[] = [0, 1].flatMap((task) =>
  [0, 1].flatMap((block) =>
    (['k', 'v'] as const).map((part) => ({
      ...{ block, target: part, rank: 2 },
      up: wave(32, 10 * task + block + (part === 'k' ? 0 : 5)),
      down: wave(32, 100 + 10 * task + block),
    })),
  ),
);

/** On every map of both blocks: two on K, and none on Q of the second block. */
export const everywhere: Increment[] = [0, 1].flatMap((block) =>
  (['q', 'k', 'k', 'v', 'proj', 'fc1', 'fc2'] as const).flatMap((target, i): Increment[] => {
    if (target === 'q' && block === 1) return [];
    const [inputs, outputs] = [target === 'fc2' ? 32 : 16, target === 'fc1' ? 32 : 16];
    const rank = 1 + (i % 3);
    return [{ ...{ block, target, rank }, up: wave(outputs * rank, 3 * i + block), down: wave(rank * inputs, 50 + i + block) }];
  }),
);

const mean = { pooling: 'mean' } as const;
const pooled = { ...mean, lastNorm: 'pooled' } as const;

export interface ExportCase {
  readonly name: string;
  readonly config: Partial<VitConfig>;
  readonly make: (trained: TrainedVit) => ExportFile[];
}

export const EXPORTS: readonly ExportCase[] = [
  { name: 'timm', config: {}, make: exportTimm },
  { name: 'timm-eps', config: { layerNormEps: 1e-3 }, make: exportTimm },
  { name: 'timm-mean', config: mean, make: exportTimm },
  { name: 'timm-max', config: { pooling: 'max' }, make: exportTimm },
  { name: 'timm-avgmax', config: { pooling: 'avgmax', lastNorm: 'pooled' }, make: exportTimm },
  { name: 'timm-registers', config: { prefixTokens: 3 }, make: exportTimm },
  { name: 'timm-fc-norm', config: pooled, make: exportTimm },
  { name: 'timm-no-class-token', config: { ...pooled, prefixTokens: 0 }, make: exportTimm },
  { name: 'timm-no-norm', config: { lastNorm: 'none' }, make: exportTimm },
  { name: 'timm-relu', config: { activation: 'relu' }, make: exportTimm },
  { name: 'timm-silu', config: { activation: 'silu' }, make: exportTimm },
  { name: 'timm-all-tokens', config: { ...mean, poolsFront: true, activation: 'gelu-tanh', prefixTokens: 3 }, make: exportTimm },
  { name: 'hf', config: { layerNormEps: 1e-3 }, make: exportHuggingFace },
  { name: 'hf-quick-gelu', config: { activation: 'quick-gelu' }, make: exportHuggingFace },
  { name: 'hf-tanh', config: { activation: 'gelu-tanh' }, make: exportHuggingFace },
  { name: 'hf-mean', config: mean, make: exportHuggingFace },
  { name: 'hf-registers', config: { prefixTokens: 3 }, make: exportHuggingFace },
  { name: 'peft-timm', config: {}, make: (trained) => exportPeft(trained, increments, 'timm') },
  { name: 'peft-hf', config: {}, make: (trained) => exportPeft(trained, increments, 'hugging-face') },
  { name: 'peft-timm-all', config: {}, make: (trained) => exportPeft(trained, everywhere, 'timm') },
  { name: 'peft-hf-all', config: {}, make: (trained) => exportPeft(trained, everywhere, 'hugging-face') },
];
