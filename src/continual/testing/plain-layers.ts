/** Layers of a Vision Transformer with hand-written derivatives, float64 on one thread. Rows are tokens. */

/** Gradients by parameter name; absent while nothing but the adapters and the head learns. */
export type Gradients = Map<string, Float64Array>;

export function accumulate(gradients: Gradients, name: string, values: Float64Array): void {
  const known = gradients.get(name);
  gradients.set(name, known ? known.map((value, i) => value + (values[i] ?? 0)) : values);
}

/** x [n, i] · wᵀ + b for w [o, i]. */
export function linear(x: Float64Array, w: Float64Array, b: Float64Array | null, n: number, i: number, o: number): Float64Array {
  const out = new Float64Array(n * o);
  for (let r = 0; r < n; r++) {
    const row = x.subarray(r * i, (r + 1) * i);
    for (let c = 0; c < o; c++) {
      const at = c * i;
      // Two sums hide the latency of one addition behind the other.
      let even = b ? (b[c] as number) : 0;
      let odd = 0;
      let k = 0;
      for (; k + 1 < i; k += 2) {
        even += (row[k] as number) * (w[at + k] as number);
        odd += (row[k + 1] as number) * (w[at + k + 1] as number);
      }
      if (k < i) even += (row[k] as number) * (w[at + k] as number);
      out[r * o + c] = even + odd;
    }
  }
  return out;
}

/** dy [n, o] · w [o, i]. */
export function linearInput(dy: Float64Array, w: Float64Array, n: number, i: number, o: number): Float64Array {
  const out = new Float64Array(n * i);
  for (let r = 0; r < n; r++) {
    const row = out.subarray(r * i, (r + 1) * i);
    for (let c = 0; c < o; c++) {
      const g = dy[r * o + c] as number;
      const at = c * i;
      for (let k = 0; k < i; k++) row[k] = (row[k] as number) + g * (w[at + k] as number);
    }
  }
  return out;
}

/** dyᵀ [o, n] · x [n, i]: the gradient of w. */
export function linearWeight(dy: Float64Array, x: Float64Array, n: number, i: number, o: number): Float64Array {
  const out = new Float64Array(o * i);
  for (let r = 0; r < n; r++) {
    const row = x.subarray(r * i, (r + 1) * i);
    for (let c = 0; c < o; c++) {
      const g = dy[r * o + c] as number;
      if (g === 0) continue;
      const at = c * i;
      for (let k = 0; k < i; k++) out[at + k] = (out[at + k] as number) + g * (row[k] as number);
    }
  }
  return out;
}

export function columnSums(dy: Float64Array, n: number, o: number): Float64Array {
  const out = new Float64Array(o);
  for (let r = 0; r < n; r++) for (let c = 0; c < o; c++) out[c] = (out[c] as number) + (dy[r * o + c] as number);
  return out;
}

export interface Normed {
  readonly y: Float64Array;
  readonly xhat: Float64Array;
  /** 1/σ per row. */
  readonly inverse: Float64Array;
}

export function layerNorm(x: Float64Array, gamma: Float64Array, beta: Float64Array, n: number, d: number, eps: number): Normed {
  const y = new Float64Array(n * d);
  const xhat = new Float64Array(n * d);
  const inverse = new Float64Array(n);
  for (let r = 0; r < n; r++) {
    let mean = 0;
    for (let k = 0; k < d; k++) mean += (x[r * d + k] as number) / d;
    let variance = 0;
    for (let k = 0; k < d; k++) variance += ((x[r * d + k] as number) - mean) ** 2 / d;
    const scale = 1 / Math.sqrt(variance + eps);
    inverse[r] = scale;
    for (let k = 0; k < d; k++) {
      const value = ((x[r * d + k] as number) - mean) * scale;
      xhat[r * d + k] = value;
      y[r * d + k] = value * (gamma[k] as number) + (beta[k] as number);
    }
  }
  return { y, xhat, inverse };
}

export function layerNormInput(dy: Float64Array, { xhat, inverse }: Normed, gamma: Float64Array, n: number, d: number): Float64Array {
  const out = new Float64Array(n * d);
  for (let r = 0; r < n; r++) {
    let mean = 0;
    let along = 0;
    for (let k = 0; k < d; k++) {
      const g = (dy[r * d + k] as number) * (gamma[k] as number);
      mean += g / d;
      along += (g * (xhat[r * d + k] as number)) / d;
    }
    for (let k = 0; k < d; k++) {
      const g = (dy[r * d + k] as number) * (gamma[k] as number);
      out[r * d + k] = (inverse[r] as number) * (g - mean - (xhat[r * d + k] as number) * along);
    }
  }
  return out;
}

