import { describe, expect, it } from 'vitest';
import { createRng } from '../rng';
import { mlMatrixAlgebra } from '../testing/ml-matrix-algebra';
import { tinyTasks } from '../testing/tiny';
import { randomFeatures, randomProjection } from '../readouts/frozen';
import { CANDIDATES, RandomFeatureRidge } from './ranpac';

const [DIM, WIDTH] = [5, 12];
const tasks = tinyTasks([3, 2], false, 10);

/** Features around a point a class: [n, DIM]. */
function featuresOf(labels: ArrayLike<number>, seed: number): Float32Array {
  const rng = createRng(seed, 'features');
  const centres = createRng(1, 'centres');
  const of = Array.from({ length: 5 }, () => Array.from({ length: DIM }, () => 2 * centres.normal()));
  return Float32Array.from(
    { length: labels.length * DIM },
    (_, at) => (of[labels[Math.floor(at / DIM)] ?? 0]?.[at % DIM] ?? 0) + 0.5 * rng.normal(),
  );
}
const make = () => new RandomFeatureRidge(DIM, { width: WIDTH, seed: 3, rng: createRng(4), linalg: mlMatrixAlgebra });
async function learn(readout: RandomFeatureRidge, order: readonly number[]) {
  for (const index of order) {
    const task = tasks[index];
    if (!task) continue;
    for await (const _ of readout.learn(task, featuresOf(task.train.labels, index))) continue;
  }
}

describe('random features read by ridge', () => {
  it('solve the normal equations of all tasks together: (G + λI) w = q for every class', async () => {
    const readout = make();
    await learn(readout, [0, 1]);
    const { gram, sums } = readout.statistics;
    const rows = tasks.map(({ train }, t) =>
      randomFeatures(featuresOf(train.labels, t), train.count, DIM, randomProjection(3, DIM, WIDTH)),
    );
    const byHand = (i: number, j: number) =>
      rows.reduce(
        (sum, values, t) =>
          sum +
          Array.from({ length: tasks[t]?.train.count ?? 0 }, (_, n) => (values[n * WIDTH + i] ?? 0) * (values[n * WIDTH + j] ?? 0)).reduce(
            (a, b) => a + b,
          ),
        0,
      );
    expect(gram[3 * WIDTH + 7]).toBeCloseTo(byHand(3, 7), 9);
    expect(gram[7 * WIDTH + 3]).toBe(gram[3 * WIDTH + 7]);
    const weights = readout.weights;
    for (let c = 0; c < 5; c++) {
      for (let i = 0; i < WIDTH; i++) {
        let sum = readout.penalty * (weights[c * WIDTH + i] ?? 0);
        for (let j = 0; j < WIDTH; j++) sum += (gram[i * WIDTH + j] ?? 0) * (weights[c * WIDTH + j] ?? 0);
        expect(sum).toBeCloseTo(sums[c]?.[i] ?? NaN, 6);
      }
    }
  });

  it('do not depend on the order of tasks, but for the penalty that the newest one chooses', async () => {
    const [one, two] = [make(), make()];
    await learn(one, [0, 1]);
    await learn(two, [1, 0]);
    const [a, b] = [one.statistics.solve(1), two.statistics.solve(1)];
    a.forEach((value, i) => expect(value).toBeCloseTo(b[i] ?? NaN, 9));
  });

  it('take the penalty of least error on held-out images, each error as solving for that penalty alone gives it', async () => {
    const readout = make();
    await learn(readout, [0]);
    expect(readout.losses).toHaveLength(CANDIDATES.length);
    expect(readout.penalty).toBe(CANDIDATES[readout.losses.indexOf(Math.min(...readout.losses))]);
    // 30 images, 24 to fit on, in the order that the method's generator draws.
    const task = tasks[0];
    if (!task) throw new Error('no task');
    const order = createRng(4).permutation(task.train.count);
    const rows = randomFeatures(featuresOf(task.train.labels, 0), task.train.count, DIM, randomProjection(3, DIM, WIDTH));
    const at = (positions: Int32Array) => ({
      rows: Float32Array.from([...positions].flatMap((row) => [...rows.subarray(row * WIDTH, (row + 1) * WIDTH)])),
      labels: [...positions].map((row) => task.train.labels[row] ?? 0),
    });
    const [fitted, held] = [at(order.subarray(0, 24)), at(order.subarray(24))];
    const { GramStatistics } = await import('../readouts/gram');
    const statistics = new GramStatistics(WIDTH);
    statistics.add(fitted.rows, fitted.labels, 3);
    CANDIDATES.forEach((penalty, i) => {
      if (penalty < 1e-4) return;
      const weights = statistics.solve(penalty);
      let error = 0;
      held.labels.forEach((label, n) => {
        for (let c = 0; c < 3; c++) {
          let score = 0;
          for (let k = 0; k < WIDTH; k++) score += (held.rows[n * WIDTH + k] ?? 0) * (weights[c * WIDTH + k] ?? 0);
          error += (score - (c === label ? 1 : 0)) ** 2 / (held.labels.length * 3);
        }
      });
      expect(readout.losses[i], `penalty ${penalty}`).toBeCloseTo(error, 6);
    });
  });
});
