/** What a training step of every method takes beside full fine-tuning's, in turns, on the bundled backbone and in a second task. */
import { createLinearAlgebra } from '../../src/compute/linalg/create';
import type { ComputeDevice } from '../../src/compute/backbone';
import { seeded } from '../../src/compute/testing/random';
import { tinyCheckpoint } from '../../src/compute/testing/fixtures';
import { createCourse, type Course, type Measures } from '../../src/continual/course';
import { definitionOf, METHODS } from '../../src/continual/registry';
import { createRng } from '../../src/continual/rng';
import type { ImageSet, Task } from '../../src/continual/stream';
import { trainsOn } from '../../src/session/estimate';
import { parseExperiment, type MethodSpec } from '../../src/session/experiment';
import { suggested } from '../../src/session/suggested';
import type { Kind, Table } from './own-parts';
import { SHAPES } from './shapes';
import { spreadOf } from './spread';

const BASE = 'full-fine-tuning';
const CLASSES = 10;
/** Steps of a first task, of one timing, and timings. */
const STEPS = { wasm: { first: 8, steps: 8, rounds: 7 }, webgpu: { first: 3, steps: 2, rounds: 3 } } as const;
const RATES = { backbone: 1e-4, classifier: 1e-2 };

function images(size: number, from: number, count: number): ImageSet {
  const random = seeded(from + 1);
  const pixels = Uint8Array.from({ length: count * size * size * 3 }, () => 256 * random());
  const labels = Int32Array.from({ length: count }, (_, i) => from + (i % CLASSES));
  const each = size * size * 3;
  return {
    count,
    labels,
    batch(positions) {
      const order = Array.from(positions);
      const out = new Uint8Array(order.length * each);
      order.forEach((position, row) => out.set(pixels.subarray(position * each, (position + 1) * each), row * each));
      return { count: order.length, size, pixels: out, labels: Int32Array.from(order, (position) => labels[position] ?? 0) };
    },
  };
}

/** As searched on the default stream. */
const specOf = (id: (typeof METHODS)[number]['id']): MethodSpec => {
  const from = { source: 'bundled', id: 'materials' } as const;
  const parsed = parseExperiment({
    schema: 1,
    backbone: { from: { source: 'bundled', id: 'glyph-vit' } },
    stream: { from },
    methods: [suggested(id, from)],
  });
  const [spec] = parsed.methods;
  if (!spec) throw new Error(`No method "${id}".`);
  return spec;
};

export async function stepCosts(kind: Kind, open: () => Promise<ComputeDevice>): Promise<Table> {
  const shape = SHAPES.find(({ id }) => id === 'bundled');
  if (!shape) throw new Error('The bundled shape is gone.');
  const { config, batch } = shape;
  const { first, steps, rounds } = STEPS[kind];
  const device = await open();
  const untouched = await device.load(tinyCheckpoint(config));
  const measures: Measures = { readings: false, interference: 'off', multiply: () => Promise.reject(new Error('Nothing is measured.')) };
  const tasks = [0, 1].map((index): Task => {
    const classes = { from: index * CLASSES, to: (index + 1) * CLASSES };
    return {
      index,
      name: `task ${index + 1}`,
      classes,
      train: images(config.imageSize, classes.from, 8 * batch),
      test: images(config.imageSize, classes.from, 1),
    };
  });
  const drain = async (work: AsyncGenerator<unknown>) => {
    for await (const _ of work) continue;
  };
  async function take(course: Course, task: Task, count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const positions = Int32Array.from({ length: batch }, (_, k) => (i * batch + k) % task.train.count);
      // In the last epoch: LAE's adapters wait for the head in the first ones.
      await course.step({ ...task.train.batch(positions), positions, epoch: 9, epochs: 10, augmented: false }, RATES);
    }
    // What is on its way counts.
    await course.losses();
  }
  /** In the middle of the training that it will be timed in. */
  async function opened(spec: MethodSpec): Promise<{ readonly course: Course; readonly task: Task }> {
    const model = await untouched.fork();
    const bench = {
      ...{ model, linalg: createLinearAlgebra(), rng: createRng(1, 'method'), batchSize: batch },
      optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 } as const,
    };
    const course = createCourse(definitionOf(spec.id), spec as never, bench, measures);
    const [one, two] = tasks;
    if (!one || !two) throw new Error('two tasks expected');
    const task = trainsOn(spec) === 'task' ? two : one;
    if (task === two) {
      await drain(course.begin(one, 2));
      await take(course, one, first);
      await drain(course.finish(one));
    }
    await drain(course.begin(task, 2));
    await take(course, task, first);
    return { course, task };
  }
  const timed = async ({ course, task }: Awaited<ReturnType<typeof opened>>): Promise<number> => {
    const since = performance.now();
    await take(course, task, steps);
    return (performance.now() - since) / steps;
  };
  const base = await opened(specOf(BASE));
  const rows: string[][] = [];
  for (const { id } of METHODS) {
    const spec = specOf(id);
    if (trainsOn(spec) === 'none') {
      rows.push([id, '-', '-']);
      continue;
    }
    const other = await opened(spec);
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      theirs.push(await timed(base));
      ours.push(await timed(other));
    }
    other.course.dispose();
    const milliseconds = spreadOf(ours).median;
    rows.push([id, milliseconds.toFixed(1), (milliseconds / spreadOf(theirs).median).toFixed(2)]);
  }
  base.course.dispose();
  device.dispose();
  return {
    title: `A training step of every method, bundled backbone, batch ${batch}, ${kind}`,
    columns: ['method', 'ms', '× fine-tuning'],
    rows,
  };
}
