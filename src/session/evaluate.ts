/** One row of the accuracy matrix: every task seen, among all classes seen and with the task known. */
import { said, worded } from '../common/said';
import type { Course } from '../continual/course';
import { MOMENT_BYTES } from '../continual/interference';
import { Picks, type Known } from '../continual/known';
import { short } from '../continual/loudness';
import type { ClassRange } from '../compute/backbone';
import type { Task } from '../continual/stream';
import type { RunEvent } from './events';
import { spend, type Lane } from './lane';
import type { TaskResult } from './record';
import { BrokenScoresError, phaseEvent, type RoundContext } from './round';

/** Column of the largest score within a range of one row; the first one wins a tie. Throws BrokenScoresError on NaN. */
export function argmax(scores: Float32Array, offset: number, range: ClassRange): number {
  let best = range.from;
  for (let column = range.from; column < range.to; column++) {
    const score = scores[offset + column] ?? Number.NaN;
    if (Number.isNaN(score)) throw new BrokenScoresError('a score is not a number');
    if (score > (scores[offset + best] ?? 0)) best = column;
  }
  return best;
}

export interface TaskAccuracy {
  /** Fractions in [0, 1]. */
  readonly classIncremental: number;
  readonly taskAware: number;
  /** Predicted column among all classes seen, per test image. */
  readonly predicted: number[];
}

/** One read-off's answers on one task's test images, as they come. */
class Tally {
  readonly predicted: number[] = [];
  #right = 0;
  #rightWhenKnown = 0;

  /** scores [count, columns] of the test images from `first` on. */
  add(scores: Float32Array, count: number, first: number, { classes, test }: Task): void {
    const columns = scores.length / count;
    for (let i = 0; i < count; i++) {
      const label = test.labels[first + i];
      const guess = argmax(scores, i * columns, { from: 0, to: columns });
      this.predicted.push(guess);
      if (guess === label) this.#right++;
      if (argmax(scores, i * columns, classes) === label) this.#rightWhenKnown++;
    }
  }

