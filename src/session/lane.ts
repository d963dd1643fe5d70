/** One method's lane through a run: the method, its learning rates, what it spent, and how it ended. */
import type { LearningRates } from '../compute/backbone';
import type { Course } from '../continual/course';
import type { MethodDefinition } from '../continual/definition';
import { learningRate } from '../continual/schedule';
import type { RunPhase } from './events';
import type { Experiment, MethodSpec } from './experiment';
import type { LossPoint } from './record';

export interface Lane {
  readonly spec: MethodSpec;
  readonly trainsOn: MethodDefinition['trainsOn'];
  course: Course;
  failed: boolean;
  /** It has learned a task and was tested: it can be asked and taken away. */
  taught: boolean;
  /** Seconds of the present task, by phase. */
  seconds: Partial<Record<RunPhase, number>>;
  /** It was told that interference is no longer measured. */
  toldBudget: boolean;
  /** Steps enqueued whose losses were not read yet. */
  unread: Omit<LossPoint, 'loss'>[];
  /** Losses that were read when the state was saved and not told yet. */
  untold: number[];
}

type Training = Experiment['training'];

const ownRate = (spec: MethodSpec, training: Training) => spec.learningRate ?? training.learningRate;

/**
 * Rates of an epoch (0-based) under the experiment's schedule. Where a method has no rate of its own the experiment's
 * holds; the classifier follows the backbone.
 */
export function learningRates(spec: MethodSpec, training: Training, epoch: number): LearningRates {
  const own = ownRate(spec, training);
  const classifier = spec.classifierLearningRate ?? training.classifierLearningRate ?? own;
  const inEpoch = (base: number) => learningRate(training.schedule, training.optimizer, base, epoch, training.epochs);
  return { backbone: inEpoch(own), classifier: inEpoch(classifier) };
}

export function spend(lane: Lane, phase: RunPhase, seconds: number): void {
  lane.seconds[phase] = (lane.seconds[phase] ?? 0) + seconds;
}

/** Two significant digits: for people. */
const short = (value: number) => String(Number(value.toPrecision(2)));

/** What to tell somebody whose loss is no longer a number. */
export function divergedReason(lane: Lane, training: Training, point: LossPoint): string {
  const rate = ownRate(lane.spec, training);
  return (
    `The loss became ${String(point.loss)} in task ${point.task + 1}, epoch ${point.epoch + 1}. ` +
    `Results so far are kept. Try a lower learning rate, for example ${short(rate / 3)} instead of ${short(rate)}.`
  );
}
