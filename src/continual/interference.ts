/**
 * What an update does to old inputs beside what it does to new ones, for any method: of a linear map W with inputs of second
 * moments C, the share tr(ΔW C ΔWᵀ) / tr(W C Wᵀ) of its output that ΔW changes, W as it was before the task. C of old tasks
 * are theirs when they were learned, C of the new one as the task found the network. "Interference-free" is a small ratio of
 * the two; an update of the same norm in random directions would change ‖ΔW‖² tr(C) / inputs.
 */
import type { AdapterTarget, MapInput, Moment, VitModel } from '../compute/backbone';
import { halved, wholeOf } from './half-moment';
import { adaptersOn, presentWeight } from './present-weights';
import { inputOf, inputsOf, inputSize, outputSize } from './targets';

export interface MapInterference {
  readonly block: number;
  readonly target: AdapterTarget;
  /** Share of the output that the update changed: of each old task, and of the new one; null where nothing passes. */
  readonly old: readonly (number | null)[];
  readonly new: number | null;
  /** Of each old task, by an update of the same norm in random directions. */
  readonly random: readonly (number | null)[];
}

export interface Interference {
  /** Images of a task that it was measured on, at most. */
  readonly images: number;
  readonly maps: readonly MapInterference[];
  /** Of each block, ‖W − W₀‖ / ‖W₀‖ over the measured maps, W₀ pre-trained. */
  readonly weightDrift: readonly number[];
}

/** An f32 product a [n, k] · b [k, m]. */
export type Multiply = (a: Float32Array, b: Float32Array, n: number, k: number, m: number) => Promise<Float32Array>;

/** Old tasks' second moments may take so many bytes. */
export const MOMENT_BYTES = 256 * 2 ** 20;

interface MeterOptions {
  readonly model: () => VitModel;
  /** Maps that the method changes. */
  readonly targets: readonly AdapterTarget[];
  readonly multiply: Multiply;
  readonly mostBytes?: number;
}

type Weights = ReadonlyMap<string, Float32Array>;

const key = (block: number, name: string): string => `${block} ${name}`;

interface MeterState {
  readonly pretrained: Weights | null;
  readonly before: Weights | null;
  readonly fresh: readonly Moment[];
  /** Halved. */
  readonly old: readonly (readonly Moment[])[];
  readonly exceeded: number | null;
}

export class InterferenceMeter {
  readonly #options: MeterOptions;
  #state: MeterState = { pretrained: null, before: null, fresh: [], old: [], exceeded: null };

  constructor(options: MeterOptions) {
    this.#options = options;
  }

  /** What it needs second moments of, before and after a task; nothing once the budget is exceeded. */
  get inputs(): readonly MapInput[] {
    return this.#state.exceeded === null ? inputsOf(this.#options.targets) : [];
  }

  /** Bytes that were needed when they became too many; null while all is well. */
  get exceeded(): number | null {
    return this.#state.exceeded;
  }

