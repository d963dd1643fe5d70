/** One row of the accuracy matrix: every task seen, among all classes seen and with the task known. */
import type { Method } from '../continual/method';
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

/** Judges one method on one task's test images; yields the number of images judged after each chunk. */
export async function* evaluateTask(method: Method, task: Task, chunk: number): AsyncGenerator<number, TaskAccuracy> {
  const { count, labels } = task.test;
  const predicted: number[] = [];
  let right = 0;
  let rightWhenKnown = 0;
  for (let from = 0; from < count; from += chunk) {
    const to = Math.min(count, from + chunk);
    const scores = await method.scores(task.test.batch(Int32Array.from({ length: to - from }, (_, i) => from + i)));
    const columns = scores.length / (to - from);
    for (let i = from; i < to; i++) {
      const offset = (i - from) * columns;
      const guess = argmax(scores, offset, { from: 0, to: columns });
      predicted.push(guess);
      if (guess === labels[i]) right++;
      if (argmax(scores, offset, task.classes) === labels[i]) rightWhenKnown++;
    }
    yield to;
  }
  return { classIncremental: count === 0 ? 0 : right / count, taskAware: count === 0 ? 0 : rightWhenKnown / count, predicted };
}

const CHUNK = 128;
/** Predictions are kept image by image up to so many test images. */
const PREDICTIONS_KEPT = 20_000;

/** Row `last` of a method's accuracy matrix, closing the lane's account of seconds for this task. */
export async function* evaluate(context: RoundContext, lane: Lane, last: number): AsyncGenerator<RunEvent> {
  const { clock, pace, stream } = context;
  const tasks = stream.tasks.slice(0, last + 1);
  const total = tasks.reduce((sum, task) => sum + task.test.count, 0);
  const rows = { classIncremental: [] as number[], taskAware: [] as number[], predicted: [] as number[][] };
  let judged = 0;
  let since = clock.seconds();
  for (const task of tasks) {
    const judging = evaluateTask(lane.method, task, CHUNK);
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
    rows.classIncremental.push(next.value.classIncremental);
    rows.taskAware.push(next.value.taskAware);
    rows.predicted.push(total <= PREDICTIONS_KEPT ? next.value.predicted : []);
  }
  const diagnostics = lane.method.diagnostics();
  const result: TaskResult = {
    task: last,
    ...rows,
    seconds: { ...lane.seconds },
    diagnostics: diagnostics && {
      threshold: diagnostics.threshold,
      layers: diagnostics.layers.map((layer) => ({ ...layer, leakage: [...layer.leakage], angles: [...layer.angles] })),
    },
  };
  lane.seconds = {};
  lane.taught = true;
  yield { type: 'result', method: lane.spec.id, result, seconds: clock.seconds() };
}
