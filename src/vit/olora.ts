/**
 * What OLoRA takes out of a weight [rows, columns] before training, but for the adapter's scaling: Q Qᵀ W, where Q [rows, rank] spans the first `rank`
 * columns of W. PEFT keeps the first columns of Q and rows of R of W = Q R, whose product that is.
 */
export function olora(weight: Float32Array, columns: number, rank: number): Float64Array {
  const rows = weight.length / columns;
  const q: Float64Array[] = [];
  for (let r = 0; r < Math.min(rank, columns, rows); r++) {
    const next = Float64Array.from({ length: rows }, (_, row) => weight[row * columns + r] ?? 0);
    // Twice, for what rounding leaves of the first time.
    for (const along of [...q, ...q]) {
      const dot = along.reduce((sum, value, row) => sum + value * (next[row] ?? 0), 0);
      along.forEach((value, row) => (next[row] = (next[row] ?? 0) - dot * value));
    }
    const length = Math.hypot(...next);
    if (length > 0) q.push(next.map((value) => value / length));
  }
  const out = new Float64Array(weight.length);
  for (const along of q) {
    const dots = new Float64Array(columns);
    along.forEach((value, row) => {
      for (let c = 0; c < columns; c++) dots[c] = (dots[c] ?? 0) + value * (weight[row * columns + c] ?? 0);
    });
    along.forEach((value, row) => {
      for (let c = 0; c < columns; c++) out[row * columns + c] = (out[row * columns + c] ?? 0) + value * (dots[c] ?? 0);
    });
  }
  return out;
}