  get accuracy(): TaskAccuracy {
    const share = (right: number): number => (this.predicted.length === 0 ? 0 : right / this.predicted.length);
    return { classIncremental: share(this.#right), taskAware: share(this.#rightWhenKnown), predicted: this.predicted };
  }
}

export interface TaskJudgement {
  readonly readings: ReadonlyMap<string, TaskAccuracy>;
  /** [n, D] */
  readonly features: Float32Array;
  /** How much of each prompt an image got; empty where there are none to pick from. */
  readonly picks: readonly number[];
}

/** Judges one method on one task's test images by every read-off; yields the number of images judged after each chunk. */
export async function* evaluateTask(course: Pick<Course, 'scores'>, task: Task, chunk: number): AsyncGenerator<number, TaskJudgement> {
  const { count } = task.test;
  const tallies = new Map<string, Tally>();
  const parts: Float32Array[] = [];
  const picks = new Picks();
  for (let from = 0; from < count; from += chunk) {
    const to = Math.min(count, from + chunk);
    const { features, scores } = await course.scores(task.test.batch(Int32Array.from({ length: to - from }, (_, i) => from + i)), picks);
    parts.push(features);
    for (const [id, values] of scores) {
      const tally = tallies.get(id) ?? new Tally();
      tallies.set(id, tally);
      tally.add(values, to - from, from, task);
    }
    yield to;
  }
  const features = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (features.set(part, at), at + part.length), 0);
  return { readings: new Map([...tallies].map(([id, tally]) => [id, tally.accuracy])), features, picks: picks.means };
}

const CHUNK = 128;
/** Predictions are kept image by image up to so many test images, */
const PREDICTIONS_KEPT = 20_000;
/** and after so many tasks that no more than these are kept of a whole run: they grow with the square of its tasks. */
const PREDICTIONS_OF_RUN = 250_000;

/** Whether predictions are kept after this task: of long runs after every second, third, ... task, counted back from the last. */
export function keepsPredictions(tasks: readonly { readonly test: { readonly count: number } }[], last: number): boolean {
  let [seen, all] = [0, 0];
  for (const [i, { test }] of tasks.entries()) {
    all += seen += test.count;
    if (i === last && seen > PREDICTIONS_KEPT) return false;
  }
  return (tasks.length - 1 - last) % Math.ceil(all / PREDICTIONS_OF_RUN) === 0;
}

/** Numbers of what a method knows of itself that are kept after a task; more than these after the last one alone. */
const KNOWN_NUMBERS = 4096;

function toldOf(knows: Known | null, ended: boolean): Pick<TaskResult, 'knows'> {
  const numbers = knows?.values.reduce((sum, row) => sum + row.length, 0) ?? 0;
  if (!knows || (numbers > KNOWN_NUMBERS && !ended)) return {};
  // Places of images stay whole.
  const values = knows.values.map((row) => row.map((value) => (Number.isInteger(value) ? value : short(value))));
  return { knows: { what: knows.what, ...(knows.columns && { columns: [...knows.columns] }), values } };
}

/** Row `last` of a method's accuracy matrices, closing the lane's account of seconds for this task. */
export async function* evaluate(context: RoundContext, lane: Lane, last: number): AsyncGenerator<RunEvent> {
  const { clock, pace, stream } = context;
  const { course } = lane;
  // All tasks at once know no order to follow.
  const means = lane.trainsOn === 'all' ? null : course.means;
  const tasks = stream.tasks.slice(0, last + 1);
  const total = tasks.reduce((sum, task) => sum + task.test.count, 0);
  const kept = keepsPredictions(stream.tasks, last);
  const readings: TaskResult['readings'] = {};
  const drift: number[] = [];
  const picks: (readonly number[])[] = [];
  let judged = 0;
  let since = clock.seconds();
  for (const task of tasks) {
    const judging = evaluateTask(course, task, CHUNK);
    let next = await judging.next();
    for (let before = 0; !next.done; next = await judging.next()) {
      const now = clock.seconds();
      pace.did(lane.spec.id, 'evaluate', next.value - before, now - since);
      spend(lane, 'evaluate', now - since);
      judged += next.value - before;
      since = now;
      before = next.value;
      yield phaseEvent(context, { phase: 'evaluate', task: last, method: lane.spec.id, done: judged, total });
    }
    for (const [id, { classIncremental, taskAware, predicted }] of next.value.readings) {
      const rows = (readings[id] ??= { classIncremental: [], taskAware: [], predicted: [] });
      rows.classIncremental.push(classIncremental);
      rows.taskAware.push(taskAware);
      rows.predicted.push(kept ? predicted : []);
    }
    picks.push(next.value.picks);
    const moved = course.drift(task.index, next.value.features);
    if (task.index < last) drift.push(moved);
    means?.see(next.value.features, task.test.labels, task.classes);
  }
  const known: Known | null = picks.some(({ length }) => length > 0) ? { what: 'picks', values: picks } : await course.knows();
  // Copies, as the record's own: what the method goes on with is not shared.
  const facts = structuredClone({ kept: course.kept(), subspaces: course.subspaces(), interference: course.interference() });
  const result = {
    task: last,
    ...{ readings, seconds: { ...lane.seconds }, drift },
    ...(means && { means: means.tell() }),
    ...toldOf(known, last === stream.tasks.length - 1),
    ...facts,
  } as TaskResult;
  lane.seconds = {};
  lane.taught = true;
  yield { type: 'result', method: lane.spec.id, result, seconds: clock.seconds() };
  const { tooManyBytes } = course;
  if (tooManyBytes === null || lane.toldBudget) return;
  lane.toldBudget = true;
  const text = said`${lane.spec.id}: interference is no longer measured: the second moments of ${last + 1} tasks would take ${Math.ceil(tooManyBytes / 2 ** 20)} MB, ${MOMENT_BYTES / 2 ** 20} are granted.`;
  yield { type: 'log', level: 'warning', text: worded(text), seconds: clock.seconds() };
}
