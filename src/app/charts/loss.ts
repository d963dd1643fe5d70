/** Training loss along the whole run. */
import type { LossPoint, RunRecord } from '../../session/record';

export interface LossSeries {
  readonly method: string;
  /** x in tasks: 2.5 is half way through the third task's training. */
  readonly points: readonly { readonly x: number; readonly loss: number }[];
}

const MOST_POINTS = 400;
/** Points of a task that show how it went; with room for fewer its mean says more. */
const SHAPE = 8;

/** Every k-th point, first and last kept, so that a long run still draws fast. */
function thin<T>(points: readonly T[]): readonly T[] {
  const every = Math.ceil(points.length / MOST_POINTS);
  return every <= 1 ? points : points.filter((_, i) => i % every === 0 || i === points.length - 1);
}

/** Whether the run has so many tasks that one point stands for each: its mean. */
export const lossByTask = ({ stream, methods }: RunRecord): boolean =>
  stream.tasks.length * SHAPE > MOST_POINTS && methods.some(({ losses }) => losses.length > MOST_POINTS);

function meansOf(points: readonly LossPoint[]): LossSeries['points'] {
  const sums = new Map<number, { sum: number; count: number }>();
  for (const { task, loss } of points) {
    const of = sums.get(task) ?? { sum: 0, count: 0 };
    sums.set(task, { sum: of.sum + loss, count: of.count + 1 });
  }
  return [...sums].map(([task, { sum, count }]) => ({ x: task + 0.5, loss: sum / count }));
}

/**
 * The loss of each method against its position in the run. A task's width is what has been trained of it so far while it
 * is going on, in shares of the longest finished task. Of very many tasks: the mean of each.
 */
export function lossSeries(record: RunRecord): LossSeries[] {
  if (lossByTask(record)) return record.methods.map(({ id, losses }) => ({ method: id, points: meansOf(losses) }));
  const stepsOf = new Map<number, number>();
  const longest = (task: number, step: number) => stepsOf.set(task, Math.max(stepsOf.get(task) ?? 0, step + 1));
  for (const method of record.methods) for (const point of method.losses) longest(point.task, point.step);
  const planned = Math.max(1, ...stepsOf.values());
  const newest = Math.max(0, ...stepsOf.keys());
  const stepsIn = (task: number) => (task < newest ? (stepsOf.get(task) ?? planned) : planned);
  return record.methods.map((method) => ({
    method: method.id,
    points: thin(method.losses).map((point) => ({
      x: point.task + Math.min(1, (point.step + 0.5) / stepsIn(point.task)),
      loss: point.loss,
    })),
  }));
}
