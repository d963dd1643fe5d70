/** Memory that the reference engine will need, from shapes alone: to refuse what cannot fit before it is tried. */
import { said } from '../common/said';
import { formatBytes } from '../common/bytes';
import { lastNorm, prefixTokens, tokenCount, type VitConfig } from '../vit/config';
import { OutOfMemoryError, type Trainables } from './backbone';

const FLOAT = 4;

/** Weights of the backbone. */
export function backboneParameters(config: VitConfig): number {
  const { dim, mlpDim, depth, patchSize } = config;
  const block = 4 * dim + (3 * dim * dim + 3 * dim) + (dim * dim + dim) + (dim * mlpDim + mlpDim) + (mlpDim * dim + dim);
  const classToken = prefixTokens(config) > 0 ? dim : 0;
  const norm = lastNorm(config) === 'none' ? 0 : 2 * dim;
  return depth * block + 3 * patchSize ** 2 * dim + dim + classToken + tokenCount(config) * dim + norm;
}

/** Bytes, by what they grow with. */
export interface ReferenceMemory {
  /** Weights, their gradients and the optimiser's state. */
  readonly fixed: number;
  /** For each image of the training batch. */
  readonly perImage: number;
  readonly total: number;
}

/**
 * Peak bytes of training `methods` models of one backbone with one batch, one step at a time:
 * - weights: once, and once more for every model that changes all of them (forks share storage until then). Each linear
 *   weight counts double, for the packed or transposed copy that a backend's product makes;
 * - all weights trained: a gradient, two moments (Adam) and the update's two temporaries, all of the backbone's size;
 * - by token: the input of each half of each block, and one half being differentiated, or only passed where the classifier alone
 *   learns. Its floats were counted on tfjs's cpu backend, which keeps all on the way: by width and head for attention, by
 *   width and hidden unit for the other half.
 */
export function estimateMemory(config: VitConfig, batch: number, trainables: Trainables, methods = 1): ReferenceMemory {
  const weights = backboneParameters(config) * FLOAT;
  const all = trainables.backbone === 'all';
  const fixed = 2 * weights + methods * (all ? (1 + 1 + 2 + 2) * weights : 0);
  const { dim, mlpDim, heads, depth } = config;
  const tokens = tokenCount(config);
  const learns = all || trainables.adapters !== 'none';
  const attention = learns ? 62 * dim + 5 * heads * tokens : 27 * dim + 2 * heads * tokens;
  const feedForward = learns ? 20 * dim + 15 * mlpDim : 8 * dim + 7 * mlpDim;
  const perImage = FLOAT * (tokens * (2 * depth * dim + Math.max(attention, feedForward)) + 3 * config.imageSize ** 2);
  return { fixed, perImage, total: fixed + batch * perImage };
}

/** Largest batch within `available` bytes; 0 where not even one image fits. */
export function largestBatch({ fixed, perImage }: Pick<ReferenceMemory, 'fixed' | 'perImage'>, available: number): number {
  return Math.max(0, Math.floor((available - fixed) / perImage));
}

/** Throws OutOfMemoryError, with the largest batch that would fit, when training cannot fit into `available` bytes. */
export function ensureFits(config: VitConfig, batch: number, trainables: Trainables, methods: number, available: number): void {
  const estimate = estimateMemory(config, batch, trainables, methods);
  if (estimate.total <= available) return;
  const most = largestBatch(estimate, available);
  throw new OutOfMemoryError(
    said`This needs about ${formatBytes(estimate.total)} and ${formatBytes(available)} are to be had. ${
      most > 0 ? said`A batch of ${most} would fit.` : said`Not even one image fits: use a smaller backbone, smaller images or adapters.`
    }`,
  );
}
