/** What a method knows of itself after a task, beside its subspaces and what every method is asked: plain numbers, part of the run record. */
import type { PromptMix } from '../compute/prompts';

export interface Known {
  /**
   * What the values are. `importances`: of each block's (row) linear maps (column), as shares of all of them. `magnitudes`: one row, how
   * far the network goes along each task's direction. `exemplars`: by task, the places of stored images among those it was trained on.
   * `picks`: by task that test images are of, how much of each prompt one of them gets.
   */
  readonly what: 'importances' | 'magnitudes' | 'exemplars' | 'picks';
  /** Names of linear maps, where columns are those. */
  readonly columns?: readonly string[];
  readonly values: readonly (readonly number[])[];
}

/** How much of each prompt images were given: coefficients in size, over an image's slots together, the mean over images and places. */
export class Picks {
  #sums: number[] = [];
  #given = 0;

  /** `sizes`: of the pools by name; those of one prompt leave no choice and do not count. */
  add(mix: PromptMix, sizes: ReadonlyMap<string, number>, count: number): void {
    const choices = [...mix].filter(([name]) => (sizes.get(name) ?? 1) > 1);
    for (const [name, coefficients] of choices) {
      const size = sizes.get(name) ?? 1;
      coefficients.forEach((value, i) => (this.#sums[i % size] = (this.#sums[i % size] ?? 0) + Math.abs(value)));
      this.#given += count;
    }
  }

  /** By prompt; empty where there was no choice. */
  get means(): number[] {
    return this.#sums.map((sum) => sum / this.#given);
  }
}
