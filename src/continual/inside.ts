/**
 * A look inside a method's work on one linear map of one block, at the four places where a task's learning can be halted: what its
 * inputs span (gather), what the memory holds and which directions are left for B (design), what the update hears (train), and the
 * memory afterwards (consolidate). Tokens are test images' inputs of the map as the network before the task makes them. Nothing of it
 * reaches the method.
 *
 * The plane stays the same over the four: across, where old tasks' tokens have most energy; up, where the new task's have most of what is
 * free. Loudness of an update at a token x is ‖ΔW x‖ / ‖W x‖, W as before the task; of random directions, that of an update with the same
 * singular values, for which ‖ΔW R x‖ over rotations R is distributed as ‖ΔW z‖ over directions z of x's length.
 */
import type { AdapterTarget, VitModel } from '../compute/backbone';
import type { ImageBatch } from '../compute/images';
import type { LinearAlgebra } from '../compute/linalg/linear-algebra';
import { multiply, squaredNorm, transpose } from './dense';
import { freeDimension, type DualGpm } from './dual-gpm';
import type { Multiply } from './interference';
import { histogram, short, turnedAtRandom, type Loudness } from './loudness';
import { gramOf, placed, planeOf, scaled, type Form, type Plane } from './plane';
import { adaptersOn, presentWeight } from './present-weights';
import { inputOf, inputSize, outputSize } from './targets';

export interface InsidePlace {
  readonly block: number;
  readonly map: AdapterTarget;
}

/** Test images of the old tasks, null before there are any, and of the new one. */
export interface LookImages {
  readonly old: ImageBatch | null;
  readonly fresh: ImageBatch;
}

/** Tokens in the plane. */
export interface Spread {
  /** Share of their energy that lies in it. */
  readonly share: number;
  /** Mean of p pᵀ over all that were looked at. */
  readonly form: Form;
  /** Some of them, x and y in turns, in whole parts of `unit`. */
  readonly places: readonly number[];
}

/** What was seen at each stop so far. Forms are of unit directions of the plane. */
export interface InsideLook {
  readonly gather?: { readonly unit: number; readonly old: Spread | null; readonly fresh: Spread };
  readonly design?: {
    /** The new tokens' part in the free directions, as `Spread.places`. */
    readonly free: readonly number[];
    /** Share of a direction that the memory holds; null without a memory. */
    readonly held: Form | null;
    /** Rows of B at unit length, x and y in turns. */
    readonly rows: readonly number[];
    /** Shares of all energy, out of the plane too: what lies in the memory, and what in the span of B. */
    readonly energy: {
      readonly old: { readonly memory: number; readonly b: number } | null;
      readonly fresh: { readonly memory: number; readonly b: number };
    };
  };
  readonly train?: {
    /** ‖ΔW u‖² by what it is of random directions in the mean, ‖ΔW‖² / inputs. */
    readonly hears: Form;
    /** ‖ΔW‖ / ‖W‖. */
    readonly size: number;
    readonly loudness: { readonly old: Loudness | null; readonly fresh: Loudness; readonly random: Loudness | null };
  };
  readonly consolidate?: {
    readonly held: Form;
    /** Directions that old tasks occupy, before and after, of all; the threshold ε. */
    readonly before: number;
    readonly after: number;
    readonly of: number;
    readonly threshold: number | null;
  };
}

export interface InsideOptions {
  readonly at: InsidePlace;
  readonly model: () => VitModel;
  readonly multiply: Multiply;
  readonly linalg: LinearAlgebra;
  /** What old tasks occupy of the map's input; undefined for a method that has no memory. */
  readonly memory: () => DualGpm | null | undefined;
  readonly threshold: () => number | null;
}

/** Tokens of a side that are looked at, and shown, at most. */
const LOOKED = 1024;
const SHOWN = 48;
/** Places are told to a hundredth of the farthest one. */
const PARTS = 100;

interface Going {
  readonly task: number;
  /** The map's weight before it, and the directions that were occupied. */
  readonly before: Float32Array;
  readonly occupied: number;
  readonly plane: Plane;
  readonly unit: number;
  readonly old: Float64Array | null;
  readonly fresh: Float64Array;
  readonly free: Float64Array | null;
}

const shortForm = ([xx, xy, yy]: Form): Form => [short(xx), short(xy), short(yy)];
const every = <T>(list: ArrayLike<T>, most: number): T[] =>
  list.length <= most ? Array.from(list) : Array.from({ length: most }, (_, i) => list[Math.floor((i * list.length) / most)] as T);

