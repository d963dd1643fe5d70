/** A read-off as it stands after a task: plain data that scores features. */
import type { Classifier } from '../../vit/checkpoint';
import { scoreFeatures } from '../heads';
import { addProducts, takeRow } from '../products';
import { createRng } from '../rng';

interface Columns {
  /** [columns, width], row-major. */
  readonly weight: Float32Array;
  /** Columns without any training image: never answered. */
  readonly absent?: readonly number[];
}

/**
 * W f + b; the cosine with rows of length one; W relu(f R), R [D, width] of standard normals drawn from a seed; or, of features that
 * several networks gave side by side, the largest of softmax(W f + b) over the networks.
 */
export type FrozenReadout =
  | (Columns & { readonly kind: 'linear'; readonly bias: Float32Array })
  | (Columns & { readonly kind: 'cosine' })
  | (Columns & { readonly kind: 'ensemble'; readonly bias: Float32Array })
  | (Columns & { readonly kind: 'random-features'; readonly seed: number; readonly width: number });

export function columnsOf(readout: FrozenReadout, dim: number): number {
  if (readout.kind === 'ensemble') return readout.bias.length;
  return readout.weight.length / (readout.kind === 'random-features' ? readout.width : dim);
}

/** The newest projection: it serves every chunk of a test pass. */
let newest: { readonly key: string; readonly values: Float32Array } | null = null;

/** R [dim, width] ~ N(0, 1), row by row. */
export function randomProjection(seed: number, dim: number, width: number): Float32Array {
  const key = `${seed} ${dim} ${width}`;
  if (newest?.key !== key) {
    const rng = createRng(seed, 'random-features');
    newest = { key, values: Float32Array.from({ length: dim * width }, () => rng.normal()) };
  }
  return newest.values;
}

/** relu(f R) for features [count, dim]: [count, width]. */
export function randomFeatures(features: ArrayLike<number>, count: number, dim: number, projection: Float32Array): Float32Array {
  const width = projection.length / dim;
  const out = new Float32Array(count * width);
  const row = new Float64Array(width);
  for (let i = 0; i < count; i++) {
    row.fill(0);
    for (let k = 0; k < dim; k++) {
      const value = features[i * dim + k] as number;
      const at = k * width;
      for (let j = 0; j < width; j++) row[j] = (row[j] as number) + value * (projection[at + j] as number);
    }
    for (let j = 0; j < width; j++) out[i * width + j] = Math.max(0, row[j] as number);
  }
  return out;
}

/** Features [count, dim] to scores [count, columns], summed in float64; −Infinity for classes that are absent. */
export function scoresOf(readout: FrozenReadout, features: ArrayLike<number>, count: number, dim: number): Float32Array {
  const { kind, weight, absent = [] } = readout;
  if (kind === 'ensemble') return ensembleScores(readout, features, count, dim);
  const random = kind === 'random-features';
  const inputs = random ? randomFeatures(features, count, dim, randomProjection(readout.seed, dim, readout.width)) : features;
  const width = random ? readout.width : dim;
  const columns = columnsOf(readout, dim);
  const out = new Float32Array(count * columns);
  const [row, sums] = [new Float64Array(width), new Float64Array(columns)];
  for (let i = 0; i < count; i++) {
    addProducts(sums.fill(0), takeRow(row, inputs, i), weight, columns);
    const square = kind === 'cosine' ? row.reduce((sum, value) => sum + value ** 2, 0) : 0;
    const scale = square > 0 ? 1 / Math.sqrt(square) : 1;
    for (let c = 0; c < columns; c++) {
      const sum = sums[c] as number;
      out[i * columns + c] = kind === 'linear' ? sum + (readout.bias[c] ?? 0) : sum * scale;
    }
    for (const c of absent) out[i * columns + c] = -Infinity;
  }
  return out;
}

function ensembleScores({ weight, bias }: Columns & Classifier, features: ArrayLike<number>, count: number, dim: number): Float32Array {
  const columns = bias.length;
  const width = weight.length / columns;
  const out = new Float32Array(count * columns);
  const rows = Float32Array.from({ length: count * dim }, (_, i) => features[i] ?? NaN);
  const parts = dim / width;
  const logits = scoreFeatures(rows, count * parts, width, { weight, bias });
  const powers = new Float64Array(columns);
  for (let row = 0; row < count * parts; row++) {
    const own = logits.subarray(row * columns, (row + 1) * columns);
    const top = own.reduce((most, logit) => Math.max(most, logit), -Infinity);
    let total = 0;
    for (let c = 0; c < columns; c++) {
      const power = Math.exp((own[c] as number) - top);
      powers[c] = power;
      total += power;
    }
    const first = Math.floor(row / parts) * columns;
    for (let c = 0; c < columns; c++) out[first + c] = Math.max(out[first + c] as number, (powers[c] as number) / total);
  }
  return out;
}

/**
 * A linear head of the same ranking over the classes that it knows, for taking away; null where no linear head ranks alike.
 * `columns`: which column each row stands for.
 */
export function asLinear(readout: FrozenReadout, dim: number): (Classifier & { readonly columns: readonly number[] }) | null {
  if (readout.kind === 'random-features' || readout.kind === 'ensemble') return null;
  const { weight, absent = [] } = readout;
  const columns = Array.from({ length: columnsOf(readout, dim) }, (_, c) => c).filter((c) => !absent.includes(c));
  const rows = new Float32Array(columns.length * dim);
  columns.forEach((c, row) => rows.set(weight.subarray(c * dim, (c + 1) * dim), row * dim));
  // Cosines share the length of the feature.
  const bias = Float32Array.from(columns, (c) => (readout.kind === 'linear' ? (readout.bias[c] ?? 0) : 0));
  return { weight: rows, bias, columns };
}
