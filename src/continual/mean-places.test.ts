import { describe, expect, it } from 'vitest';
import { MeanPlaces } from './mean-places';
import { orthogonal } from './testing/subspaces';

const WIDTH = 5;
const basis = orthogonal(WIDTH, 3);
/** c₀ b₀ + c₁ b₁ + … on a fixed point, b the columns of an orthogonal matrix. */
const point = (...c: number[]) =>
  Array.from({ length: WIDTH }, (_, i) => 7 + c.reduce((sum, value, k) => sum + value * (basis[i * WIDTH + k] ?? 0), 0));

/** Four images of two classes at ±4 along b₀, ±2 along b₁ around that, and ±1 along b₂. */
const FIRST = Float32Array.from([point(4, 2, 1), point(4, -2, -1), point(-4, 2, -1), point(-4, -2, 1)].flat());
const LABELS = [0, 0, 1, 1];
const own = { from: 0, to: 2 };
const sizes = (values: readonly (number | null)[] | undefined) => values?.map((value) => Math.abs(value ?? NaN));

describe('class means in a plane', () => {
  it('lie where they were planted, and the plane says what it holds', () => {
    const places = new MeanPlaces();
    places.see(FIRST, LABELS, own);
    const { fixed, now, places: found } = places.tell();
    // 16 + 4 of 16 + 4 + 1 of the variance; the means differ along b₀ alone.
    expect(fixed).toBeCloseTo(20 / 21, 4);
    expect(now).toBe(1);
    expect(sizes(found[0])?.map((value) => Math.round(1e3 * value) / 1e3)).toEqual([4, 0, 4, 0]);
  });

  it('move in it as far as the features do, however the later ones spread', () => {
    const places = new MeanPlaces();
    places.see(FIRST, LABELS, own);
    const [before] = places.tell().places;
    // Class 0 goes 3 along b₁ and 10 along b₃, which the plane does not see; a new class lies along b₃.
    const moved = Float32Array.from([point(4, 5, 1, 10), point(4, 1, -1, 10), point(-4, 2, -1), point(-4, -2, 1)].flat());
    places.see(moved, LABELS, own);
    places.see(Float32Array.from(point(0, 0, 0, 20)), [2], { from: 2, to: 4 });
    const { fixed, now, places: after } = places.tell();
    expect(fixed).toBeCloseTo(20 / 21, 4);
    expect(Math.hypot(...[0, 1].map((i) => (after[0]?.[i] ?? NaN) - (before?.[i] ?? NaN)))).toBeCloseTo(3, 3);
    expect(after[0]?.slice(2)).toEqual(before?.slice(2));
    // The second class of the new task has no test image.
    expect(after[1]?.slice(2)).toEqual([null, null]);
    // Means (4, 3, 10), (−4, 0, 0), (0, 0, 20) along b₀, b₁, b₃: 32 + 6 of 32 + 6 + 200.
    expect(now).toBeCloseTo(38 / 238, 4);
  });

  it('goes on in the same plane after a break', () => {
    const one = new MeanPlaces();
    one.see(FIRST, LABELS, own);
    const before = one.tell();
    const other = new MeanPlaces();
    other.restore(structuredClone(one.state()));
    other.see(FIRST, LABELS, own);
    expect(other.tell()).toEqual(before);
    expect(() => new MeanPlaces().tell()).toThrow('No features');
  });
});
