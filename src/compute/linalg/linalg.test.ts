import { describe, expect, it } from 'vitest';
import { normals, seeded } from '../testing/random';
import { complementBasis, orthonormalize } from './basis';
import { createLinearAlgebra } from './create';
import { gram, identity, multiply, multiplyTransposed, squaredNorm, traceOfProduct, transposed } from '../../common/linalg/float64';
import { symmetricEigen } from '../../common/linalg/symmetric-eigen';

const random = (rows: number, columns: number, seed: number): Float64Array => Float64Array.from(normals(seeded(seed), rows * columns, 1));

function largestDifference(a: Float64Array, b: Float64Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (b[i] ?? NaN))), 0);
}

/** ‖VᵀV − I‖∞ of the columns of V [n, k]. */
function departureFromOrthonormal(v: Float64Array, n: number, k: number): number {
  return largestDifference(gram(transposed(v, n, k), k, n), identity(k));
}

describe('products', () => {
  it('agree with a product done by hand', () => {
    const a = Float64Array.of(1, 2, 3, 4, 5, 6);
    const b = Float64Array.of(1, 0, 2, -1, 1, 3);
    expect(Array.from(multiply(a, b, 2, 3, 2))).toEqual([8, 7, 20, 13]);
    expect(Array.from(multiplyTransposed(a, b, 2, 3, 2))).toEqual([7, 10, 16, 19]);
    expect(Array.from(gram(a, 2, 3))).toEqual([14, 32, 32, 77]);
    expect(Array.from(transposed(a, 2, 3))).toEqual([1, 4, 2, 5, 3, 6]);
    expect(traceOfProduct(a, b, 2, 3)).toBe(8 + 13);
    expect(squaredNorm(a)).toBe(91);
  });

  it('name a matrix of the wrong size', () => {
    expect(() => multiply(new Float64Array(5), new Float64Array(6), 2, 3, 2)).toThrow(/A has 5 values; \[2, 3\]/);
  });
});

describe('symmetricEigen', () => {
  it('solves the second-difference matrix, whose eigenvalues are 2 − 2 cos(kπ/(n+1))', () => {
    const n = 12;
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      matrix[i * n + i] = 2;
      if (i > 0) matrix[i * n + i - 1] = matrix[(i - 1) * n + i] = -1;
    }
    const { values } = symmetricEigen(matrix, n);
    values.forEach((value, j) => expect(value).toBeCloseTo(2 - 2 * Math.cos(((n - j) * Math.PI) / (n + 1)), 12));
  });

  it.each([1, 2, 17, 64])('reconstructs a random matrix of size %i from orthonormal vectors', (n) => {
    const a = random(n, n, n);
    const symmetric = a.map((value, i) => value + (a[(i % n) * n + Math.floor(i / n)] ?? NaN));
    const { vectors, values } = symmetricEigen(symmetric, n);
    expect(departureFromOrthonormal(vectors, n, n)).toBeLessThan(1e-12);
    const scaled = vectors.map((value, i) => value * (values[i % n] ?? NaN));
    expect(largestDifference(multiplyTransposed(scaled, vectors, n, n, n), symmetric)).toBeLessThan(1e-11);
    for (let j = 1; j < n; j++) expect(values[j]).toBeLessThanOrEqual(values[j - 1] ?? NaN);
  });

  it('keeps vectors orthonormal where eigenvalues coincide or vanish', () => {
    const n = 20;
    const low = random(n, 3, 5);
    const { vectors, values } = symmetricEigen(gram(low, n, 3), n);
    expect(departureFromOrthonormal(vectors, n, n)).toBeLessThan(1e-12);
    for (let j = 3; j < n; j++) expect(Math.abs(values[j] ?? NaN)).toBeLessThan(1e-12);
    expect(departureFromOrthonormal(symmetricEigen(identity(n), n).vectors, n, n)).toBeLessThan(1e-12);
  });

  it('refuses NaN by name, instead of iterating for ever', () => {
    expect(() => symmetricEigen(Float64Array.of(1, NaN, NaN, 1), 2)).toThrow(/not finite/);
  });
});

