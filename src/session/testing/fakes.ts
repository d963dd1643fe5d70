/** A stream, a model and methods that compute nothing, for testing the order of things. */
import type { ClassRange, LearningRates, VitModel } from '../../compute/backbone';
import type { ImageBatch, LabelledBatch } from '../../compute/images';
import type { InfloraDiagnostics } from '../../continual/diagnostics';
import type { Method, MethodProgress } from '../../continual/method';
import type { ImageSet, Task, TaskStream } from '../../continual/stream';
import { parseExperiment, type Experiment, type ExperimentInput, type MethodSpec } from '../experiment';
import { createRun, type Run, type RunInputs } from '../run';

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
  readonly trainsOn?: Method['trainsOn'];
  /** Loss of each step, counted over the method's life. */
  readonly loss?: (step: number) => number;
  readonly onStep?: (step: number) => void;
  /** Scores of one image; by default the true label wins. */
  readonly score?: (column: number, label: number, columns: number) => number;
}

export interface FakeMethod extends Method {
  readonly calls: string[];
  readonly batches: LabelledBatch[];
  readonly rates: LearningRates[];
  disposed: boolean;
}

export function fakeMethod(options: FakeOptions = {}): FakeMethod {
  let unread: number[] = [];
  let steps = 0;
  let columns = 0;
  const method: FakeMethod = {
    trainsOn: options.trainsOn ?? 'task',
    calls: [],
    batches: [],
    rates: [],
    disposed: false,
    async *prepare(tasks: readonly Task[], planned: number): AsyncGenerator<MethodProgress, void> {
      columns = Math.max(...tasks.map((task) => task.classes.to));
      method.calls.push(`prepare ${tasks.length}/${planned}`);
      yield { phase: 'gather', done: 1, total: 1 };
      yield { phase: 'design', done: 1, total: 1 };
    },
    async step(batch, rates) {
      options.onStep?.(steps);
      method.calls.push('step');
      method.batches.push(batch);
      method.rates.push(rates);
      unread.push(options.loss?.(steps) ?? 1 / (steps + 1));
      steps++;
    },
    async losses() {
      const read = unread;
      unread = [];
      return read;
    },
    async *consolidate(tasks): AsyncGenerator<MethodProgress, void> {
      method.calls.push(`consolidate ${tasks.length}`);
      yield { phase: 'consolidate', done: 1, total: 1 };
    },
    async scores(images: ImageBatch) {
      const score = options.score ?? ((column: number, label: number) => (column === label ? 1 : 0));
      const label = (i: number) => images.pixels[3 * i + 1] ?? 0;
      return Float32Array.from({ length: images.count * columns }, (_, k) => score(k % columns, label(Math.floor(k / columns)), columns));
    },
    diagnostics: (): InfloraDiagnostics | null => null,
    dispose() {
      if (method.disposed) throw new Error('disposed twice');
      method.disposed = true;
    },
  };
  return method;
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
  methods: (spec: MethodSpec) => FakeMethod,
  now?: () => number,
): { run: Run; made: FakeMethod[] } {
  const made: FakeMethod[] = [];
  const model = { fork: async () => model } as unknown as VitModel;
  const run = createRun({
    experiment,
    stream,
    backbone: model,
    linalg: { leftSingular: notNeeded, leading: notNeeded, multiply: notNeeded },
    facts: factsOf(stream),
    startedAt: new Date(0),
    createMethod(spec) {
      const method = methods(spec);
      made.push(method);
      return method;
    },
    ...(now && { now }),
  });
  return { run, made };
}
