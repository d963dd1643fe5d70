/** Every way of reading classes off a method's features that a run evaluates, side by side. */
import type { MethodDefinition, ReadingId } from './definition';
import type { Adaptation, Bench, LearningTask, Method, MethodProgress, Readout } from './method';
import { AlignedHeads, ASIDE } from './readouts/aligned-heads';
import { ClassMeans } from './readouts/class-means';
import type { FrozenReadout } from './readouts/frozen';
import { Ridge } from './readouts/ridge';
import { createRng } from './rng';
import { samplePositions, survey, widthOf } from './gather';

export class Readings {
  readonly #all: ReadonlyMap<ReadingId, Readout>;
  /** Null: learned something since it was asked for. */
  #frozen: ReadonlyMap<string, FrozenReadout> | null = null;

  /** `aside`: beside the method's own also those of every run. */
  constructor(method: Method, definition: Pick<MethodDefinition, 'reads'>, { linalg }: Bench, aside: boolean) {
    const dim = widthOf(method.adaptation);
    const all = new Map<ReadingId, Readout>();
    if (method.readout) all.set('own', method.readout);
    if (aside) {
      all.set('class-means', new ClassMeans(dim));
      all.set('ridge', new Ridge(dim));
      const rng = createRng(0, 'aligned heads on the side');
      all.set('aligned', new AlignedHeads(method.adaptation, { linalg }, dim, rng, { ...ASIDE, overwrite: false }));
      // The method's own is the very same reading: it is not made twice.
      if (definition.reads && method.readout) all.set(definition.reads, method.readout);
    }
    this.#all = all;
  }

  /** `features` [n, width]: of the task's training images, as the method sees them after the task. */
  async *learn(task: LearningTask, features: Float32Array): AsyncGenerator<MethodProgress, void> {
    const own = this.#all.get('own');
    for (const readout of new Set(this.#all.values())) {
      if (readout === own) yield* readout.learn(task, features);
      // Made to compare methods by: its time is no time of the method's.
      else for await (const progress of readout.learn(task, features)) yield { ...progress, phase: 'evaluate' };
    }
    this.#frozen = null;
  }

  /** As they read after the newest task, by reading. Made when it is asked for: its cost, which grows with the classes, is one of evaluating. */
  frozen(): ReadonlyMap<string, FrozenReadout> {
    return (this.#frozen ??= new Map(
      [...this.#all].flatMap(([id, readout]) => {
        const frozen = readout.frozen();
        return frozen ? [[id, frozen] as const] : [];
      }),
    ));
  }

  async state(): Promise<unknown> {
    const states = new Map<string, unknown>();
    for (const [id, readout] of this.#all) states.set(id, await readout.state());
    return states;
  }

  async restore(saved: unknown): Promise<void> {
    const states = saved as ReadonlyMap<string, unknown>;
    for (const [id, readout] of this.#all) if (states.has(id)) await readout.restore(states.get(id));
    this.#frozen = null;
  }
}

/** Images of each task that the diagnostic reads again. */
const AGAIN = 256;

/**
 * A diagnostic that no method may use: class means and ridge from features of old training images as the method sees them now.
 * What they read better than the stored statistics was lost by the read-off, what they read no better by the features.
 */
export async function* readAgain(
  adaptation: Pick<Adaptation, 'model' | 'sight'>,
  tasks: readonly LearningTask[],
  batchSize: number,
  most = AGAIN,
): AsyncGenerator<MethodProgress, ReadonlyMap<string, FrozenReadout>> {
  const means = new ClassMeans(widthOf(adaptation));
  const ridge = new Ridge(widthOf(adaptation));
  for (const task of tasks) {
    const positions = samplePositions(task.train, most);
    const { features } = yield* survey(adaptation, task.train, batchSize, { inputs: [], features: true }, 'consolidate', positions);
    if (!features) continue;
    const labels = Int32Array.from(positions, (position) => task.train.labels[position] ?? 0);
    const sample = { ...task, train: { ...task.train, count: positions.length, labels } };
    yield* means.learn(sample, features);
    yield* ridge.learn(sample, features);
  }
  const [byMeans, byRidge] = [means.frozen(), ridge.frozen()];
  return new Map([...(byMeans ? [['again-class-means', byMeans] as const] : []), ...(byRidge ? [['again-ridge', byRidge] as const] : [])]);
}
