/** A rival that trains, by the product's own code on a recording's batches: losses, first gradients, what was learned, scores. */
import * as v from 'valibot';
import type { ClassRange, Optimizer, Trainer, VitModel } from '../compute/backbone';
import type { LinearAlgebra } from '../compute/linalg/linear-algebra';
import { MethodCourse } from '../continual/course';
import type { MethodPlan } from '../continual/definition';
import type { Bench, LearningTask, Method } from '../continual/method';
import { createRng } from '../continual/rng';
import type { Classifier } from '../vit/checkpoint';
import { compareAccuracies, predictions, type TaskPredictions } from './accuracy';
import type { Comparison } from './compare';
import { GoldenError } from './files';
import type { GoldenInputs } from './inputs';
import { MARKS, type Rival } from './rival';
import type { GoldenProgress } from './types';

const perTask = v.array(v.array(v.number()));

/** What every such recording holds. */
export const trainedRival = v.looseObject({
  optimizer: v.picklist(['adam', 'sgd']),
  lr: v.number(),
  momentum: v.optional(v.number(), 0),
  beta1: v.optional(v.number(), 0.9),
  beta2: v.optional(v.number(), 0.999),
  eps: v.optional(v.number(), 1e-8),
  batch: v.number(),
  epochs: v.number(),
  loss: perTask,
  acc: perTask,
});
export type TrainedRival = v.InferOutput<typeof trainedRival>;

/** Nothing beside what the recording holds. */
const ALONE = { readings: false, interference: 'off', multiply: () => Promise.reject(new Error('not needed')) } as const;

export const optimizerOf = ({ optimizer, momentum, beta1, beta2, eps }: TrainedRival): Optimizer =>
  optimizer === 'sgd' ? { kind: 'sgd', momentum, weightDecay: 0 } : { kind: 'adam', beta1, beta2, eps, weightDecay: 0 };

/** The recorded head that starts at these columns. */
export const recordedHeads =
  ({ tasks, heads }: GoldenInputs) =>
  ({ from }: ClassRange): Classifier => {
    const head = heads[tasks.findIndex(({ classes }) => classes.from === from)];
    if (!head) throw new GoldenError(`No recorded head starts at column ${from}.`);
    return head;
  };

export interface Replay {
  readonly plan: MethodPlan;
  readonly create: (bench: Bench, opened: (trainer: Trainer) => void) => Method;
  /** Key of the recorded scores of a task. */
  readonly scores: string;
  /** Looks on: before the first step, before the step of an epoch from which first gradients were recorded, after the task. */
  readonly began?: (task: LearningTask) => Promise<void>;
  readonly firstEpoch?: (task: number) => number;
  readonly gradients: (task: number, found: ReadonlyMap<string, Float32Array>) => void;
  readonly learned: (task: LearningTask) => Promise<void>;
}

export async function* replayTraining(
  rival: Rival,
  model: VitModel,
  linalg: LinearAlgebra,
  comparison: Comparison,
  replay: Replay,
): AsyncGenerator<GoldenProgress, void> {
  const { tasks, order, tensors } = rival;
  const recorded = rival.scalars(trainedRival);
  const { batch: batchSize, epochs, lr } = recorded;
  const bench = { model, linalg, rng: createRng(0), batchSize, optimizer: optimizerOf(recorded) };
  let trainer: Trainer | null = null;
  const method = replay.create(bench, (opened) => void (trainer = opened));
  const course = new MethodCourse(method, {}, replay.plan, bench, ALONE);
  const opened = (): Trainer => {
    if (!trainer) throw new GoldenError(`"${rival.name}" opened no training.`);
    return trainer;
  };
  try {
    const evaluated: TaskPredictions[] = [];
    for (const { test: _, ...task } of tasks) {
      const t = task.index;
      for await (const progress of course.begin(task, tasks.length)) yield { ...progress, task: t };
      await replay.began?.(task);
      let done = 0;
      for (const [epoch, rows] of (order[t] ?? []).slice(0, epochs).entries()) {
        for (let from = 0; from < rows.length; from += batchSize) {
          const positions = rows.subarray(from, from + batchSize);
          const batch = { ...task.train.batch(positions), positions, epoch, epochs, augmented: false };
          if (from === 0 && epoch === (replay.firstEpoch?.(t) ?? 0)) replay.gradients(t, (await opened().gradients(batch)).gradients);
          await course.step(batch, { backbone: lr, classifier: lr });
          done++;
        }
        yield { phase: 'train', task: t, done: epoch + 1, total: epochs };
      }
      const losses = await course.losses();
      if (losses.length !== done) throw new GoldenError(`"${rival.name}" lost losses.`);
      comparison.absolute('loss', MARKS.loss, `task ${t}`, losses, recorded.loss[t] ?? []);
      for await (const progress of course.finish(task)) yield { ...progress, task: t };
      await replay.learned(task);
      const seen = tasks.slice(0, t + 1);
      const scores: number[] = [];
      for (const { test } of seen) scores.push(...((await course.scores(test.batch([...test.labels.keys()]))).scores.get('own') ?? []));
      const key = `task${t}.${replay.scores}`;
      const theirs = tensors.get(key).data;
      comparison.relative(replay.scores, MARKS.logits, key, scores, theirs);
      const labels = seen.flatMap(({ test }) => [...test.labels]);
      const ranges = seen.map(({ classes }) => classes);
      const counts = seen.map(({ test }) => test.count);
      evaluated.push(predictions(scores, theirs, labels, ranges, counts));
      yield { phase: 'evaluate', task: t, done: t + 1, total: tasks.length };
    }
    compareAccuracies({ acc_matrix: recorded.acc }, tasks.length, evaluated, comparison);
  } finally {
    course.dispose();
  }
}
