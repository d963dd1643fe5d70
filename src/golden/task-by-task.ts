/** A method of the product trained on a recording's stream, beside what was recorded of every such method. */
import type { ClassRange, Trainer, VitModel } from '../compute/backbone';
import type { LinearAlgebra } from '../compute/linalg/linear-algebra';
import type { MethodPlan } from '../continual/definition';
import type { LearnerHooks } from '../continual/learner';
import type { Adaptation, Bench, LearningBatch } from '../continual/method';
import { ownHeads } from '../continual/readouts/own-heads';
import type { Task } from '../continual/stream';
import type { Classifier } from '../vit/checkpoint';
import type { Comparison } from './compare';
import { GoldenError } from './files';
import { MARKS, type Rival } from './rival';
import { benchOf, courseOf, recordedHeads, RecordedTests, training } from './rival-course';
import type { GoldenProgress } from './types';

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
  const { lr, epochs } = given;
  const bench = benchOf(given, model, linalg);
  let trainer: Trainer | null = null;
  const adaptation = create(bench, {
    initialiseHead: recordedHeads(rival),
    opened: (opened) => (trainer = opened),
  });
  const course = courseOf({ adaptation, readout: ownHeads(adaptation) }, plan, bench);
  const tests = new RecordedTests(rival, comparison);
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

    await tests.ofCourse(course, rival.tasks.slice(0, t + 1), `task${t}.test_logits`);
    yield { phase: 'evaluate', task: t, done: t + 1, total: rival.tasks.length };
  }
  tests.accuracies(given);
}
