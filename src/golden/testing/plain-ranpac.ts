/** RanPAC as its formulas stand, in float64 with ml-matrix; independent of the method that the page runs. */
import { Matrix, solve } from 'ml-matrix';
import type { Ranpac, RanpacGiven } from '../ranpac';

export interface PlainMistakes {
  readonly relu?: boolean;
  /** Whether sums go on from task to task. */
  readonly accumulate?: boolean;
}

export function plainRanpac(given: RanpacGiven, { relu = true, accumulate = true }: PlainMistakes = {}): Ranpac {
  const { dim, width, classes, candidates, split } = given;
  const projection = Matrix.from1DArray(dim, width, given.projection);
  let gram = Matrix.zeros(width, width);
  let sums = Matrix.zeros(width, classes);
  let weights = Matrix.zeros(0, width);
  const project = (features: Float32Array): Matrix => {
    const h = Matrix.from1DArray(features.length / dim, dim, features).mmul(projection);
    return relu ? h.apply((i, j) => h.set(i, j, Math.max(0, h.get(i, j)))) : h;
  };
  const ridge = (g: Matrix, q: Matrix, penalty: number) => solve(Matrix.add(g, Matrix.eye(width).mul(penalty)), q);
  return {
    randomFeatures: (features) => project(features).to1DArray(),
    async learn(features, labels) {
      const h = project(features);
      const y = Matrix.zeros(h.rows, classes);
      for (let i = 0; i < h.rows; i++) y.set(i, labels[i] ?? 0, 1);
      const rows = (m: Matrix, from: number, to: number) => m.subMatrix(from, to - 1, 0, m.columns - 1);
      const cut = Math.floor(h.rows * split);
      const [fit, target, held, wanted] = [rows(h, 0, cut), rows(y, 0, cut), rows(h, cut, h.rows), rows(y, cut, h.rows)];
      const ridgeLosses = candidates.map((penalty) => {
        const w = ridge(fit.transpose().mmul(fit), fit.transpose().mmul(target), penalty);
        return Matrix.sub(held.mmul(w), wanted).pow(2).mean();
      });
      const best = candidates[ridgeLosses.indexOf(Math.min(...ridgeLosses))] ?? 0;
      gram = Matrix.add(accumulate ? gram : gram.mul(0), h.transpose().mmul(h));
      sums = Matrix.add(accumulate ? sums : sums.mul(0), h.transpose().mmul(y));
      const seen = Math.max(...Array.from(labels)) + 1;
      weights = ridge(gram, sums, best)
        .transpose()
        .subMatrix(0, seen - 1, 0, width - 1);
      return { gram: gram.to1DArray(), classSums: sums.to1DArray(), ridgeLosses, ridge: best, weights: weights.to1DArray() };
    },
    scores: (features) => project(features).mmul(weights.transpose()).to1DArray(),
  };
}
