/** The implicit QL iteration with Wilkinson's shift (Parlett, The Symmetric Eigenvalue Problem, chapter 8). */

/** A chase of the bulge from row `from` up to row `to`; `factors` holds a cosine and a sine for each step. */
export type OnSweep = (from: number, to: number, factors: Float64Array, steps: number) => void;

const EPS = 2 ** -52;
const MOST_SWEEPS = 60;

/**
 * Makes the symmetric tridiagonal matrix with diagonal `d` and `e[i]` before `d[i]` diagonal, in place: `d` then holds its
 * eigenvalues, in no order. `onSweep` is told every rotation of (vector i, vector i + 1), for whoever keeps the vectors.
 */
export function tridiagonalQl(d: Float64Array, e: Float64Array, onSweep: OnSweep): void {
  const n = d.length;
  const at = (values: Float64Array, i: number): number => values[i] ?? NaN;
  // From here on beside[i] stands between rows i and i + 1.
  const beside = new Float64Array(n);
  beside.set(e.subarray(1));
  let norm = 0;
  for (let i = 0; i < n; i++) norm = Math.max(norm, Math.abs(at(d, i)) + Math.abs(at(beside, i)));
  const negligible = EPS * norm;
  const factors = new Float64Array(2 * n);
  for (let l = 0; l < n; l++) {
    for (let sweeps = 0; ; sweeps++) {
      let m = l;
      for (; m < n - 1; m++) {
        if (Math.abs(at(beside, m)) <= negligible) break;
      }
      if (m === l) break;
      if (sweeps === MOST_SWEEPS) throw new RangeError('The eigenvalues of a matrix did not converge');
      const half = (at(d, l + 1) - at(d, l)) / (2 * at(beside, l));
      const root = Math.sqrt(half * half + 1);
      let g = at(d, m) - at(d, l) + at(beside, l) / (half + (half >= 0 ? root : -root));
      let [s, c, p, steps] = [1, 1, 0, 0];
      let i = m - 1;
      for (; i >= l; i--) {
        const f = s * at(beside, i);
        const b = c * at(beside, i);
        const r = Math.sqrt(f * f + g * g);
        beside[i + 1] = r;
        if (r === 0) break;
        s = f / r;
        c = g / r;
        g = at(d, i + 1) - p;
        const t = (at(d, i) - g) * s + 2 * c * b;
        p = s * t;
        d[i + 1] = g + p;
        g = c * t - b;
        factors[2 * steps] = c;
        factors[2 * steps + 1] = s;
        steps++;
      }
      if (steps > 0) onSweep(m, m - steps, factors, steps);
      if (i >= l) {
        // A zero in the middle: the matrix falls in two.
        d[i + 1] = at(d, i + 1) - p;
      } else {
        d[l] = at(d, l) - p;
        beside[l] = g;
      }
      beside[m] = 0;
    }
  }
}