describe('leftSingular', () => {
  const linalg = createLinearAlgebra();

  it('solves a 2 by 2 matrix with known factors: rotation by 30° times diag(3, 1)', async () => {
    const [c, s] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
    const { vectors, values } = await linalg.leftSingular(Float64Array.of(3 * c, -s, 3 * s, c), 2);
    expect(values[0]).toBeCloseTo(3, 14);
    expect(values[1]).toBeCloseTo(1, 14);
    expect(Math.abs((vectors[0] ?? NaN) * c + (vectors[2] ?? NaN) * s)).toBeCloseTo(1, 14);
  });

  it('finds the factors of U diag(s) Vᵀ over seven orders of magnitude', async () => {
    const n = 24;
    const u = orthonormalize(random(n, n, 1), n, n).basis;
    const v = orthonormalize(random(n, n, 2), n, n).basis;
    const s = Float64Array.from({ length: n }, (_, i) => 10 ** ((-7 * i) / (n - 1)));
    const scaled = u.map((value, i) => value * (s[i % n] ?? NaN));
    const { vectors, values } = await linalg.leftSingular(multiplyTransposed(scaled, v, n, n, n), n);
    expect(departureFromOrthonormal(vectors, n, n)).toBeLessThan(1e-12);
    const alignment = multiply(transposed(u, n, n), vectors, n, n, n);
    for (let j = 0; j < n; j++) {
      expect(Math.abs((values[j] ?? NaN) / (s[j] ?? NaN) - 1), `value ${j}`).toBeLessThan(1e-1);
      if ((s[j] ?? 0) < 1e-5) continue;
      expect(Math.abs((values[j] ?? NaN) / (s[j] ?? NaN) - 1), `value ${j}`).toBeLessThan(1e-5);
      expect(Math.abs(Math.abs(alignment[j * n + j] ?? NaN) - 1), `vector ${j}`).toBeLessThan(1e-9);
    }
  });

  it('gives non-negative values and a full orthonormal set for a one-sided projection, which is singular', async () => {
    const n = 32;
    const c = gram(random(n, 40, 3), n, 40);
    const m = orthonormalize(random(n, 10, 4), n, 10).basis;
    const inside = multiply(m, multiply(transposed(m, n, 10), c, 10, n, n), n, 10, n);
    const { vectors, values } = await linalg.leftSingular(
      c.map((value, i) => value - (inside[i] ?? NaN)),
      n,
    );
    expect(values.every((value) => value >= 0)).toBe(true);
    expect(departureFromOrthonormal(vectors, n, n)).toBeLessThan(1e-12);
    for (let j = 22; j < n; j++) expect((values[j] ?? NaN) / (values[0] ?? NaN)).toBeLessThan(1e-7);
    const overlap = multiply(transposed(m, n, 10), vectors, 10, n, n);
    for (let i = 0; i < 10; i++) for (let j = 0; j < 22; j++) expect(Math.abs(overlap[i * n + j] ?? NaN)).toBeLessThan(1e-9);
  });
});

describe('bases', () => {
  it('orthonormalises, and leaves dependent columns out', () => {
    const n = 6;
    const a = random(n, 2, 6);
    const withSum = Float64Array.from({ length: n * 3 }, (_, i) => {
      const [row, column] = [Math.floor(i / 3), i % 3];
      return column < 2 ? (a[row * 2 + column] ?? NaN) : (a[row * 2] ?? NaN) - 2 * (a[row * 2 + 1] ?? NaN);
    });
    const { basis, columns } = orthonormalize(withSum, n, 3);
    expect(columns).toBe(2);
    expect(departureFromOrthonormal(basis, n, 2)).toBeLessThan(1e-14);
  });

  it.each([
    [8, 0],
    [8, 3],
    [8, 8],
    [40, 21],
  ])('completes %i dimensions from %i', (n, k) => {
    const m = orthonormalize(random(n, k, 7 + k), n, k).basis;
    const complement = complementBasis(m, n, k);
    expect(complement).toHaveLength(n * (n - k));
    expect(departureFromOrthonormal(complement, n, n - k)).toBeLessThan(1e-12);
    const both = multiply(transposed(m, n, k), complement, k, n, n - k);
    expect(both.every((value) => Math.abs(value) < 1e-13)).toBe(true);
  });

  it('refuses a dependent basis', () => {
    expect(() => complementBasis(Float64Array.of(1, 1, 0, 0), 2, 2)).toThrow(/independent/);
  });
});
