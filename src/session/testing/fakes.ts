/** A stream, a model and methods that compute nothing, for testing the order of things. */
import type { ClassRange, LearningRates, VitModel } from '../../compute/backbone';
import type { ImageBatch, LabelledBatch } from '../../compute/images';
import type { Course } from '../../continual/course';
import type { ImageSet, Task, TaskStream } from '../../continual/stream';
import { parseExperiment, type Experiment, type ExperimentInput, type MethodSpec } from '../experiment';
import { createRun, type Run, type RunInputs, type RunState } from '../run';

/** 1x1 images; the red byte is the image's number within the stream, the green one its label. */
export function fakeSet(labels: readonly number[], first: number): ImageSet {
  return {
    count: labels.length,
    labels: Int32Array.from(labels),
    batch(positions, augmentSeed): LabelledBatch {
      const order = Array.from(positions);
      return {
        count: order.length,
        size: 1,
        pixels: Uint8Array.from(order.flatMap((p) => [first + p, labels[p] ?? 0, (augmentSeed ?? 0) & 255])),
        labels: Int32Array.from(order.map((p) => labels[p] ?? 0)),
      };
    },
  };
}

/** Tasks of two classes, `train` and 4 images each. */
export function fakeStream(tasks: number, train = 5): TaskStream {
  return {
    kind: 'class-incremental',
    classNames: Array.from({ length: tasks * 2 }, (_, c) => `class ${c}`),
    tasks: Array.from({ length: tasks }, (_, index): Task => {
      const classes: ClassRange = { from: 2 * index, to: 2 * index + 2 };
      const label = (i: number) => classes.from + (i % 2);
      return {
        index,
        name: `task ${index}`,
        classes,
        train: fakeSet(
          Array.from({ length: train }, (_, i) => label(i)),
          index * train,
        ),
        test: fakeSet(
          Array.from({ length: 4 }, (_, i) => label(i)),
          100,
        ),
      };
    }),
  };
}

export interface FakeOptions {
  /** Loss of each step, counted over the method's life. */
  readonly loss?: (step: number) => number;
  readonly onStep?: (step: number) => void;
  /** Scores of one image; by default the true label wins. */
  readonly score?: (column: number, label: number, columns: number) => number;
}

export interface FakeCourse extends Course {
  readonly calls: string[];
  readonly batches: LabelledBatch[];
  readonly rates: LearningRates[];
  disposed: boolean;
}

/** A method that counts its steps and nothing else; its state is that count. */
export function fakeCourse(options: FakeOptions = {}): FakeCourse {
  let unread: number[] = [];
  let steps = 0;
  let columns = 0;
  const course: FakeCourse = {
    ...{ calls: [], batches: [], rates: [], disposed: false, tooManyBytes: null },
    async *begin({ index, classes }, planned) {
      columns = Math.max(columns, classes.to);
      course.calls.push(`begin ${index + 1}/${planned}`);
      yield { phase: 'gather', done: 1, total: 1 };
      yield { phase: 'design', done: 1, total: 1 };
    },
    async step(batch, rates) {
      options.onStep?.(steps);
      course.calls.push('step');
      course.batches.push(batch);
      course.rates.push(rates);
      unread.push(options.loss?.(steps) ?? 1 / (steps + 1));
      steps++;
    },
    async losses() {
      const read = unread;
      unread = [];
      return read;
    },
    async *finish({ index }) {
      course.calls.push(`finish ${index + 1}`);
      yield { phase: 'consolidate', done: 1, total: 1 };
    },
    async *readAgain() {
      course.calls.push('read again');
      yield { phase: 'consolidate', done: 1, total: 1 };
    },
    glance: async (images) => (await course.scores(images)).scores.get('own') ?? null,
    async scores(images: ImageBatch) {
      const score = options.score ?? ((column: number, label: number) => (column === label ? 1 : 0));
      const label = (i: number) => images.pixels[3 * i + 1] ?? 0;
      const own = Float32Array.from({ length: images.count * columns }, (_, k) =>
        score(k % columns, label(Math.floor(k / columns)), columns),
      );
      return { features: new Float32Array(images.count), scores: new Map([['own', own]]) };
    },
    drift: () => 0,
    kept: () => [],
    subspaces: () => null,
    knows: async () => null,
    interference: () => null,
    learned: async () => ({ increments: null, weights: null, readouts: new Map() }),
    state: async () => ({ steps, columns }),
    async restore(saved) {
      ({ steps, columns } = saved as { steps: number; columns: number });
    },
    dispose() {
      if (course.disposed) throw new Error('disposed twice');
      course.disposed = true;
    },
  };
  return course;
}

export const fakeExperiment = (input: Partial<ExperimentInput> = {}): Experiment =>
  parseExperiment({
    schema: 1,
    backbone: { from: { source: 'bundled', id: 'none' } },
    stream: { from: { source: 'bundled', id: 'none' } },
    methods: [{ id: 'inflora' }, { id: 'full-fine-tuning' }],
    training: { epochs: 2, batchSize: 2 },
    ...input,
  });

export const factsOf = (stream: TaskStream): RunInputs['facts'] => ({
  device: { kind: 'cpu', engine: 'reference', name: 'none', software: true, threads: 1 },
  software: { version: '0', userAgent: 'test' },
  backbone: { title: 'none', sha256: '', dim: 1, depth: 1, heads: 1, imageSize: 1, patchSize: 1, parameters: 0 },
  stream: {
    title: 'fake',
    sha256: '',
    kind: stream.kind,
    classNames: [...stream.classNames],
    tasks: stream.tasks.map(({ name, classes, train, test }) => ({ name, ...classes, train: train.count, test: test.count })),
    skipped: [],
  },
});

const notNeeded = () => Promise.reject(new Error('not needed'));

/** A run over fakes. `methods` decides what each method is; the ones made are listed in `made`, in order. */
export function fakeRun(
  experiment: Experiment,
  stream: TaskStream,
  methods: (spec: MethodSpec) => FakeCourse,
  now?: () => number,
  from?: RunState,
): { run: Run; made: FakeCourse[] } {
  const made: FakeCourse[] = [];
  const model = { fork: async () => model } as unknown as VitModel;
  const run = createRun({
    experiment,
    stream,
    backbone: model,
    linalg: { leftSingular: notNeeded, leading: notNeeded, multiply: notNeeded },
    facts: factsOf(stream),
    startedAt: new Date(0),
    measures: { readings: true, interference: 'off', multiply: notNeeded },
    createCourse(spec) {
      const method = methods(spec);
      made.push(method);
      return method;
    },
    ...(now && { now }),
    ...(from && { from }),
  });
  return { run, made };
}