/** At most so many of the rows [n, d], evenly spread. */
function someRows(rows: ArrayLike<number>, d: number, most: number): Float64Array {
  const chosen = every(
    Array.from({ length: rows.length / d }, (_, i) => i),
    most,
  );
  const out = new Float64Array(chosen.length * d);
  chosen.forEach((row, at) => {
    for (let i = 0; i < d; i++) out[at * d + i] = rows[row * d + i] ?? 0;
  });
  return out;
}

export class Inside {
  readonly #options: InsideOptions;
  #going: Going | null = null;

  constructor(options: InsideOptions) {
    const { depth } = options.model().config;
    const { block } = options.at;
    if (block >= depth)
      throw new RangeError(
        `It was asked to look inside block ${block + 1}, and this backbone has ${depth}. Choose one of them under Training.`,
      );
    this.#options = options;
  }

  /** Whether a task is being looked at. */
  get going(): boolean {
    return this.#going !== null;
  }

  /** Before the method sees the task. */
  async gathered(task: number, images: LookImages): Promise<InsideLook> {
    const [old, fresh] = [images.old && (await this.#tokens(images.old)), await this.#tokens(images.fresh)];
    const d = this.#size;
    const memory = this.#options.memory();
    const free = memory === undefined ? null : memory ? await this.#free(fresh, memory) : fresh;
    const plane = planeOf(old ?? fresh, free ?? fresh, d);
    const all = [...(old ? placed(plane, old) : []), ...placed(plane, fresh)];
    const unit = all.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / PARTS || 1;
    this.#going = { task, before: await this.#weight(), occupied: this.#occupied, plane, unit, old, fresh, free };
    return { gather: { unit: short(unit), old: old && this.#spread(old), fresh: this.#spread(fresh) } };
  }

  /** After the method has designed its B; null where it designs none. */
  async designed(): Promise<InsideLook | null> {
    const { plane, old, fresh, free } = this.#begun();
    const { at, model, memory: memoryOf } = this.#options;
    const memory = memoryOf();
    const adapter = adaptersOn(await model().adapters(), at.block, at.map).at(-1);
    if (memory === undefined || !adapter || !free) return null;
    const rows = unitRows(adapter.down, this.#size);
    const energyOf = async (tokens: Float64Array, within: Float64Array | null) => {
      const whole = squaredNorm(tokens) || 1;
      const rest = within ?? (memory ? await this.#free(tokens, memory) : tokens);
      const along = multiply(
        tokens,
        transpose(rows, rows.length / this.#size, this.#size),
        tokens.length / this.#size,
        this.#size,
        rows.length / this.#size,
      );
      return { memory: short(Math.max(0, 1 - squaredNorm(rest) / whole)), b: short(squaredNorm(along) / whole) };
    };
    return {
      design: {
        free: this.#places(free),
        held: memory && heldForm(memory, plane),
        rows: Array.from(placed(plane, rows), short),
        energy: { old: old && (await energyOf(old, null)), fresh: await energyOf(fresh, free) },
      },
    };
  }

  /** After its last step, the update merged or attached. */
  async trained(): Promise<InsideLook> {
    const { task, before, plane, old, fresh } = this.#begun();
    const d = this.#size;
    const now = await this.#weight();
    const update = now.map((value, i) => value - (before[i] ?? 0));
    const energy = squaredNorm(update);
    const along = placed(plane, update);
    const random = old && turnedAtRandom(old, d, task);
    const loudness = {
      old: old && (await this.#loudness(update, before, old, old)),
      fresh: await this.#loudness(update, before, fresh, fresh),
      random: old && random && (await this.#loudness(update, before, random, old)),
    };
    const hears = energy > 0 ? scaled(gramOf(along), d / energy) : ([0, 0, 0] as const);
    return { train: { hears: shortForm(hears), size: short(Math.sqrt(energy / (squaredNorm(before) || 1))), loudness } };
  }

  /** After the method's memory took the task in; null where it has none. Ends the look. */
  async remembered(): Promise<InsideLook | null> {
    const { plane, occupied: before } = this.#begun();
    this.#going = null;
    const memory = this.#options.memory();
    if (!memory) return null;
    const held = heldForm(memory, plane);
    return { consolidate: { held, before, after: this.#occupied, of: memory.dim, threshold: this.#options.threshold() } };
  }

  /** Directions of the map's input that old tasks occupy now. */
  get #occupied(): number {
    const memory = this.#options.memory();
    return memory ? memory.dim - freeDimension(memory) : 0;
  }

  get #size(): number {
    return inputSize(this.#options.model().config, this.#options.at.map);
  }

  #begun(): Going {
    if (!this.#going) throw new Error('Nothing is looked at before a task was gathered.');
    return this.#going;
  }

  async #tokens(images: ImageBatch): Promise<Float64Array> {
    const { block, map } = this.#options.at;
    return someRows(await this.#options.model().inputs(images, { block, input: inputOf(map) }), this.#size, LOOKED);
  }

  async #weight(): Promise<Float32Array> {
    const { at, model: modelOf } = this.#options;
    const model = modelOf();
    const { tensors } = await model.checkpoint();
    return presentWeight(tensors, model.config, at.block, at.map, adaptersOn(await model.adapters(), at.block, at.map));
  }

  /** Of rows [n, d], what lies in the directions that the memory leaves. */
  async #free(rows: Float64Array, { basis, dim, columns, type }: DualGpm): Promise<Float64Array> {
    const { linalg } = this.#options;
    const n = rows.length / dim;
    if (columns === 0) return type === 'remove' ? rows : new Float64Array(rows.length);
    const within = await linalg.multiply(
      await linalg.multiply(rows, basis, n, dim, columns),
      transpose(basis, dim, columns),
      n,
      columns,
      dim,
    );
    return type === 'retain' ? within : rows.map((value, i) => value - (within[i] ?? 0));
  }

  #spread(tokens: Float64Array): Spread {
    const places = placed(this.#begun().plane, tokens);
    const form = gramOf(places);
    const whole = squaredNorm(tokens) || 1;
    const count = Math.max(1, tokens.length / this.#size);
    return { share: short((form[0] + form[2]) / whole), form: shortForm(scaled(form, 1 / count)), places: this.#places(tokens) };
  }

  #places(tokens: Float64Array): number[] {
    const { plane, unit } = this.#begun();
    return Array.from(placed(plane, someRows(tokens, this.#size, SHOWN)), (value) => Math.round(value / unit));
  }

  /** ‖ΔW x‖ / ‖W w‖ over pairs of rows [n, inputs]. */
  async #loudness(update: Float32Array, weight: Float32Array, heard: Float64Array, said: Float64Array): Promise<Loudness> {
    const { at, model } = this.#options;
    const [d, outputs] = [this.#size, outputSize(model().config, at.map)];
    const lengths = async (matrix: Float32Array, rows: Float64Array): Promise<number[]> => {
      const n = rows.length / d;
      const out = await this.#options.multiply(Float32Array.from(rows), Float32Array.from(transpose(matrix, outputs, d)), n, d, outputs);
      return Array.from({ length: n }, (_, i) => Math.sqrt(squaredNorm(out.subarray(i * outputs, (i + 1) * outputs))));
    };
    const [changed, whole] = [await lengths(update, heard), await lengths(weight, said)];
    return histogram(changed.flatMap((value, i) => ((whole[i] ?? 0) > 0 ? value / (whole[i] ?? 1) : [])));
  }

  state(): unknown {
    return structuredClone(this.#going);
  }

  restore(saved: unknown): void {
    this.#going = structuredClone(saved) as Going | null;
  }
}

/** Rows [n, d] at unit length, zero rows left out. */
function unitRows(down: ArrayLike<number>, d: number): Float64Array {
  const rows = Array.from({ length: down.length / d }, (_, r) => Float64Array.from({ length: d }, (__, i) => down[r * d + i] ?? 0));
  const used = rows.filter((row) => squaredNorm(row) > 0);
  const out = new Float64Array(used.length * d);
  used.forEach((row, r) =>
    out.set(
      row.map((value) => value / Math.sqrt(squaredNorm(row))),
      r * d,
    ),
  );
  return out;
}

/** Share of unit directions of the plane that the memory holds. */
function heldForm({ basis, dim, columns, type }: DualGpm, { across, up }: Plane): Form {
  const along = [across, up].map((direction) => multiply(direction, basis, 1, dim, columns));
  const pairs = Array.from({ length: columns }, (_, k) => [along[0]?.[k] ?? 0, along[1]?.[k] ?? 0]).flat();
  const within = gramOf(pairs);
  if (type === 'remove') return shortForm(within);
  const whole = [squaredNorm(across), 0, squaredNorm(up)] as const;
  return shortForm([whole[0] - within[0], -within[1], whole[2] - within[2]]);
}
