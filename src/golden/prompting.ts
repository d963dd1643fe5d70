/** Methods that prompt a frozen network, replayed on a recording: what all of them share. */
import type { Optimizer, Trainer, VitModel } from '../compute/backbone';
import type { ImageBatch } from '../compute/images';
import type { LinearAlgebra } from '../compute/linalg/linear-algebra';
import { promptName } from '../compute/prompts';
import { Prompting, type Prompter } from '../continual/adaptations/prompting';
import { IDLE } from '../continual/definition';
import { ownHeads } from '../continual/readouts/own-heads';
import type { Task } from '../continual/stream';
import type { Comparison } from './compare';
import { MARKS, type Rival, type RivalScenario } from './rival';
import { benchOf, courseOf, recordedHeads, RecordedTests, training } from './rival-course';

/** What a step was, as far as recordings tell. */
export interface ReplayedStep {
  readonly task: number;
  readonly step: number;
  readonly trainer: Trainer;
  readonly batch: ImageBatch & { readonly mix?: ReadonlyMap<string, Float32Array> };
}

/** A method's part of the replay. Values are of what the recording names so; shorter ones go on as they were at the start, gradients with zeros. */
export interface Replay {
  readonly prompter: Prompter;
  /** Tasks that the method is told of. */
  readonly planned: number;
  /** Recorded names by those of the pools. */
  readonly pools: ReadonlyMap<string, string>;
  /** What learns on the CPU. */
  parameters(): ReadonlyMap<string, ArrayLike<number>>;
  /** Its gradients, and the row from which they count, after a step. */
  gradients(): ReadonlyMap<string, { readonly values: ArrayLike<number>; readonly from: number }>;
  /** Name of recorded gradients, and what to multiply ours by. */
  readonly gradientName: string;
  scale?(trainer: Trainer): Promise<number>;
  /** Before a step, and before test images are looked at. */
  prepare?(task: number, step: number | 'test'): void;
  stepped?(step: ReplayedStep, comparison: Comparison): Promise<void>;
  tested?(task: number, queries: Float32Array, count: number, comparison: Comparison): void;
}

/** The images of several tasks' tests, one after the other. */
export function testImages(seen: readonly Task[]): ImageBatch {
  const parts = seen.map(({ test }) => test.batch([...test.labels.keys()]));
  const [first] = parts;
  const pixels = new Uint8Array(parts.reduce((sum, part) => sum + part.pixels.length, 0));
  let at = 0;
  for (const part of parts) {
    pixels.set(part.pixels, at);
    at += part.pixels.length;
  }
  return { pixels, count: parts.reduce((sum, { count }) => sum + count, 0), size: first?.size ?? 0 };
}

/** `create`: the method's part, from the recording. */
export const comparePrompting = (create: (rival: Rival, model: VitModel, optimizer: Optimizer) => Replay): RivalScenario =>
  async function* (rival, model, linalg: LinearAlgebra, comparison) {
    const { tasks, order, heads, tensors } = rival;
    const recorded = rival.scalars(training);
    const { lr, epochs, loss } = recorded;
    const bench = benchOf(recorded, model, linalg);
    const { batchSize } = bench;
    const replay = create(rival, model, bench.optimizer);
    let [t, step] = [0, 0];
    let trainer: Trainer | null = null;
    let found: ReadonlyMap<string, Float32Array> = new Map();
    const adaptation = new Prompting(bench, replay.prompter, {
      heads: recordedHeads(rival),
      before: async (open, batch) => {
        trainer = open;
        if (step === 0) found = (await open.gradients(batch)).gradients;
        await replay.stepped?.({ task: t, step, trainer: open, batch }, comparison);
      },
    });
    const course = courseOf({ adaptation, readout: ownHeads(adaptation) }, IDLE, bench);
    const relative = (quantity: string, mark: number, key: string, ours: ArrayLike<number>): void =>
      comparison.relative(quantity, mark, key, ours, tensors.get(key).data);
    const rates = { backbone: lr, classifier: lr };
    const whole = { weight: heads.flatMap(({ weight }) => [...weight]), bias: heads.flatMap(({ bias }) => [...bias]) };
    const named = (name: string): string => replay.pools.get(name) ?? name;
    const tests = new RecordedTests(rival, comparison);
    for (const task of tasks) {
      t = task.index;
      for await (const _ of course.begin(task, replay.planned)) continue;
      step = 0;
      for (const [epoch, rows] of (order[t] ?? []).slice(0, epochs).entries()) {
        for (let from = 0; from < rows.length; from += batchSize) {
          const positions = rows.subarray(from, from + batchSize);
          replay.prepare?.(t, step);
          await course.step({ ...task.train.batch(positions), positions, epoch, epochs, augmented: false }, rates);
          if (step === 0 && trainer) await compareGradients(trainer);
          step++;
          yield { phase: 'train', task: t, done: step, total: loss[t]?.length ?? step };
        }
      }
      comparison.absolute('loss', MARKS.loss, `task ${t}`, await course.losses(), loss[t] ?? []);
      for await (const _ of course.finish(task)) continue;
      await compareParameters();
      await compareTests(tasks.slice(0, t + 1));
      yield { phase: 'evaluate', task: t, done: t + 1, total: tasks.length };
    }
    tests.accuracies(recorded);

    async function compareGradients(open: Trainer): Promise<void> {
      const factor = (await replay.scale?.(open)) ?? 1;
      const compare = (name: string, values: ArrayLike<number>, offset = 0): void => {
        const key = `task${t}.${replay.gradientName}.${name}`;
        const ours = new Float64Array(tensors.get(key).data.length);
        ours.set(
          Array.from(values, (value) => value * factor),
          offset,
        );
        relative('first gradients', MARKS.tensor, key, ours);
      };
      for (const [name, values] of found) if (!name.endsWith('.mix')) compare(named(name), values);
      for (const [name, { values, from }] of replay.gradients()) compare(name, values, from);
    }

    async function compareParameters(): Promise<void> {
      const ours = new Map(replay.parameters());
      for (const { place, pool } of await model.prompts()) ours.set(named(promptName(place)), pool);
      for (const [name, values] of ours) {
        const key = `task${t}.param.${name}`;
        relative('prompts and keys', MARKS.tensor, key, [
          ...Array.from(values),
          ...Array.from(tensors.get(`initial.${name}`).data).slice(values.length),
        ]);
      }
      for (const part of ['weight', 'bias'] as const) {
        const values = [...adaptation.heads[part]];
        relative('classifier', MARKS.tensor, `task${t}.param.classifier.${part}`, [...values, ...whole[part].slice(values.length)]);
      }
    }

    async function compareTests(seen: readonly Task[]): Promise<void> {
      const images = testImages(seen);
      replay.tested?.(t, await model.features(images), images.count, comparison);
      replay.prepare?.(t, 'test');
      const scores = [...((await course.scores(images)).scores.get('own') ?? [])];
      tests.add(seen, scores, `task${t}.test_logits`);
    }
  };
