/** RanPAC: ridge regression on random features of the untouched backbone, from sums accumulated task by task. */
import * as v from 'valibot';
import type { LinearAlgebra } from '../compute/linalg/linear-algebra';
import { compareAccuracies, predictions, type TaskPredictions } from './accuracy';
import { MARKS, type RivalScenario } from './rival';

/** What the recording fixes for the method. */
export interface RanpacGiven {
  /** R [D, M], row-major. */
  readonly projection: ArrayLike<number>;
  readonly dim: number;
  readonly width: number;
  /** Columns of all tasks. */
  readonly classes: number;
  /** Ridges to choose from, ascending. */
  readonly candidates: readonly number[];
  /** Share of a task's rows that candidates are fitted on; the rest judges them. */
  readonly split: number;
}

/** After a task; matrices are row-major. */
export interface RanpacState {
  /** G [M, M], over all tasks so far. */
  readonly gram: ArrayLike<number>;
  /** Q [M, classes]. */
  readonly classSums: ArrayLike<number>;
  /** Mean squared error on the held-out rows, over all columns, by candidate. */
  readonly ridgeLosses: readonly number[];
  readonly ridge: number;
  /** [classes seen, M]. */
  readonly weights: ArrayLike<number>;
}

export interface Ranpac {
  /** Learns a task from its features [n, D], in the order that cuts fit from hold-out, and their columns. */
  learn(features: Float32Array, labels: ArrayLike<number>): Promise<RanpacState>;
  /** relu(f R) [n, M]. */
  randomFeatures(features: Float32Array): ArrayLike<number>;
  /** [n, classes seen]. */
  scores(features: Float32Array): ArrayLike<number>;
}

/** Below this the recorded float32 losses of a ridge are noise, as the data's README says: the float64 run's are compared, above it. */
const SMALLEST_RIDGE = 1e-4;
/** The README's mark for these logits; float32 and float64 runs are 4e-5 apart. */
const LOGITS = 5e-3;

const perTask = v.array(v.array(v.number()));
const recorded = v.looseObject({
  M: v.number(),
  candidates: v.array(v.number()),
  split: v.number(),
  ridge: v.array(v.number()),
  acc: perTask,
  float64: v.looseObject({ ridge_losses: perTask }),
});

/** `create`: the implementation to compare. */
export const compareRanpac = (create: (given: RanpacGiven, linalg: LinearAlgebra) => Ranpac): RivalScenario =>
  async function* (rival, model, linalg, comparison) {
    const { tasks, order, tensors } = rival;
    const { M: width, candidates, split, ridge, acc, float64 } = rival.scalars(recorded);
    const { dim } = model.config;
    const classes = Math.max(...tasks.map((task) => task.classes.to));
    const method = create({ projection: tensors.get('random_projection').data, dim, width, classes, candidates, split }, linalg);
    const relative = (quantity: string, mark: number, key: string, ours: ArrayLike<number>) =>
      comparison.relative(quantity, mark, key, ours, tensors.get(key).data);
    const evaluated: TaskPredictions[] = [];
    for (const { index: t, train } of tasks) {
      const batch = train.batch(order[t]?.[0] ?? []);
      const features = await model.features(batch);
      relative('features', MARKS.forward, `task${t}.features`, features);
      relative('random features', MARKS.forward, `task${t}.random_features`, method.randomFeatures(features));

      const state = await method.learn(features, batch.labels);
      relative('Gram matrix', MARKS.tensor, `task${t}.gram`, state.gram);
      relative('class sums', MARKS.tensor, `task${t}.cross`, state.classSums);
      const sound = (losses: readonly number[]) => losses.filter((_, i) => (candidates[i] ?? 0) >= SMALLEST_RIDGE);
      const theirs = sound(float64.ridge_losses[t] ?? []);
      comparison.absolute('hold-out loss', MARKS.loss, `task ${t}`, sound(state.ridgeLosses), theirs);
      comparison.exact('ridge', `task ${t}`, state.ridge === ridge[t] ? 0 : 1);
      relative('weights', MARKS.tensor, `task${t}.weights`, state.weights);

      const seen = tasks.slice(0, t + 1);
      const tests = seen.map(({ test }) => test.batch([...test.labels.keys()]));
      const scores: number[] = [];
      for (const test of tests) scores.push(...Array.from(method.scores(await model.features(test))));
      relative('test_logits', LOGITS, `task${t}.test_logits`, scores);
      const labels = tests.flatMap((test) => [...test.labels]);
      const ranges = seen.map((task) => task.classes);
      const logits = tensors.get(`task${t}.test_logits`).data;
      evaluated.push(
        predictions(
          scores,
          logits,
          labels,
          ranges,
          tests.map(({ count }) => count),
        ),
      );
      yield { phase: 'evaluate', task: t, done: t + 1, total: tasks.length };
    }
    compareAccuracies({ acc_matrix: acc }, tasks.length, evaluated, comparison);
  };
