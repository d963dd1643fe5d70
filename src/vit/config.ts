/** What stands between the two maps of an MLP: the exact GELU, its approximations x σ(2 √(2/π) (x + 0.044715 x³)) and x σ(1.702 x), x σ(x), or max(0, x). */
export type Activation = 'gelu' | 'gelu-tanh' | 'quick-gelu' | 'silu' | 'relu';

/** Which token is the image's feature: the class token, or of the patch tokens the mean, the maximum of each feature, or half of both. */
export type Pooling = 'token' | 'mean' | 'max' | 'avgmax';

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
  readonly pooling: Pooling;
  /** What is pooled is all tokens, those in front as well (timm's `pool_include_prefix`). Absent: the patches. */
  readonly poolsFront?: boolean;
  /** Absent: the exact GELU. */
  readonly activation?: Activation;
  /**
   * Tokens in front of the patches: the class token, then distillation or register tokens. Absent: 1. With 0 there is no
   * class token, and `pooling` is not `token`.
   */
  readonly prefixTokens?: number;
  /** What the last norm sees: every token (absent: this), the pooled feature (timm's `fc_norm`), or there is none. */
  readonly lastNorm?: 'tokens' | 'pooled' | 'none';
}

/** Tokens in front of the patches. */
export function prefixTokens({ prefixTokens = 1 }: Pick<VitConfig, 'prefixTokens'>): number {
  return prefixTokens;
}

/** Tokens in front that pooling leaves out. */
export function unpooledTokens(config: Pick<VitConfig, 'prefixTokens' | 'poolsFront'>): number {
  return config.poolsFront === true ? 0 : prefixTokens(config);
}

/** Of a pooled feature, the share that is the maximum; the rest is the mean. */
export function maximumShare({ pooling }: Pick<VitConfig, 'pooling'>): number {
  return pooling === 'max' ? 1 : pooling === 'avgmax' ? 0.5 : 0;
}

export function activationOf({ activation = 'gelu' }: Pick<VitConfig, 'activation'>): Activation {
  return activation;
}

/** Where the last norm stands. */
export function lastNorm({ lastNorm = 'tokens' }: Pick<VitConfig, 'lastNorm'>): 'tokens' | 'pooled' | 'none' {
  return lastNorm;
}

/** Tokens N of one image: those in front, then the patches row by row. */
export function tokenCount(config: Pick<VitConfig, 'imageSize' | 'patchSize' | 'prefixTokens'>): number {
  const side = Math.floor(config.imageSize / config.patchSize);
  return side * side + prefixTokens(config);
}
