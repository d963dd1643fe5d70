import { cholesky } from '../gaussian';
import { MethodOrderError } from '../method';

interface GramState {
  readonly gram: Float64Array;
  readonly sums: readonly Float64Array[];
  readonly counts: readonly number[];
}

/** G = Σ h hᵀ [width, width] and, a class, Σ h, over rows h of all tasks: all that least squares need, in float64. */
export class GramStatistics {
  readonly width: number;
  #gram: Float64Array;
  /** By column: the sum of its rows, and how many. */
  #sums: Float64Array[] = [];
  #counts: number[] = [];

  constructor(width: number) {
    this.width = width;
    this.#gram = new Float64Array(width * width);
  }

  get columns(): number {
    return this.#sums.length;
  }

  get gram(): Float64Array {
    return this.#gram;
  }

  /** Q by rows: [columns, width]. */
  get sums(): readonly Float64Array[] {
    return this.#sums;
  }

  get trace(): number {
    let sum = 0;
    for (let i = 0; i < this.width; i++) sum += this.#gram[i * this.width + i] as number;
    return sum;
  }

  get bytes(): number {
    return 8 * (this.#gram.length + this.columns * this.width);
  }

  /** Columns without any row. */
  absent(): number[] {
    return this.#counts.flatMap((count, column) => (count === 0 ? [column] : []));
  }

  /** rows [n, width] with their columns; `columns`: how many there are now. */
  add(rows: ArrayLike<number>, labels: ArrayLike<number>, columns: number): void {
    const { width } = this;
    const gram = this.#gram;
    while (this.#sums.length < columns) {
      this.#sums.push(new Float64Array(width));
      this.#counts.push(0);
    }
    for (let n = 0; n < labels.length; n++) {
      const first = n * width;
      const label = labels[n] as number;
      const sum = this.#sums[label];
      if (!sum) throw new RangeError(`The label ${label} lies beyond the ${columns} columns.`);
      this.#counts[label] = (this.#counts[label] ?? 0) + 1;
      for (let i = 0; i < width; i++) {
        const value = rows[first + i] as number;
        sum[i] = (sum[i] as number) + value;
        if (value === 0) continue;
        const at = i * width;
        for (let j = 0; j <= i; j++) gram[at + j] = (gram[at + j] as number) + value * (rows[first + j] as number);
      }
    }
    for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) gram[j * width + i] = gram[i * width + j] as number;
  }

  /** W = ((G + penalty I)⁻¹ Q)ᵀ, [columns, width]. Throws RangeError where that is singular. */
  solve(penalty: number): Float64Array {
    const { width } = this;
    const regular = this.#gram.slice();
    for (let i = 0; i < width; i++) regular[i * (width + 1)] = (regular[i * (width + 1)] as number) + penalty;
    const lower = cholesky(regular, width);
    const out = new Float64Array(this.columns * width);
    this.#sums.forEach((sum, column) => out.set(solveCholesky(lower, sum, width), column * width));
    return out;
  }

  state(): GramState {
    return { gram: this.#gram.slice(), sums: this.#sums.map((sum) => sum.slice()), counts: [...this.#counts] };
  }

  restore(saved: unknown): void {
    const { gram, sums, counts } = saved as GramState;
    if (gram.length !== this.width ** 2) throw new MethodOrderError('These sums belong to features of another width.');
    this.#gram = gram.slice();
    this.#sums = sums.map((sum) => sum.slice());
    this.#counts = [...counts];
  }
}

/** x of L Lᵀ x = b. */
function solveCholesky(lower: Float64Array, b: Float64Array, n: number): Float64Array {
  const x = b.slice();
  for (let i = 0; i < n; i++) {
    let sum = x[i] as number;
    for (let k = 0; k < i; k++) sum -= (lower[i * n + k] as number) * (x[k] as number);
    x[i] = sum / (lower[i * n + i] as number);
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i] as number;
    for (let k = i + 1; k < n; k++) sum -= (lower[k * n + i] as number) * (x[k] as number);
    x[i] = sum / (lower[i * n + i] as number);
  }
  return x;
}
