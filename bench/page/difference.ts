/** How far the answers of two contenders lie apart. */

/** |a − b| / |b| over all values together; NaN where a value is missing. */
export function difference(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  let above = 0;
  let below = 0;
  b.forEach((values, i) =>
    values.forEach((value, j) => {
      above += ((a[i]?.[j] ?? NaN) - value) ** 2;
      below += value ** 2;
    }),
  );
  return Math.sqrt(above / below);
}

/** `difference` of the adapters' `up`, the one group of gradients that every contender has. */
export function gradientDifference(found: ReadonlyMap<string, Float32Array>, expected: ReadonlyMap<string, Float32Array>): number {
  const names = [...expected.keys()].filter((name) => name.endsWith('.up'));
  const of = (gradients: ReadonlyMap<string, Float32Array>): Float32Array[] =>
    names.map((name) => gradients.get(name) ?? new Float32Array());
  return difference(of(found), of(expected));
}
