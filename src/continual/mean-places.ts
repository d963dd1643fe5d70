/**
 * Class means in a plane that stays: the first two principal directions of the first task's test features, as they were right after it
 * was learned. The projection is linear and fixed, so what moves in it has moved.
 */
import type { ClassRange } from '../compute/backbone';
import { squaredNorm } from './dense';
import { short } from './loudness';
import { gramOf, placed, planeOf, type Plane } from './plane';

export interface MeansInPlane {
  /** Share of the variance of the first task's features that lay in the plane when it was fixed; of a sample where they are many. */
  readonly fixed: number;
  /** Share of the spread of the class means around their mean that lies in it now. */
  readonly now: number;
  /** By task, x and y in turns for each of its classes; a class without test images is null. */
  readonly places: readonly (readonly (number | null)[])[];
}

interface Fixed {
  readonly origin: Float64Array;
  readonly plane: Plane;
  readonly share: number;
}

/** Images that the plane is fixed by, at most: more would not turn it, and cost seconds. */
const PLANE_IMAGES = 2048;

/** Of rows [n, width] as many, evenly taken. */
function thinned(rows: Float32Array, width: number): Float32Array {
  const every = Math.ceil(rows.length / width / PLANE_IMAGES);
  return every <= 1 ? rows : rows.filter((_, at) => Math.floor(at / width) % every === 0);
}

/** Mean of rows [n, width]. */
function meanOf(rows: ArrayLike<number>, width: number): Float64Array {
  const mean = new Float64Array(width);
  const count = rows.length / width;
  for (let i = 0; i < rows.length; i++) mean[i % width] = (mean[i % width] ?? 0) + (rows[i] ?? 0) / count;
  return mean;
}

const around = (rows: ArrayLike<number>, origin: Float64Array): Float64Array =>
  Float64Array.from(rows, (value, i) => value - (origin[i % origin.length] ?? 0));

/** Share of the energy of centred rows that lies in a plane; 1 where there is none. */
function shareIn(plane: Plane, rows: Float64Array): number {
  const [xx, , yy] = gramOf(placed(plane, rows));
  const whole = squaredNorm(rows);
  return whole > 0 ? (xx + yy) / whole : 1;
}

export class MeanPlaces {
  #fixed: Fixed | null = null;
  #seen: { readonly means: Float64Array; readonly empty: readonly boolean[] }[] = [];

  /** Test features [n, width], n > 0, of one task after the other, with their columns; the very first ones fix the plane. */
  see(features: Float32Array, labels: ArrayLike<number>, { from, to }: ClassRange): void {
    const width = features.length / labels.length;
    if (!this.#fixed) {
      const some = thinned(features, width);
      const origin = meanOf(some, width);
      const rows = around(some, origin);
      const plane = planeOf(rows, rows, width);
      this.#fixed = { origin, plane, share: shareIn(plane, rows) };
    }
    const means = new Float64Array((to - from) * width);
    const counts = new Array<number>(to - from).fill(0);
    for (let i = 0; i < labels.length; i++) counts[(labels[i] ?? 0) - from] = (counts[(labels[i] ?? 0) - from] ?? 0) + 1;
    for (let at = 0; at < features.length; at++) {
      const row = (labels[Math.floor(at / width)] ?? 0) - from;
      const place = row * width + (at % width);
      means[place] = (means[place] ?? 0) + (features[at] ?? 0) / (counts[row] ?? 1);
    }
    this.#seen.push({ means, empty: counts.map((count) => count === 0) });
  }

  /** Of all that was seen since the last time. Throws where nothing ever was. */
  tell(): MeansInPlane {
    if (!this.#fixed) throw new Error('No features were seen yet.');
    const { origin, plane, share } = this.#fixed;
    const seen = this.#seen;
    this.#seen = [];
    const places = seen.map(({ means, empty }) =>
      Array.from(placed(plane, around(means, origin)), (value, i) => (empty[Math.floor(i / 2)] === true ? null : short(value))),
    );
    const width = origin.length;
    const all = seen.flatMap(({ means, empty }) =>
      empty.flatMap((none, row) => (none ? [] : [...means.subarray(row * width, (row + 1) * width)])),
    );
    return { fixed: short(share), now: short(shareIn(plane, around(all, meanOf(all, width)))), places };
  }

  state(): unknown {
    return structuredClone(this.#fixed);
  }

  restore(saved: unknown): void {
    this.#fixed = structuredClone(saved) as Fixed | null;
  }
}
