/** Errors and pass marks of a comparison with recorded numbers. */

/** One compared quantity, the worst over tasks, layers and steps. */
export interface GoldenRow {
  readonly quantity: string;
  /** Relative: ‖ours − recorded‖ / ‖recorded‖. Absolute: largest difference. Exact: how many differ. */
  readonly measure: 'relative' | 'absolute' | 'exact';
  readonly worst: number;
  /** Largest error that passes. */
  readonly mark: number;
  readonly passed: boolean;
  /** Where the worst error was found. */
  readonly where: string;
  /** Comparisons made. */
  readonly count: number;
}

/** ‖a − b‖ / ‖b‖ in the Frobenius norm; Infinity where lengths differ or a value is not finite. */
export function relativeError(ours: ArrayLike<number>, recorded: ArrayLike<number>): number {
  if (ours.length !== recorded.length) return Infinity;
  let difference = 0;
  let size = 0;
  for (let i = 0; i < recorded.length; i++) {
    const value = recorded[i] ?? 0;
    difference += ((ours[i] ?? 0) - value) ** 2;
    size += value ** 2;
  }
  if (difference === 0) return 0;
  const error = Math.sqrt(difference / size);
  return Number.isNaN(error) ? Infinity : error;
}

/** Largest |a − b|; Infinity where lengths differ or a value is not finite. */
export function absoluteError(ours: ArrayLike<number>, recorded: ArrayLike<number>): number {
  if (ours.length !== recorded.length) return Infinity;
  let worst = 0;
  for (let i = 0; i < recorded.length; i++) {
    const error = Math.abs((ours[i] ?? 0) - (recorded[i] ?? 0));
    worst = Math.max(worst, Number.isNaN(error) ? Infinity : error);
  }
  return worst;
}

/** Collects the worst error of each quantity, in the order in which quantities first appear. */
export class Comparison {
  readonly #rows = new Map<string, GoldenRow>();

  relative(quantity: string, mark: number, where: string, ours: ArrayLike<number>, recorded: ArrayLike<number>): void {
    this.#note(quantity, 'relative', mark, where, relativeError(ours, recorded));
  }

  absolute(quantity: string, mark: number, where: string, ours: ArrayLike<number>, recorded: ArrayLike<number>): void {
    this.#note(quantity, 'absolute', mark, where, absoluteError(ours, recorded));
  }

  /** `differing`: how many of the compared things are not equal. Counts add up. */
  exact(quantity: string, where: string, differing: number): void {
    const before = this.#rows.get(quantity);
    const worst = (before?.worst ?? 0) + differing;
    const place = before && before.worst > 0 ? before.where : differing > 0 ? where : '';
    this.#rows.set(quantity, {
      quantity,
      measure: 'exact',
      worst,
      mark: 0,
      passed: worst === 0,
      where: place,
      count: (before?.count ?? 0) + 1,
    });
  }

  #note(quantity: string, measure: 'relative' | 'absolute', mark: number, where: string, error: number): void {
    const before = this.#rows.get(quantity);
    const count = (before?.count ?? 0) + 1;
    if (before && before.worst >= error) this.#rows.set(quantity, { ...before, count });
    else this.#rows.set(quantity, { quantity, measure, worst: error, mark, passed: error <= mark, where, count });
  }

  get failed(): boolean {
    return [...this.#rows.values()].some(({ passed }) => !passed);
  }

  rows(): readonly GoldenRow[] {
    return [...this.#rows.values()];
  }
}
