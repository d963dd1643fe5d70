import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attentionStatistics } from '../plan/ops';
import { relativeError } from '../testing/compare';
import { WasmExecutor } from './executor';
import { at, matrixFrom, randomMatrix, runOp, type Matrix } from './testing/run-op';

/** Images, heads, width of a head, queries and keys an image. */
const shapes = [
  [1, 1, 16, 1, 1],
  [3, 2, 16, 7, 7],
  [2, 3, 32, 17, 17],
  [2, 3, 32, 65, 65],
  [1, 2, 64, 197, 197],
  [33, 1, 16, 1, 17],
  [2, 2, 5, 9, 11],
  [1, 1, 8, 100, 100],
] as const;

describe('attention, against loops in float64', () => {
  let executor: WasmExecutor;
  beforeAll(async () => {
    executor = await WasmExecutor.open({ threads: 1 });
  });
  afterAll(() => executor.dispose());

  for (const [images, heads, width, queries, keys] of shapes) {
    it(`${images} images, ${heads} heads of ${width}, ${queries} queries of ${keys} keys`, async () => {
      const dim = heads * width;
      const [q, k, v] = [randomMatrix(1, images * queries, dim), randomMatrix(2, images * keys, dim), randomMatrix(3, images * keys, dim)];
      const gradient = randomMatrix(4, images * queries, dim);
      // Steep enough that the softmax is far from uniform.
      const scale = 3 / Math.sqrt(width);
      const shape = { heads, width, queries, keys, scale };
      const room = attentionStatistics(heads, queries);
      const wanted = judge(q, k, v, gradient, images, shape);

      const forward = await runOp(
        executor,
        images,
        { q, k, v },
        { out: [images * queries, dim], statistics: [1, images * room] },
        (view) => ({
          ...{ kind: 'attention', q: view('q'), k: view('k'), v: view('v'), out: view('out'), statistics: view('statistics') },
          ...shape,
        }),
      );
      expect(relativeError(forward['out']?.data ?? [], wanted.out.data), 'out').toBeLessThan(2e-6);
      const statistics = forward['statistics'] ?? randomMatrix(0, 1, 1);
      const outputs = { dq: [images * queries, dim], dk: [images * keys, dim], dv: [images * keys, dim] } as const;
      const backward = await runOp(executor, images, { q, k, v, gradient, statistics }, outputs, (view) => ({
        ...{ kind: 'attentionBackward', q: view('q'), k: view('k'), v: view('v'), statistics: view('statistics') },
        ...{ gradient: view('gradient'), dq: view('dq'), dk: view('dk'), dv: view('dv') },
        ...shape,
      }));
      for (const name of ['dq', 'dk', 'dv'] as const) {
        expect(relativeError(backward[name]?.data ?? [], wanted[name].data, 1e-3), name).toBeLessThan(3e-6);
      }
    });
  }
});

interface Shape {
  readonly heads: number;
  readonly width: number;
  readonly queries: number;
  readonly keys: number;
  readonly scale: number;
}

/** softmax(scale q kᵀ) v and its gradients by the chain rule, one query at a time. */
function judge(q: Matrix, k: Matrix, v: Matrix, gradient: Matrix, images: number, { heads, width, queries, keys, scale }: Shape) {
  const dim = heads * width;
  const zeros = (rows: number): Matrix => matrixFrom(rows, dim, () => 0);
  const [out, dq, dk, dv] = [zeros(images * queries), zeros(images * queries), zeros(images * keys), zeros(images * keys)];
  const add = ({ data, columns }: Matrix, row: number, column: number, value: number): void => {
    data[row * columns + column] = (data[row * columns + column] ?? NaN) + value;
  };
  for (let image = 0; image < images; image++)
    for (let head = 0; head < heads; head++)
      for (let query = 0; query < queries; query++) {
        const row = image * queries + query;
        const columns = Array.from({ length: width }, (_, d) => head * width + d);
        const rows = Array.from({ length: keys }, (_, key) => image * keys + key);
        const scores = rows.map((r) => scale * columns.reduce((sum, c) => sum + at(q, row, c) * at(k, r, c), 0));
        const top = Math.max(...scores);
        const total = scores.reduce((sum, s) => sum + Math.exp(s - top), 0);
        const p = scores.map((s) => Math.exp(s - top) / total);
        const dp = rows.map((r) => columns.reduce((sum, c) => sum + at(gradient, row, c) * at(v, r, c), 0));
        const delta = p.reduce((sum, value, i) => sum + value * (dp[i] ?? NaN), 0);
        rows.forEach((r, i) => {
          const [weight, slope] = [p[i] ?? NaN, (p[i] ?? NaN) * ((dp[i] ?? NaN) - delta) * scale];
          for (const c of columns) {
            add(out, row, c, weight * at(v, r, c));
            add(dv, r, c, weight * at(gradient, row, c));
            add(dq, row, c, slope * at(k, r, c));
            add(dk, r, c, slope * at(q, row, c));
          }
        });
      }
  return { out, dq, dk, dv };
}
