/** Where class means went in the plane that was fixed after the first task (continual/mean-places.ts). */
import type { MethodRun, RunRecord } from '../../session/record';

interface Place {
  readonly x: number;
  readonly y: number;
}

export interface Trail {
  readonly task: number;
  readonly column: number;
  /** From where it was when its task had been learned to where it is now, in units of the first task's spread; never empty. */
  readonly places: readonly Place[];
}

/** Root mean square distance of the first task's class means from their middle, when they were new; 1 where they coincide. */
function unitOf({ results }: Pick<MethodRun, 'results'>): number {
  const places = pairsOf(results.find(({ means }) => means)?.means?.places[0] ?? []).flatMap((place) => place ?? []);
  const mean = (of: (place: Place) => number) => places.reduce((sum, place) => sum + of(place), 0) / Math.max(1, places.length);
  const middle = { x: mean(({ x }) => x), y: mean(({ y }) => y) };
  return Math.sqrt(mean(({ x, y }) => (x - middle.x) ** 2 + (y - middle.y) ** 2)) || 1;
}

/** Places [x, y, x, y …], null where a class had no image. */
const pairsOf = (places: readonly (number | null)[]): (Place | null)[] =>
  Array.from({ length: places.length / 2 }, (_, i) => {
    const [x = null, y = null] = places.slice(2 * i, 2 * i + 2);
    return x === null || y === null ? null : { x, y };
  });

/** Of every class seen so far, task by task. */
export function trailsOf(run: Pick<MethodRun, 'results'>, { stream }: Pick<RunRecord, 'stream'>): Trail[] {
  const unit = unitOf(run);
  return stream.tasks.flatMap(({ from, to }, task) =>
    Array.from({ length: to - from }, (_, row) => ({
      task,
      column: from + row,
      places: run.results.flatMap(({ means }) => {
        const place = pairsOf(means?.places[task] ?? [])[row];
        return place ? [{ x: place.x / unit, y: place.y / unit }] : [];
      }),
    })).filter(({ places }) => places.length > 0),
  );
}

/** Of each task but the newest: how far its class means are from where they were (root mean square), in units of the first task's spread. */
export function movedNow(run: Pick<MethodRun, 'results'>, record: Pick<RunRecord, 'stream'>): number[] {
  const trails = trailsOf(run, record);
  const newest = Math.max(0, ...trails.map(({ task }) => task));
  return Array.from({ length: newest }, (_, task) => {
    const squares = trails.flatMap((trail) => {
      const [first, last] = [trail.places[0], trail.places.at(-1)];
      return trail.task === task && first && last ? [(last.x - first.x) ** 2 + (last.y - first.y) ** 2] : [];
    });
    return Math.sqrt(squares.reduce((sum, value) => sum + value, 0) / Math.max(1, squares.length));
  });
}