  /** Before a task is learned; `moments`: of its inputs. */
  async before(moments: readonly Moment[]): Promise<void> {
    if (this.inputs.length === 0) return;
    const { config } = this.#options.model();
    const weights = this.#options.targets.reduce((sum, target) => sum + inputSize(config, target) * outputSize(config, target), 0);
    const one = moments.reduce((sum, { size }) => sum + 2 * size * (size + 1), 0);
    const needed = one * (this.#state.old.length + 1) + 8 * weights * config.depth;
    if (needed > (this.#options.mostBytes ?? MOMENT_BYTES)) {
      // Lists are read by position: once one task is missing, none can be told.
      this.#state = { pretrained: null, before: null, fresh: [], old: [], exceeded: needed };
      return;
    }
    const before = await this.#weights();
    this.#state = { ...this.#state, pretrained: this.#state.pretrained ?? before, before, fresh: moments };
  }

  /** After it was learned; `moments`: of its inputs by the network as it is now. Null where it cannot be told. */
  async after(moments: readonly Moment[], images: number): Promise<Interference | null> {
    const { before, pretrained, fresh, old } = this.#state;
    if (!before || !pretrained) return null;
    const now = await this.#weights();
    const { config } = this.#options.model();
    const maps: MapInterference[] = [];
    const weightDrift: number[] = [];
    for (let block = 0; block < config.depth; block++) {
      let [moved, size] = [0, 0];
      for (const target of this.#options.targets) {
        const at = key(block, target);
        const [w, w0, w1] = [before.get(at), pretrained.get(at), now.get(at)];
        if (!w || !w0 || !w1) continue;
        maps.push({ block, target, ...(await this.#changed(block, target, w, difference(w1, w), old, fresh)) });
        moved += squares(difference(w1, w0));
        size += squares(w0);
      }
      weightDrift.push(size > 0 ? Math.sqrt(moved / size) : 0);
    }
    this.#state = { ...this.#state, before: null, fresh: [], old: [...old, moments.map(halved)] };
    return { images, maps, weightDrift };
  }

  async #changed(
    block: number,
    target: AdapterTarget,
    weight: Float32Array,
    update: Float32Array,
    old: readonly (readonly Moment[])[],
    fresh: readonly Moment[],
  ): Promise<Pick<MapInterference, 'old' | 'new' | 'random'>> {
    const { config } = this.#options.model();
    const [inputs, outputs] = [inputSize(config, target), outputSize(config, target)];
    const find = (moments: readonly Moment[]) => {
      const found = moments.find((moment) => moment.block === block && moment.input === inputOf(target));
      return found && wholeOf(found);
    };
    const energy = async (matrix: Float32Array, moment: Float32Array): Promise<number> =>
      dot(await this.#options.multiply(matrix, moment, outputs, inputs, inputs), matrix);
    const norm = squares(update);
    const shares = async (moments: readonly Moment[]) => {
      const moment = find(moments);
      const whole = moment ? await energy(weight, moment) : 0;
      if (!moment || !(whole > 0)) return { changed: null, random: null };
      // Nothing changed: no product is needed to know it.
      const changed = norm === 0 ? 0 : Math.max(0, await energy(update, moment));
      return { changed: changed / whole, random: (norm * trace(moment, inputs)) / inputs / whole };
    };
    const before = [];
    for (const moments of old) before.push(await shares(moments));
    const { changed } = await shares(fresh);
    return { old: before.map((each) => each.changed), new: changed, random: before.map(({ random }) => random) };
  }

  /** The measured maps' weights [outputs, inputs] with the adapters that sit on them. */
  async #weights(): Promise<Weights> {
    const model = this.#options.model();
    const { tensors } = await model.checkpoint();
    const adapters = await model.adapters();
    const found = new Map<string, Float32Array>();
    for (let block = 0; block < model.config.depth; block++) {
      for (const target of this.#options.targets) {
        found.set(key(block, target), presentWeight(tensors, model.config, block, target, adaptersOn(adapters, block, target)));
      }
    }
    return found;
  }

  /** Nothing in it is ever changed, only replaced, so it need not be copied: it is most of what is saved of a run. */
  state(): unknown {
    return this.#state;
  }

  restore(saved: unknown): void {
    this.#state = structuredClone(saved) as MeterState;
  }
}

/** Mean over old images of the squared change of their features, by those features' variance: 0 is no drift. [n, dim] each. */
export function featureDrift(then: Float32Array, now: Float32Array, dim: number): number {
  const count = then.length / dim;
  const mean = new Float64Array(dim);
  for (let i = 0; i < then.length; i++) mean[i % dim] = (mean[i % dim] as number) + (then[i] as number) / count;
  let [moved, spread] = [0, 0];
  for (let i = 0; i < then.length; i++) {
    moved += ((now[i] as number) - (then[i] as number)) ** 2;
    spread += ((then[i] as number) - (mean[i % dim] as number)) ** 2;
  }
  return spread > 0 ? moved / spread : 0;
}

const difference = (a: Float32Array, b: Float32Array): Float32Array => a.map((value, i) => value - (b[i] as number));

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

const squares = (a: Float32Array): number => dot(a, a);

function trace(matrix: Float32Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += matrix[i * (n + 1)] as number;
  return sum;
}
