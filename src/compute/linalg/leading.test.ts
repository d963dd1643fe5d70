import { EigenvalueDecomposition, Matrix, SingularValueDecomposition } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { normals, seeded } from '../testing/random';
import { orthonormalize } from './basis';
import { createLinearAlgebra } from './create';
import { plainDense64 } from '../../common/linalg/dense64';
import { gram, identity, multiply, multiplyTransposed, transposed } from '../../common/linalg/float64';
import { WasmDense64 } from './wasm-dense64';

const random = (rows: number, columns: number, seed: number): Float64Array => Float64Array.from(normals(seeded(seed), rows * columns, 1));
const range = (n: number, of: (k: number) => number): number[] => Array.from({ length: n }, (_, k) => of(k));
const largest = (values: Float64Array): number => values.reduce((worst, value) => Math.max(worst, Math.abs(value)), 0);
const difference = (a: Float64Array, b: Float64Array): number => largest(a.map((value, i) => value - (b[i] ?? NaN)));
const symmetrised = (a: Float64Array, n: number): Float64Array => a.map((value, i) => value + (a[(i % n) * n + Math.floor(i / n)] ?? NaN));

/** Q diag(values) Qᵀ, symmetric to the last bit. */
function withValues(values: readonly number[], seed: number): Float64Array {
  const n = values.length;
  const { basis } = orthonormalize(random(n, n, seed), n, n);
  const scaled = basis.map((value, i) => value * (values[i % n] ?? NaN));
  return symmetrised(
    multiplyTransposed(scaled, basis, n, n, n).map((value) => value / 2),
    n,
  );
}

/** Projector onto the first `count` columns of [n, columns]. */
function projector(vectors: Float64Array, n: number, columns: number, count: number): Float64Array {
  const kept = Float64Array.from({ length: n * count }, (_, i) => vectors[Math.floor(i / count) * columns + (i % count)] ?? NaN);
  return gram(kept, n, count);
}

function oracle(matrix: Float64Array, n: number) {
  const svd = new SingularValueDecomposition(Matrix.from1DArray(n, n, matrix), { computeRightSingularVectors: false });
  return { values: Float64Array.from(svd.diagonal), vectors: Float64Array.from(svd.leftSingularVectors.to1DArray()) };
}

describe('the SIMD kernels of doubles', () => {
  it.each([
    [1, 1, 1],
    [5, 7, 3],
    [13, 4, 9],
    [50, 33, 17],
    [97, 1, 66],
  ])('multiply [%i, %i] by [.., %i] as plain loops do', async (m, k, n) => {
    const wasm = await WasmDense64.open();
    const [a, b] = [random(m, k, 1), random(k, n, 2)];
    expect(difference(wasm.multiply(a, b, m, k, n), multiply(a, b, m, k, n))).toBeLessThan(1e-13 * k);
  });

  it.each([1, 2, 3, 7, 8, 17, 64, 65, 130, 197])('decompose a symmetric matrix of size %i as ml-matrix does', async (n) => {
    const wasm = await WasmDense64.open();
    const matrix = symmetrised(random(n, n, n), n);
    const { values, vectors } = wasm.eigen(matrix, n);
    const expected = new EigenvalueDecomposition(Matrix.from1DArray(n, n, matrix), { assumeSymmetric: true }).realEigenvalues;
    expect(difference(values, Float64Array.from([...expected].sort((x, y) => y - x)))).toBeLessThan(1e-12 * n);
    expect(difference(gram(transposed(vectors, n, n), n, n), identity(n))).toBeLessThan(1e-12);
    const scaled = vectors.map((value, i) => value * (values[i % n] ?? NaN));
    expect(difference(multiplyTransposed(scaled, vectors, n, n, n), matrix)).toBeLessThan(1e-12 * n);
  });

  it.each([
    ['all zero', new Float64Array(81)],
    ['the identity', identity(9)],
    ['already diagonal', Float64Array.from({ length: 81 }, (_, i) => (i % 10 === 0 ? i / 10 - 4 : 0))],
    ['of rank one', gram(random(9, 1, 4), 9, 1)],
    ['a projector', withValues([1, 1, 1, 1, 0, 0, 0, 0, 0], 13)],
  ])('keep vectors orthonormal where the matrix is %s', async (_, matrix) => {
    const { values, vectors } = (await WasmDense64.open()).eigen(matrix, 9);
    expect(difference(gram(transposed(vectors, 9, 9), 9, 9), identity(9))).toBeLessThan(1e-13);
    const scaled = vectors.map((value, i) => value * (values[i % 9] ?? NaN));
    expect(difference(multiplyTransposed(scaled, vectors, 9, 9, 9), matrix)).toBeLessThan(1e-13);
  });

  it('separate the zeros and ones of a large projector', async () => {
    const n = 260;
    const { basis } = orthonormalize(random(n, 100, 14), n, 100);
    const rest = gram(basis, n, 100).map((value, at) => (at % (n + 1) === 0 ? 1 : 0) - value);
    const { values } = (await WasmDense64.open()).eigen(rest, n);
    values.forEach((value, j) => expect(Math.abs(value - (j < 160 ? 1 : 0))).toBeLessThan(1e-13));
  });

  it('grow their memory and refuse NaN', async () => {
    const wasm = await WasmDense64.open();
    expect(difference(wasm.multiply(identity(300), random(300, 300, 3), 300, 300, 300), random(300, 300, 3))).toBe(0);
    expect(() => wasm.eigen(Float64Array.of(1, NaN, NaN, 1), 2)).toThrow(/not finite/);
  });
});

