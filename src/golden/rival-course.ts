/** What the replays of all rivals that train share: the recorded training as a bench, the method's course on it, tests and accuracies. */
import * as v from 'valibot';
import type { VitModel } from '../compute/backbone';
import type { LinearAlgebra } from '../compute/linalg/linear-algebra';
import { MethodCourse, type Course } from '../continual/course';
import type { MethodPlan } from '../continual/definition';
import type { HeadInitialiser } from '../continual/heads';
import type { Bench, Method } from '../continual/method';
import { createRng } from '../continual/rng';
import type { Task } from '../continual/stream';
import { compareAccuracies, predictions, type TaskPredictions } from './accuracy';
import type { Comparison } from './compare';
import { GoldenError } from './files';
import { MARKS, type Rival } from './rival';

export const perTask = v.array(v.array(v.number()));

/** Fields of every recording of a method that trains. */
export const TRAINING = {
  lr: v.number(),
  optimizer: v.optional(v.picklist(['sgd', 'adam']), 'sgd'),
  momentum: v.optional(v.number(), 0),
  weight_decay: v.optional(v.number(), 0),
  beta1: v.optional(v.number(), 0.9),
  beta2: v.optional(v.number(), 0.999),
  eps: v.optional(v.number(), 1e-8),
  batch: v.number(),
  epochs: v.number(),
  loss: perTask,
  acc: perTask,
  acc_task_aware: v.optional(perTask),
};
export const training = v.looseObject(TRAINING);
export type RecordedTraining = v.InferOutput<typeof training>;

export function benchOf(recorded: RecordedTraining, model: VitModel, linalg: LinearAlgebra): Bench {
  const { batch: batchSize, optimizer, momentum, weight_decay: weightDecay, beta1, beta2, eps } = recorded;
  return {
    ...{ model, linalg, rng: createRng(0), batchSize },
    optimizer: optimizer === 'adam' ? { kind: 'adam', beta1, beta2, eps, weightDecay } : { kind: 'sgd', momentum, weightDecay },
  };
}

/** Nothing beside what the recording holds. */
const ALONE = { readings: false, interference: 'off', multiply: () => Promise.reject(new Error('not needed')) } as const;

export const courseOf = (method: Method, plan: MethodPlan, bench: Bench): Course => new MethodCourse(method, {}, plan, bench, ALONE);

/** The recorded heads of all tasks that lie in a range of columns, one below the other. */
export const recordedHeads =
  ({ tasks, heads, name }: Rival): HeadInitialiser =>
  ({ from, to }) => {
    const own = heads.filter((_, t) => {
      const { classes } = tasks[t] ?? {};
      return classes !== undefined && classes.from >= from && classes.to <= to;
    });
    const bias = Float32Array.from(own.flatMap((head) => [...head.bias]));
    if (bias.length !== to - from) throw new GoldenError(`"${name}" has no heads for the columns ${from} to ${to - 1}.`);
    return { weight: Float32Array.from(own.flatMap((head) => [...head.weight])), bias };
  };

/** Test logits beside the recorded ones, task after task, and the accuracies that they make. */
export class RecordedTests {
  readonly #rival: Rival;
  readonly #comparison: Comparison;
  readonly #evaluated: TaskPredictions[] = [];

  constructor(rival: Rival, comparison: Comparison) {
    this.#rival = rival;
    this.#comparison = comparison;
  }

  /** Scores of the test images of all tasks so far, by the method and by `beside` on the same features; returns `beside`'s. */
  async ofCourse(
    course: Course,
    seen: readonly Task[],
    logits: string,
    beside?: (features: Float32Array, count: number) => Float32Array,
  ): Promise<number[]> {
    const [scores, others]: [number[], number[]] = [[], []];
    for (const { test } of seen) {
      const batch = test.batch([...test.labels.keys()]);
      const { features, scores: read } = await course.scores(batch);
      scores.push(...(read.get('own') ?? []));
      if (beside) others.push(...beside(features, batch.count));
    }
    this.add(seen, scores, logits);
    return others;
  }

  /** `scores`: of the test images of all tasks so far, one row after the other. */
  add(seen: readonly Task[], scores: readonly number[], logits: string): void {
    const recorded = this.#rival.tensors.get(logits).data;
    this.#comparison.relative('test logits', MARKS.logits, logits, scores, recorded);
    const counts = seen.map(({ test }) => test.count);
    const labels = seen.flatMap(({ test }) => [...test.labels]);
    const ranges = seen.map(({ classes }) => classes);
    // A classifier that is whole from the start chooses among the columns of tasks to come as well.
    const columns = scores.length / counts.reduce((sum, count) => sum + count, 0);
    this.#evaluated.push(predictions([...scores], recorded, labels, ranges, counts, columns));
  }

  accuracies({ acc, acc_task_aware: aware }: Pick<RecordedTraining, 'acc' | 'acc_task_aware'>): void {
    const recorded = { acc_matrix: acc, ...(aware && { acc_matrix_task_aware: aware }) };
    compareAccuracies(recorded, this.#rival.tasks.length, this.#evaluated, this.#comparison);
  }
}
