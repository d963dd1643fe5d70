/** What a plain pre-norm Vision Transformer needs to be told beyond its weights. */
export interface VitConfig {
  /** Side of the square input, pixels. */
  readonly imageSize: number;
  /** Side of a square patch, pixels; divides `imageSize`. */
  readonly patchSize: number;
  /** Width D of a token. */
  readonly dim: number;
  readonly depth: number;
  /** Attention heads; divides `dim`. */
  readonly heads: number;
  readonly mlpDim: number;
  readonly layerNormEps: number;
  /** Per-channel mean and standard deviation, on pixels scaled to [0, 1]. */
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  /** Which token is the image's feature, after the last norm. */
  readonly pooling: 'token' | 'mean';
}

/** Tokens N of one image, the class token included. */
export function tokenCount(config: Pick<VitConfig, 'imageSize' | 'patchSize'>): number {
  const side = Math.floor(config.imageSize / config.patchSize);
  return side * side + 1;
}