/** erf by its Maclaurin series near 0 and a continued fraction beyond; about 1e-15. */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (a > 6) return Math.sign(x);
  if (a < 3) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = a;
  for (let k = 60; k >= 1; k--) fraction = a + k / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-a * a) / (Math.sqrt(Math.PI) * fraction));
}

const phi = (x: number) => 0.5 * (1 + erf(x / Math.SQRT2));

/** Exact GELU and its derivative. */
export function gelu(x: Float64Array): { y: Float64Array; slope: Float64Array } {
  const cdf = x.map(phi);
  return {
    y: x.map((value, i) => value * (cdf[i] as number)),
    slope: x.map((value, i) => (cdf[i] as number) + (value * Math.exp((-value * value) / 2)) / Math.sqrt(2 * Math.PI)),
  };
}

export interface Attended {
  readonly context: Float64Array;
  /** Softmax weights [images, heads, tokens, tokens]. */
  readonly weights: Float64Array;
}

/** Multi-head attention of qkv [images · tokens, 3d]: context [images · tokens, d]. */
export function attention(qkv: Float64Array, images: number, tokens: number, d: number, heads: number): Attended {
  const width = d / heads;
  const context = new Float64Array(images * tokens * d);
  const weights = new Float64Array(images * heads * tokens * tokens);
  for (let b = 0; b < images * heads; b++) {
    const first = Math.floor(b / heads) * tokens;
    const q = (b % heads) * width;
    for (let i = 0; i < tokens; i++) {
      const row = weights.subarray((b * tokens + i) * tokens, (b * tokens + i + 1) * tokens);
      for (let j = 0; j < tokens; j++) {
        let sum = 0;
        const qi = (first + i) * 3 * d + q;
        const kj = (first + j) * 3 * d + d + q;
        for (let k = 0; k < width; k++) sum += (qkv[qi + k] as number) * (qkv[kj + k] as number);
        row[j] = sum / Math.sqrt(width);
      }
      const highest = Math.max(...row);
      let total = 0;
      for (let j = 0; j < tokens; j++) total += row[j] = Math.exp((row[j] as number) - highest);
      for (let j = 0; j < tokens; j++) {
        const weight = (row[j] as number) / total;
        row[j] = weight;
        const vj = (first + j) * 3 * d + 2 * d + q;
        const at = (first + i) * d + q;
        for (let k = 0; k < width; k++) context[at + k] = (context[at + k] as number) + weight * (qkv[vj + k] as number);
      }
    }
  }
  return { context, weights };
}

/** Gradient of qkv from the gradient of the context. */
export function attentionInput(
  dContext: Float64Array,
  qkv: Float64Array,
  weights: Float64Array,
  images: number,
  tokens: number,
  d: number,
  heads: number,
): Float64Array {
  const width = d / heads;
  const out = new Float64Array(images * tokens * 3 * d);
  const dWeights = new Float64Array(tokens);
  for (let b = 0; b < images * heads; b++) {
    const first = Math.floor(b / heads) * tokens;
    const q = (b % heads) * width;
    for (let i = 0; i < tokens; i++) {
      const row = weights.subarray((b * tokens + i) * tokens, (b * tokens + i + 1) * tokens);
      const at = (first + i) * d + q;
      let along = 0;
      for (let j = 0; j < tokens; j++) {
        const vj = (first + j) * 3 * d + 2 * d + q;
        let sum = 0;
        for (let k = 0; k < width; k++) {
          const g = dContext[at + k] as number;
          sum += g * (qkv[vj + k] as number);
          out[vj + k] = (out[vj + k] as number) + (row[j] as number) * g;
        }
        dWeights[j] = sum;
        along += sum * (row[j] as number);
      }
      const qi = (first + i) * 3 * d + q;
      for (let j = 0; j < tokens; j++) {
        const g = ((row[j] as number) * ((dWeights[j] as number) - along)) / Math.sqrt(width);
        const kj = (first + j) * 3 * d + d + q;
        for (let k = 0; k < width; k++) {
          out[qi + k] = (out[qi + k] as number) + g * (qkv[kj + k] as number);
          out[kj + k] = (out[kj + k] as number) + g * (qkv[qi + k] as number);
        }
      }
    }
  }
  return out;
}
