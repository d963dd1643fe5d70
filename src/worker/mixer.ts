/**
 * What each task's increment is worth: accuracy of the network at W₀ + Σ α_t ΔW_t, ΔW_t what a method's weights changed while task t was
 * learned, read by the heads of the newest task. It is mixed on a network of its own: the run's weights are never touched.
 */
import { SaidError, said } from '../common/said';
import type { Adapter, VitModel } from '../compute/backbone';
import type { ImageBatch } from '../compute/images';
import { samplePositions } from '../continual/gather';
import { withoutScale } from '../continual/lora';
import { scoresOf } from '../continual/readouts/frozen';
import type { Task } from '../continual/stream';
import type { MethodId } from '../session/experiment';
import { evaluateTask } from '../session/evaluate';
import type { VitCheckpoint } from '../vit/checkpoint';
import type { Snapshots, Trained } from './take-away';
import type { Turns } from './turns';

export interface MixQuestion {
  readonly method: MethodId;
  /** α of each task whose model was kept, in their order (`RunHost.models`); 0 to 1. */
  readonly alphas: readonly number[];
  /** The method's own unless told. */
  readonly reading?: string;
}

export interface MixAnswer extends Required<MixQuestion> {
  /** Of each task learned so far: fractions, and the test images that were asked of those it has. */
  readonly tasks: readonly {
    readonly classIncremental: number;
    readonly taskAware: number;
    readonly images: number;
    readonly of: number;
  }[];
  readonly milliseconds: number;
}

/** A method whose increments cannot be mixed; the message says why. */
export class MixError extends SaidError {
  override readonly name = 'MixError';
}

/** Test images of all tasks together, at most: an answer within a second on a plain machine. */
const IMAGES = 1024;
const CHUNK = 128;

interface Networks {
  readonly base: VitCheckpoint;
  /** `base` on the device; stays as it is. */
  readonly untouched: VitModel;
  readonly load: (checkpoint: VitCheckpoint) => Promise<VitModel>;
}

/** Factors on what was learned up to each task, of which α are those on what each added. */
const factorsOf = (alphas: readonly number[]): number[] => alphas.map((alpha, i) => alpha - (alphas[i + 1] ?? 0));

/**
 * By the task after which they were first there, all increments with the sums of their factors; what a factor of 1 stands on is the very
 * same array.
 */
function mixIncrements(trained: readonly Trained[], factors: readonly number[]): Adapter[][] {
  const sums = new Map<Float32Array, number>();
  const first = trained.map(({ increments }, i) =>
    (increments ?? []).filter(({ up }) => {
      const known = sums.get(up);
      sums.set(up, (known ?? 0) + (factors[i] ?? 0));
      return known === undefined;
    }),
  );
  return first.map((increments) =>
    increments.flatMap((increment) => {
      const factor = sums.get(increment.up) ?? 0;
      const plain = withoutScale(increment);
      return factor === 0 ? [] : { ...plain, up: factor === 1 ? plain.up : plain.up.map((value) => factor * value) };
    }),
  );
}

function mixWeights(base: VitCheckpoint, trained: readonly Trained[], factors: readonly number[]): VitCheckpoint {
  const rest = 1 - factors.reduce((sum, factor) => sum + factor, 0);
  const parts = [[rest, base] as const, ...trained.map(({ weights }, i) => [factors[i] ?? 0, weights ?? base] as const)].filter(
    ([factor]) => factor !== 0,
  );
  const tensors = [...base.tensors].map(([name, { shape, data }]) => {
    const values = new Float64Array(data.length);
    for (const [factor, { tensors: of }] of parts) {
      const own = of.get(name)?.data ?? data;
      for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) + factor * (own[i] ?? 0);
    }
    return [name, { shape, data: Float32Array.from(values) }] as const;
  });
  return { ...base, tensors: new Map(tensors) };
}

/** The mixed network, the caller's to dispose. `trained`: after one task after the other. */
export async function mixedModel({ base, untouched, load }: Networks, trained: readonly Trained[], alphas: readonly number[]) {
  const factors = factorsOf(alphas);
  if (trained.some(({ weights }) => weights !== null)) return load(mixWeights(base, trained, factors));
  const model = await untouched.fork();
  // One after the other, as a method that merges does: rounded alike, all of them are its own weights to the bit.
  for (const increments of mixIncrements(trained, factors)) {
    model.attach(increments);
    model.merge();
  }
  return model;
}

/** A task with at most so many of its test images. */
function withSome(task: Task, most: number): Task {
  const { test } = task;
  if (test.count <= most) return task;
  const chosen = samplePositions(test, most);
  const labels = Int32Array.from(chosen, (position) => test.labels[position] ?? 0);
  return {
    ...task,
    test: { count: chosen.length, labels, batch: (positions) => test.batch(Array.from(positions, (at) => chosen[at] ?? 0)) },
  };
}

export interface Mixer {
  /** Null where a later question came before its answer. Throws MixError, and ExportError where a model was not kept. */
  mix(question: MixQuestion, tasks: readonly Task[]): Promise<MixAnswer | null>;
}

export function createMixer(networks: Networks, snapshots: Snapshots, turns: Turns): Mixer {
  let newest = 0;
  return {
    async mix({ method, alphas, reading = 'own' }, tasks) {
      const mine = ++newest;
      const began = performance.now();
      const kept = snapshots.list().find((each) => each.method === method)?.tasks ?? [];
      if (kept.length === 0 || kept.length !== alphas.length)
        throw new MixError(
          said`"${method}" has ${kept.length} models in memory, and ${alphas.length} shares were given. Start the run here first.`,
        );
      if (alphas.some((alpha) => !(alpha >= 0 && alpha <= 1))) throw new MixError(said`A share of an increment is a number from 0 to 1.`);
      const trained = kept.map((task) => snapshots.get(method, task));
      const last = trained.at(-1);
      const readout = last?.readouts.get(reading);
      if (!last || last.incomplete)
        throw new MixError(said`The increments of "${method}" cannot be mixed: ${last?.incomplete ?? said`it has none`}.`);
      if (!readout) throw new MixError(said`"${method}" is not read by "${reading}". Choose another way under "Read by".`);
      const learned = tasks.slice(0, (kept.at(-1) ?? 0) + 1);
      const most = Math.max(1, Math.floor(IMAGES / learned.length));
      const model = await turns.take(() => mixedModel(networks, trained, alphas));
      const course = {
        async scores(images: ImageBatch) {
          const features = await model.features(images);
          return { features, scores: new Map([[reading, scoresOf(readout, features, images.count, model.config.dim)]]) };
        },
      };
      try {
        const found: MixAnswer['tasks'][number][] = [];
        for (const task of learned) {
          const some = withSome(task, most);
          const judging = evaluateTask(course, some, CHUNK);
          let next = await turns.take(() => judging.next());
          for (; !next.done; next = await turns.take(() => judging.next())) if (mine !== newest) return null;
          const { classIncremental = 0, taskAware = 0 } = next.value.readings.get(reading) ?? {};
          found.push({ classIncremental, taskAware, images: some.test.count, of: task.test.count });
        }
        return mine === newest ? { method, alphas, reading, tasks: found, milliseconds: performance.now() - began } : null;
      } finally {
        await turns.take(async () => model.dispose());
      }
    },
  };
}
