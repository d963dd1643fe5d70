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
    const { columns } = this;
    const solved = new Float64Array(width * columns);
    this.#sums.forEach((sum, c) => sum.forEach((value, i) => (solved[i * columns + c] = value)));
    solveCholesky(cholesky(regular, width), solved, width, columns);
    return Float64Array.from({ length: columns * width }, (_, at) => solved[(at % width) * columns + Math.floor(at / width)] as number);
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

/** X of L Lᵀ X = B [n, columns], in place. All columns together: a row of L is read once for all of them, not once for each. */
function solveCholesky(lower: Float64Array, x: Float64Array, n: number, columns: number): void {
  const subtract = (factor: number, from: number, to: number) => {
    for (let c = 0; c < columns; c++) x[to + c] = (x[to + c] as number) - factor * (x[from + c] as number);
  };
  const divide = (i: number) => {
    for (let c = i * columns; c < (i + 1) * columns; c++) x[c] = (x[c] as number) / (lower[i * (n + 1)] as number);
  };
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) subtract(lower[i * n + k] as number, k * columns, i * columns);
    divide(i);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) subtract(lower[k * n + i] as number, k * columns, i * columns);
    divide(i);
  }
}