describe.each([
  { kernels: 'with SIMD', linalg: createLinearAlgebra() },
  { kernels: 'in JavaScript', linalg: createLinearAlgebra(async () => plainDense64) },
])('leading directions $kernels', ({ linalg }) => {
  /** Name, size, directions wanted, whether a small space finds them, and the matrix. */
  const cases: readonly (readonly [string, number, number, boolean, (n: number) => Float64Array])[] = [
    [
      'a spectrum that falls as 1/k²',
      241,
      10,
      true,
      (n) =>
        withValues(
          range(n, (k) => (k + 1) ** -3),
          1,
        ),
    ],
    [
      'one that falls by half each time',
      231,
      12,
      true,
      (n) =>
        withValues(
          range(n, (k) => 0.5 ** k),
          2,
        ),
    ],
    [
      'a value that occurs 12 times, more often than a block is wide',
      301,
      12,
      true,
      (n) =>
        withValues(
          range(n, (k) => (k < 12 ? 3 : 0.1 ** (k - 11))),
          3,
        ),
    ],
    [
      'large negative values',
      213,
      6,
      true,
      (n) =>
        withValues(
          range(n, (k) => (k % 2 === 0 ? -1 : 1) * 0.6 ** k),
          4,
        ),
    ],
    [
      'no symmetry',
      227,
      8,
      true,
      (n) =>
        multiply(
          withValues(
            range(n, (k) => 0.7 ** k),
            5,
          ),
          random(n, n, 6),
          n,
          n,
          n,
        ),
    ],
    ['a rank of 5', 205, 5, true, (n) => gram(random(n, 5, 7), n, 5)],
    ['noise, whose values are all alike', 161, 8, false, (n) => gram(random(n, 2 * n, 8), n, 2 * n)],
    [
      'a small size',
      45,
      7,
      false,
      (n) =>
        withValues(
          range(n, (k) => 0.5 ** k),
          12,
        ),
    ],
  ];
  it.each(cases)('agree with ml-matrix on %s', async (_, n, count, small, make) => {
    const matrix = make(n);
    const expected = oracle(matrix, n);
    const { values, vectors } = await linalg.leading(matrix, n, (found) => found.length >= count);
    expect(values.length).toBeGreaterThanOrEqual(count);
    expect(values.length < n).toBe(small);
    const scale = expected.values[0] ?? NaN;
    for (let j = 0; j < count; j++)
      expect(Math.abs((values[j] ?? NaN) - (expected.values[j] ?? NaN)) / scale, `value ${j}`).toBeLessThan(1e-10);
    const ours = projector(vectors, n, values.length, count);
    expect(difference(ours, projector(expected.vectors, n, n, count))).toBeLessThan(1e-6);
  });

  it('stop at the energy that is asked for, and no longer', async () => {
    const n = 291;
    const squares = range(n, (k) => (k + 1) ** -6);
    const total = squares.reduce((sum, value) => sum + value, 0);
    const matrix = withValues(
      range(n, (k) => (k + 1) ** -3),
      9,
    );
    const asked: number[] = [];
    const { values } = await linalg.leading(matrix, n, (found) => {
      asked.push(found.length);
      return found.reduce((sum, value) => sum + value * value, 0) / total >= 0.999;
    });
    // 1 + 2⁻⁶ + 3⁻⁶ + 4⁻⁶ of π⁶/945 is 0.9999, 1 + 2⁻⁶ alone 0.9983: three are the fewest for 0.999.
    expect(values.length).toBe(3);
    expect(Math.max(...asked)).toBeLessThan(n / 3);
  });

  it('are all there are where they are never enough', async () => {
    const matrix = withValues(
      range(160, (k) => 1 / (k + 1)),
      10,
    );
    expect((await linalg.leading(matrix, 160, () => false)).values).toHaveLength(160);
  });

  it('are the same every time', async () => {
    const matrix = withValues(
      range(245, (k) => 0.8 ** k),
      11,
    );
    const once = await linalg.leading(matrix, 245, (found) => found.length >= 4);
    expect(await linalg.leading(matrix, 245, (found) => found.length >= 4)).toEqual(once);
  });
});
