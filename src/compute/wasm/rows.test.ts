import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixed } from '../plan/ops';
import { relativeError } from '../testing/compare';
import { WasmExecutor } from './executor';
import { at, matrixFrom, randomMatrix, runOp } from './testing/run-op';

const EPS = 1e-6;

describe('row kernels, against loops in float64', () => {
  let executor: WasmExecutor;
  beforeAll(async () => {
    executor = await WasmExecutor.open({ threads: 1 });
  });
  afterAll(() => executor.dispose());

  for (const [rows, columns] of [
    [1, 1],
    [7, 3],
    [65, 18],
    [33, 96],
    [197, 101],
  ] as const) {
    it(`LayerNorm and its gradients, ${rows} x ${columns}`, async () => {
      // Off centre, so that a one-pass variance would show.
      const around = randomMatrix(1, rows, columns);
      const x = matrixFrom(rows, columns, (i, j) => Math.fround(5 + at(around, i, j)));
      const [weight, bias] = [randomMatrix(2, 1, columns), randomMatrix(3, 1, columns)];
      const [gradient, add] = [randomMatrix(4, rows, columns), randomMatrix(5, rows, columns)];
      const over = (value: (j: number) => number): number => {
        let sum = 0;
        for (let j = 0; j < columns; j++) sum += value(j);
        return sum / columns;
      };
      const mean = Array.from({ length: rows }, (_, i) => over((j) => at(x, i, j)));
      const inverse = mean.map((m, i) => 1 / Math.sqrt(over((j) => (at(x, i, j) - m) ** 2) + EPS));
      const normal = matrixFrom(rows, columns, (i, j) => (at(x, i, j) - (mean[i] ?? NaN)) * (inverse[i] ?? NaN));
      const g = matrixFrom(rows, columns, (i, j) => at(gradient, i, j) * at(weight, 0, j));
      const forward = await runOp(executor, 1, { x, weight, bias }, { out: [rows, columns], statistics: [1, 2 * rows] }, (view) => ({
        ...{ kind: 'layerNorm', x: view('x'), weight: view('weight'), bias: view('bias'), out: view('out') },
        ...{ statistics: view('statistics'), rows: fixed(rows), columns, eps: EPS },
      }));
      const out = matrixFrom(rows, columns, (i, j) => at(normal, i, j) * at(weight, 0, j) + at(bias, 0, j));
      // The mean of five digits before the point costs x̂ some of its own.
      expect(relativeError(forward['out']?.data ?? [], out.data, 1e-3)).toBeLessThan(3e-6);

      const statistics = matrixFrom(1, 2 * rows, (_, i) => (i % 2 ? inverse[i >> 1] : mean[i >> 1]) ?? NaN);
      const common = { rows: fixed(rows), columns };
      const backward = await runOp(executor, 1, { gradient, x, statistics, weight, add }, { out: [rows, columns] }, (view) => ({
        ...{ kind: 'layerNormBackward', gradient: view('gradient'), x: view('x'), statistics: view('statistics') },
        ...{ weight: view('weight'), add: view('add'), out: view('out'), ...common },
      }));
      const dx = matrixFrom(rows, columns, (i, j) => {
        const projected = over((c) => at(g, i, c) * at(normal, i, c));
        const centred = at(g, i, j) - over((c) => at(g, i, c)) - at(normal, i, j) * projected;
        return at(add, i, j) + centred * (inverse[i] ?? NaN);
      });
      // A single column is constant: its 1/σ = 1000 only amplifies rounding.
      if (columns > 1) expect(relativeError(backward['out']?.data ?? [], dx.data)).toBeLessThan(1e-5);

      const parameters = await runOp(
        executor,
        1,
        { gradient, x, statistics },
        { weightGradient: [1, columns], biasGradient: [1, columns] },
        (view) => ({
          ...{ kind: 'layerNormParameters', gradient: view('gradient'), x: view('x'), statistics: view('statistics') },
          ...{ weightGradient: view('weightGradient'), biasGradient: view('biasGradient'), ...common },
        }),
      );
      const summed = (value: (i: number, j: number) => number) =>
        matrixFrom(1, columns, (_, j) => Array.from({ length: rows }, (__, i) => value(i, j)).reduce((a, b) => a + b, 0));
      const dweight = summed((i, j) => at(gradient, i, j) * at(normal, i, j));
      if (columns > 1) expect(relativeError(parameters['weightGradient']?.data ?? [], dweight.data)).toBeLessThan(1e-5);
      const dbias = summed((i, j) => at(gradient, i, j));
      expect(relativeError(parameters['biasGradient']?.data ?? [], dbias.data)).toBeLessThan(1e-6);
    });
  }

  for (const rank of [1, 3, 10, 32]) {
    it(`W + up · down of rank ${rank}`, async () => {
      const [weight, up, down] = [randomMatrix(1, 37, 21), randomMatrix(2, 37, rank), randomMatrix(3, rank, 21)];
      // Increments lie densely in the adapters' buffer.
      const { out } = await runOp(executor, 1, { weight, up: dense(up), down: dense(down) }, { out: [37, 21] }, (view) => ({
        ...{ kind: 'addLowRank', weight: view('weight'), out: view('out'), rows: 37, columns: 21 },
        increment: { up: view('up'), down: view('down'), rank },
      }));
      const expected = matrixFrom(37, 21, (i, j) => {
        let sum = at(weight, i, j);
        for (let r = 0; r < rank; r++) sum += at(up, i, r) * at(down, r, j);
        return sum;
      });
      expect(relativeError(out?.data ?? [], expected.data)).toBeLessThan(1e-6);
    });
  }

  it('sums 5,000 rows without losing digits', async () => {
    const x = randomMatrix(1, 5000, 21);
    const { out } = await runOp(executor, 1, { x }, { out: [1, 21] }, (view) => ({
      ...{ kind: 'columnSum', x: view('x'), out: view('out'), rows: fixed(5000), columns: 21 },
    }));
    const expected = matrixFrom(1, 21, (_, j) => Array.from({ length: 5000 }, (__, i) => at(x, i, j)).reduce((a, b) => a + b, 0));
    expect(relativeError(out?.data ?? [], expected.data)).toBeLessThan(2e-6);
  });
});

/** The same values as one row, so that no margin comes between the rows. */
function dense({ data }: { data: Float64Array }) {
  return matrixFrom(1, data.length, (_, i) => data[i] ?? NaN);
}
