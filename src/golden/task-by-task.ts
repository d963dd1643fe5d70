/** A method of the product trained on a recording's stream, beside what was recorded of every such method. */
import * as v from 'valibot';
import type { ClassRange, Optimizer, Trainer, VitModel } from '../compute/backbone';
import type { LinearAlgebra } from '../compute/linalg/linear-algebra';
import { MethodCourse } from '../continual/course';
import type { MethodPlan } from '../continual/definition';
import type { LearnerHooks } from '../continual/learner';
import type { Adaptation, Bench, LearningBatch } from '../continual/method';
import { ownHeads } from '../continual/readouts/own-heads';
import { createRng } from '../continual/rng';
import type { Task } from '../continual/stream';
import type { Classifier } from '../vit/checkpoint';
import { compareAccuracies, predictions, type TaskPredictions } from './accuracy';
import type { Comparison } from './compare';
import { GoldenError } from './files';
import { MARKS, type Rival } from './rival';
import type { GoldenProgress } from './types';

/** Nothing beside what the recording holds. */
const ACCURACY_ALONE = { readings: false, interference: 'off', multiply: () => Promise.reject(new Error('not needed')) } as const;

const perTask = v.array(v.array(v.number()));
const training = v.looseObject({
  lr: v.number(),
  batch: v.number(),
  epochs: v.number(),
  momentum: v.optional(v.number()),
  beta1: v.optional(v.number()),
  beta2: v.optional(v.number()),
  eps: v.optional(v.number()),
  loss: perTask,
  acc: perTask,
  acc_task_aware: v.optional(perTask),
});

type Found = Awaited<ReturnType<Trainer['gradients']>>;

/** Where a replay looks on. */
export interface Looks {
  readonly plan: MethodPlan;
  readonly create: (bench: Bench, hooks: LearnerHooks) => Adaptation;
  /** Each step before it is taken; `place`: whether it is the task's first or last. */
  readonly step?: (task: Task, place: 'first' | 'last' | null, found: Found) => void | Promise<void>;
  /** What of the loss the recording logged: with its penalties, or without. */
  readonly logs: 'whole' | 'data';
  /** Recorded value of the penalties, by step. */
  readonly penalty: (task: number) => readonly number[];
  /** After the task's training and all that follows it. */
  readonly after?: (task: Task, heads: Classifier) => Promise<void>;
  /** After its first step. */
  readonly moved?: (task: Task, rate: number) => Promise<void>;
}

export const columnsOf = (rival: Pick<Rival, 'tasks'>): number => Math.max(...rival.tasks.map(({ classes }) => classes.to));

/** The recorded heads of all tasks that begin in a range of columns, one below the other. */
export function recordedHeads({ tasks, heads, name }: Rival, { from, to }: ClassRange): Classifier {
  const own = heads.filter((_, t) => {
    const { classes } = tasks[t] ?? {};
    return classes !== undefined && classes.from >= from && classes.to <= to;
  });
  const bias = Float32Array.from(own.flatMap((head) => [...head.bias]));
  if (bias.length !== to - from) throw new GoldenError(`"${name}" has no heads for the columns ${from} to ${to}.`);
  return { weight: Float32Array.from(own.flatMap((head) => [...head.weight])), bias };
}

/** A head's rows out of a classifier. */
export const rowsOf = ({ weight, bias }: Classifier, { from, to }: ClassRange): Classifier => {
  const dim = weight.length / bias.length;
  return { weight: weight.slice(from * dim, to * dim), bias: bias.slice(from, to) };
};

export async function* taskByTask(
  rival: Rival,
  model: VitModel,
  linalg: LinearAlgebra,
  comparison: Comparison,
  { plan, create, step: look, logs, penalty, after, moved }: Looks,
): AsyncGenerator<GoldenProgress, void> {
  const given = rival.scalars(training);
  const { beta1, beta2 = 0.999, eps = 1e-8, momentum = 0, lr, epochs } = given;
  const optimizer: Optimizer =
    beta1 === undefined ? { kind: 'sgd', momentum, weightDecay: 0 } : { kind: 'adam', beta1, beta2, eps, weightDecay: 0 };
  const bench: Bench = { model, linalg, rng: createRng(0), batchSize: given.batch, optimizer };
  let trainer: Trainer | null = null;
  const adaptation = create(bench, {
    initialiseHead: (range) => recordedHeads(rival, range),
    opened: (opened) => (trainer = opened),
  });
  const course = new MethodCourse({ adaptation, readout: ownHeads(adaptation) }, {}, plan, bench, ACCURACY_ALONE);
  const evaluated: TaskPredictions[] = [];
  for (const task of rival.tasks) {
    const { index: t, train } = task;
    for await (const progress of course.begin(task, rival.tasks.length)) yield { ...progress, task: t };
    const losses: number[] = [];
    const penalties: number[] = [];
    const steps = epochs * Math.ceil((rival.order[t]?.[0]?.length ?? 0) / given.batch);
    for (const [epoch, order] of (rival.order[t] ?? []).slice(0, epochs).entries()) {
      for (let from = 0; from < order.length; from += given.batch) {
        const positions = order.subarray(from, from + given.batch);
        const batch: LearningBatch = { ...train.batch(positions), positions, epoch, epochs, augmented: false };
        const found = await (trainer as Trainer | null)?.gradients(batch);
        if (!found) throw new GoldenError(`The method opened no trainer for task ${t}.`);
        const step = losses.length;
        await look?.(task, step === 0 ? 'first' : step === steps - 1 ? 'last' : null, found);
        losses.push(found.loss - (logs === 'data' ? found.penalty : 0));
        penalties.push(found.penalty);
        await course.step(batch, { backbone: lr, classifier: lr });
        if (losses.length === 1) await moved?.(task, lr);
        yield { phase: 'train', task: t, done: losses.length, total: steps };
      }
    }
    // The whole loss is what the steps themselves report.
    const told = await course.losses();
    comparison.absolute('loss', MARKS.loss, `task ${t}`, logs === 'whole' ? told : losses, given.loss[t] ?? []);
    comparison.relative('penalty', MARKS.tensor, `task ${t}`, penalties, penalty(t));
    for await (const progress of course.finish(task)) yield { ...progress, task: t };
    await after?.(task, adaptation.heads);

    const seen = rival.tasks.slice(0, t + 1);
    const tests = seen.map(({ test }) => test.batch([...test.labels.keys()]));
    const scores: number[] = [];
    for (const test of tests) scores.push(...((await course.scores(test)).scores.get('own') ?? []));
    const logits = rival.tensors.get(`task${t}.test_logits`).data;
    comparison.relative('test_logits', MARKS.logits, `task ${t}`, scores, logits);
    const ranges = seen.map(({ classes }) => classes);
    // A classifier that is whole from the start chooses among the columns of tasks to come as well.
    const columns = scores.length / tests.reduce((sum, { count }) => sum + count, 0);
    const labels = tests.flatMap((test) => [...test.labels]);
    const counts = tests.map(({ count }) => count);
    evaluated.push(predictions(scores, logits, labels, ranges, counts, columns));
    yield { phase: 'evaluate', task: t, done: t + 1, total: rival.tasks.length };
  }
  compareAccuracies(
    { acc_matrix: given.acc, ...(given.acc_task_aware && { acc_matrix_task_aware: given.acc_task_aware }) },
    rival.tasks.length,
    evaluated,
    comparison,
  );
}
