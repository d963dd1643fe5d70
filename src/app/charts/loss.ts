/** Training loss along the whole run. */
import type { RunRecord } from '../../session/record';

export interface LossSeries {
  readonly method: string;
  /** x in tasks: 2.5 is half way through the third task's training. */
  readonly points: readonly { readonly x: number; readonly loss: number }[];
}

const MOST_POINTS = 400;

/** Every k-th point, first and last kept, so that a long run still draws fast. */
function thin<T>(points: readonly T[]): readonly T[] {
  const every = Math.ceil(points.length / MOST_POINTS);
  return every <= 1 ? points : points.filter((_, i) => i % every === 0 || i === points.length - 1);
}

/**
 * The loss of each method against its position in the run. A task's width is what has been trained of it so far while it
 * is going on, in shares of the longest finished task.
 */
export function lossSeries(record: RunRecord): LossSeries[] {
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
