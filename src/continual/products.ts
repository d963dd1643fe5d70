/**
 * out[c] += Σ_k row[k] · weight[c, k], for weight [columns, row.length], each sum in float64 and in the order of k. Four columns side by side: a
 * processor adds to one sum only when it is done with the number before.
 */
export function addProducts(out: Float64Array, row: Float64Array, weight: ArrayLike<number>, columns: number): void {
  const width = row.length;
  let c = 0;
  for (; c + 4 <= columns; c += 4) {
    const [a, b] = [c * width, (c + 1) * width];
    const [d, e] = [(c + 2) * width, (c + 3) * width];
    let [first, second] = [out[c] as number, out[c + 1] as number];
    let [third, fourth] = [out[c + 2] as number, out[c + 3] as number];
    for (let k = 0; k < width; k++) {
      const value = row[k] as number;
      first += value * (weight[a + k] as number);
      second += value * (weight[b + k] as number);
      third += value * (weight[d + k] as number);
      fourth += value * (weight[e + k] as number);
    }
    out[c] = first;
    out[c + 1] = second;
    out[c + 2] = third;
    out[c + 3] = fourth;
  }
  for (; c < columns; c++) {
    let sum = out[c] as number;
    for (let k = 0; k < width; k++) sum += (row[k] as number) * (weight[c * width + k] as number);
    out[c] = sum;
  }
}

/** Row i of values [n, out.length] in float64. */
export function takeRow(out: Float64Array, values: ArrayLike<number>, i: number): Float64Array {
  const from = i * out.length;
  for (let k = 0; k < out.length; k++) out[k] = values[from + k] as number;
  return out;
}
