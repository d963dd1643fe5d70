import { describe, expect, it } from 'vitest';
import { orthogonal } from './testing/subspaces';
import { formAt, gramOf, leadingDirection, placed, planeOf } from './plane';

const D = 6;
/** Rows whose energies along the columns of an orthogonal matrix are these. */
function rowsOf(energies: readonly number[], seed = 1): { readonly rows: Float64Array; readonly basis: Float64Array } {
  const basis = orthogonal(D, seed);
  const rows = new Float64Array(2 * energies.length * D);
  // Two rows of opposite signs a direction: the mean is zero, the energy is theirs.
  energies.forEach((energy, k) => {
    for (let i = 0; i < D; i++) {
      rows[2 * k * D + i] = Math.sqrt(energy / 2) * (basis[i * D + k] ?? 0);
      rows[(2 * k + 1) * D + i] = -(rows[2 * k * D + i] ?? 0);
    }
  });
  return { rows, basis };
}
const column = (basis: Float64Array, k: number) => Array.from({ length: D }, (_, i) => basis[i * D + k] ?? 0);
const alike = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.abs(Array.from(a).reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0));

describe('a plane', () => {
  it('is spanned by the two directions that were planted', () => {
    const { rows, basis } = rowsOf([9, 4, 1]);
    expect(alike(leadingDirection(rows, D), column(basis, 0))).toBeCloseTo(1, 12);
    const { across, up } = planeOf(rows, rows, D);
    expect(alike(across, column(basis, 0))).toBeCloseTo(1, 12);
    expect(alike(up, column(basis, 1))).toBeCloseTo(1, 12);
    expect(alike(across, up)).toBeLessThan(1e-14);
    // 9 + 4 of 14 of the energy.
    const [xx, , yy] = gramOf(placed({ across, up }, rows));
    expect((xx + yy) / 14).toBeCloseTo(13 / 14, 12);
  });

  it('has no second direction where all rows lie along the first', () => {
    const { rows } = rowsOf([1]);
    expect([...planeOf(rows, rows, D).up]).toEqual([0, 0, 0, 0, 0, 0]);
    expect([...leadingDirection(new Float64Array(2 * D), D)]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('tells a form of any direction', () => {
    const form = gramOf([1, 2]);
    expect(form).toEqual([1, 2, 4]);
    // (c + 2 s)² at 0, a right angle and half of it.
    expect(formAt(form, 0)).toBeCloseTo(1, 12);
    expect(formAt(form, Math.PI / 2)).toBeCloseTo(4, 12);
    expect(formAt(form, Math.PI / 4)).toBeCloseTo(4.5, 12);
  });
});
