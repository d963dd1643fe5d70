import type { LabelledBatch } from '../compute/images';
import type { Known } from './known';
import type { Kept, Stateful } from './method';
import { restoreRng, type Rng, type RngState } from './rng';

/** What is drawn at random; another one for whoever replays a recording. */
export interface Draws {
  /** `most` of the slots 0 to stored − 1, or all, none twice. */
  slots(most: number, stored: number): number[];
  /** The slot of the image number `offered` (0-based), −1 where it is refused. */
  slot(offered: number, size: number): number;
}

interface Exemplar {
  readonly pixels: Uint8Array;
  readonly label: number;
  /** As the network saw it when it came, by column; as many as there were then. */
  readonly logits: Float32Array | null;
  /** Of which task, and its place among the images that one was trained on; null where nobody told, absent in states of before. */
  readonly from?: { readonly task: number; readonly place: number } | null;
}

interface ExemplarState {
  readonly slots: readonly Exemplar[];
  readonly offered: number;
  readonly rng: RngState;
  readonly task?: number;
}

/**
 * A reservoir of images: of all that were ever offered, each is in it with the same chance (Vitter, ACM TOMS 1985). The first ones
 * take a slot each; the image number n then draws r from 0 to n and takes slot r, where there is one.
 */
export class ExemplarStore implements Stateful {
  readonly #size: number;
  readonly #draws: Draws;
  #rng: Rng;
  #slots: Exemplar[] = [];
  #offered = 0;
  #task = 0;

  constructor(size: number, rng: Rng, draws?: Draws) {
    this.#size = size;
    this.#rng = rng;
    this.#draws = draws ?? {
      slots: (most, stored) => Array.from(this.#rng.permutation(stored).subarray(0, most)),
      slot: (offered) => {
        const r = offered < size ? offered : this.#rng.integer(offered + 1);
        return r < size ? r : -1;
      },
    };
  }

  /** Images that are offered from now on are of this task. */
  open(task: number): void {
    this.#task = task;
  }

  get count(): number {
    return this.#slots.length;
  }

  /** Slots of at most `most` images, none twice. */
  draw(most: number): number[] {
    return this.#draws.slots(most, this.count);
  }

  /** The images in these slots as they were offered; null for none. */
  images(slots: readonly number[]): LabelledBatch | null {
    const found = slots.map((slot) => this.at(slot));
    const bytes = found[0]?.pixels.length;
    if (bytes === undefined) return null;
    const pixels = new Uint8Array(found.length * bytes);
    found.forEach((one, i) => pixels.set(one.pixels, i * bytes));
    return { pixels, count: found.length, size: Math.sqrt(bytes / 3), labels: Int32Array.from(found, ({ label }) => label) };
  }

  at(slot: number): Exemplar {
    const found = this.#slots[slot];
    if (!found) throw new RangeError(`There is no image in slot ${slot}; ${this.count} are kept`);
    return found;
  }

  /** One image after the other. `logits` [n, columns]; `places` [n]: among the images of their task. */
  offer({ pixels, count, labels }: LabelledBatch, logits: Float32Array | null = null, places: ArrayLike<number> | null = null): void {
    const [bytes, columns] = [pixels.length / count, (logits?.length ?? 0) / count];
    for (let i = 0; i < count; i++) {
      const slot = this.#draws.slot(this.#offered++, this.#size);
      if (slot < 0) continue;
      this.#slots[slot] = {
        pixels: pixels.slice(i * bytes, (i + 1) * bytes),
        label: labels[i] ?? 0,
        logits: logits && logits.slice(i * columns, (i + 1) * columns),
        from: places && { task: this.#task, place: places[i] ?? 0 },
      };
    }
  }

  /** A number for whatever else is random about what was drawn. */
  seed(): number {
    return this.#rng.integer(2 ** 32);
  }

  kept(): Kept[] {
    // A label is counted as the two bytes that tell 65,536 classes apart.
    const bytes = this.#slots.reduce((sum, { pixels, logits }) => sum + pixels.byteLength + 2 + (logits?.byteLength ?? 0), 0);
    return [{ what: 'images', bytes, images: this.count }];
  }

  /** Null before there are any, and where nobody told which they are. */
  knows(): Known | null {
    const found = this.#slots.flatMap(({ from }) => from ?? []);
    if (found.length === 0) return null;
    const of = (task: number) => found.flatMap((each) => (each.task === task ? each.place : [])).sort((a, b) => a - b);
    return { what: 'exemplars', values: Array.from({ length: this.#task + 1 }, (_, task) => of(task)) };
  }

  async state(): Promise<unknown> {
    const state: ExemplarState = { slots: this.#slots, offered: this.#offered, rng: this.#rng.state(), task: this.#task };
    return structuredClone(state);
  }

  async restore(saved: unknown): Promise<void> {
    const { slots, offered, rng, task = 0 } = structuredClone(saved) as ExemplarState;
    this.#slots = [...slots];
    this.#offered = offered;
    this.#task = task;
    this.#rng = restoreRng(rng);
  }
}
