/** What PEFT takes out of a weight before it trains an adapter that begins as that part, and takes out again when it loads one. */
import { plainDense64 } from '../common/linalg/dense64';
import { multiply, multiplyTransposed, transposed } from '../common/linalg/float64';
import { leadingEigen } from '../common/linalg/krylov';
import { bySize } from '../common/linalg/symmetric-eigen';

/**
 * Q Qᵀ W of W [rows, columns], where Q has `rank` orthonormal columns. `olora`: they span the first columns of W (PEFT keeps the first
 * columns of Q and rows of R of W = Q R). `pissa`: they are its leading left singular vectors. [rows, columns].
 */
export function takenOut(kind: 'olora' | 'pissa', weight: Float32Array, columns: number, rank: number): Float64Array {
  const w = Float64Array.from(weight);
  const rows = w.length / columns;
  const most = Math.min(rank, columns, rows);
  if (kind === 'pissa' && columns < rows) {
    // W V Vᵀ is the same, of the smaller side.
    const v = leading(transposed(w, rows, columns), columns, rows, most);
    return multiply(multiplyTransposed(w, v, rows, columns, most), v, rows, most, columns);
  }
  const q = kind === 'pissa' ? leading(w, rows, columns, most) : firstColumns(w, rows, columns, most);
  return multiply(transposed(q, most, rows), multiply(q, w, most, rows, columns), rows, most, columns);
}

/** The leading left singular vectors of W [n, columns] as rows [count, n]. */
function leading(w: Float64Array, n: number, columns: number, count: number): Float64Array {
  const turned = transposed(w, n, columns);
  const apply = (rows: Float64Array, some: number): Float64Array => multiply(multiply(rows, w, some, n, columns), turned, some, columns, n);
  const found = leadingEigen(apply, n, (values) => values.length >= count, plainDense64);
  if (found) return found.rows.slice(0, count * n);
  const { vectors } = bySize(plainDense64.eigen(multiplyTransposed(w, w, n, columns, n), n));
  return transposed(vectors, n, n).slice(0, count * n);
}

/** An orthonormal basis of the first columns of W, as rows [count, rows]; zeros where they depend on those before. */
function firstColumns(w: Float64Array, rows: number, columns: number, count: number): Float64Array {
  const q = new Float64Array(count * rows);
  for (let r = 0; r < count; r++) {
    const next = Float64Array.from({ length: rows }, (_, row) => w[row * columns + r] ?? NaN);
    // Twice, for what rounding leaves of the first time.
    for (let i = 0; i < 2 * r; i++) {
      const along = q.subarray((i % r) * rows, ((i % r) + 1) * rows);
      const dot = along.reduce((sum, value, row) => sum + value * (next[row] ?? NaN), 0);
      along.forEach((value, row) => (next[row] = (next[row] ?? NaN) - dot * value));
    }
    const length = Math.hypot(...next);
    if (length > 0)
      q.set(
        next.map((value) => value / length),
        r * rows,
      );
  }
  return q;
}
