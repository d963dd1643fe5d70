/** Runs of ours with many tasks, classes, methods and images, on a network so small that what grows with them is seen. */
import { worded } from '../../src/common/said';
import { createLinearAlgebra } from '../../src/compute/linalg/create';
import type { ComputeDevice } from '../../src/compute/backbone';
import { tinyCheckpoint } from '../../src/compute/testing/fixtures';
import type { ImageSet, Task, TaskStream } from '../../src/continual/stream';
import { METHODS } from '../../src/continual/registry';
import { parseExperiment } from '../../src/session/experiment';
import { applyEvent } from '../../src/session/fold';
import type { RunRecord } from '../../src/session/record';
import { createRun } from '../../src/session/run';
import { writeStateFile } from '../../src/session/state-file';
import { backboneFacts } from '../../src/worker/loaded-backbone';
import { createSnapshots } from '../../src/worker/take-away';
import { vit } from './shapes';
import { spreadOf } from './spread';

export const SCALED = vit(32, 2, 2, 16, 8, 64);
const TEST_SHARE = 0.2;
/** Tasks that a figure is the median of. */
const WINDOW = 9;

export interface ScalePoint {
  readonly tasks: number;
  readonly classes: number;
  /** For training, of all tasks. */
  readonly images: number;
  readonly methods: readonly string[];
  readonly interference?: 'off' | 'sampled';
  /** Also what every run is read by beside the method itself; true unless told. */
  readonly readings?: boolean;
}

/** The run as it stood after a task. */
export interface Standing {
  /** 1-based. */
  readonly task: number;
  /**
   * Milliseconds of one task about here, all methods together, by the run's own clock: without evaluation, its evaluation; and what goes on
   * around both: results, record, what the page takes away.
   */
  readonly learning: number;
  readonly evaluation: number;
  readonly around: number;
  readonly recordBytes: number;
  readonly stateBytes: number;
  readonly deviceBytes: number;
  /** Of JavaScript; null where the browser does not tell. */
  readonly heapBytes: number | null;
}

/** A colour for each class, and a pattern that differs from image to image, both computed when they are asked for. */
function images(classes: { readonly from: number; readonly to: number }, count: number, salt: number): ImageSet {
  const size = SCALED.imageSize;
  const bytes = size * size * 3;
  const label = (i: number) => classes.from + (i % (classes.to - classes.from));
  const labels = Int32Array.from({ length: count }, (_, i) => label(i));
  return {
    count,
    labels,
    batch(positions) {
      const order = Array.from(positions);
      const pixels = new Uint8Array(order.length * bytes);
      order.forEach((position, row) => {
        const c = label(position);
        for (let k = 0; k < bytes; k++)
          pixels[row * bytes + k] = ((c * (37 + 11 * (k % 3))) & 127) + (((position + salt) * 13 + k * (7 + (c % 5))) & 63);
      });
      return { count: order.length, size, pixels, labels: Int32Array.from(order, label) };
    },
  };
}

function streamOf({ tasks, classes, images: count }: ScalePoint): TaskStream {
  const each = Math.max(1, Math.round(count / tasks));
  return {
    kind: 'class-incremental',
    classNames: Array.from({ length: classes }, (_, c) => `class ${c}`),
    tasks: Array.from({ length: tasks }, (_, index): Task => {
      const range = { from: Math.floor((index * classes) / tasks), to: Math.floor(((index + 1) * classes) / tasks) };
      const test = Math.max(range.to - range.from, Math.round(TEST_SHARE * each));
      return { index, name: `task ${index + 1}`, classes: range, train: images(range, each, 0), test: images(range, test, 1_000_003) };
    }),
  };
}

/** Suggested options would ask for more than this network has. */
const optionsOf = (id: string): object => {
  const options = METHODS.find((method) => method.id === id)?.options ?? {};
  return { id, ...('rank' in options ? { rank: 4 } : {}), ...('width' in options ? { width: 256 } : {}) };
};

const heap = (): number | null => (performance as { readonly memory?: { readonly usedJSHeapSize: number } }).memory?.usedJSHeapSize ?? null;
const median = (values: readonly number[]) => spreadOf(values).median;

/** After a tenth of the tasks and after all of them; and the record. Throws what a method failed of. */
export async function scaledRun(device: ComputeDevice, point: ScalePoint): Promise<{ standings: Standing[]; record: RunRecord }> {
  const stream = streamOf(point);
  const experiment = parseExperiment({
    schema: 1,
    title: `${point.tasks} tasks`,
    backbone: { from: { source: 'bundled', id: 'none' } },
    stream: { from: { source: 'bundled', id: 'none' } },
    methods: point.methods.map(optionsOf),
    training: { epochs: 1, batchSize: 32, learningRate: 1e-3 },
    interference: point.interference ?? 'off',
  });
  const checkpoint = tinyCheckpoint(SCALED);
  const backbone = await device.load(checkpoint);
  const multiply = device.multiply?.bind(device) ?? (() => Promise.reject(new Error('This device has no product.')));
  const summary = { title: 'Made up', sha256: '', parameters: 0, config: SCALED, notes: [], assumed: [] };
  const tasks = stream.tasks.map(({ name, classes, train, test }) => ({ name, ...classes, train: train.count, test: test.count }));
  const run = createRun({
    experiment,
    stream,
    backbone,
    linalg: createLinearAlgebra(),
    measures: { readings: point.readings ?? true, interference: point.interference ?? 'off', multiply },
    facts: {
      device: { ...device.info },
      software: { version: '0', userAgent: 'bench' },
      backbone: backboneFacts(summary),
      stream: { title: 'Made up', sha256: '', kind: stream.kind, classNames: [...stream.classNames], tasks, skipped: [] },
    },
  });
  const snapshots = createSnapshots(experiment.methods.map(({ id }) => id));
  const took: Pick<Standing, 'learning' | 'evaluation' | 'around'>[] = [];
  const standings: Standing[] = [];
  const places = [...new Set([Math.ceil(point.tasks / 10), point.tasks])];
  let record: RunRecord | null = null;
  let since = performance.now();
  let [learning, evaluation] = [0, 0];
  try {
    for await (const event of run.events()) {
      record = applyEvent(record, event);
      if (event.type === 'method-failed') throw new Error(`${event.method}: ${worded(event.reason)}`);
      if (event.type === 'result') {
        const { evaluate = 0, ...phases } = event.result.seconds;
        evaluation += 1000 * evaluate;
        learning += 1000 * Object.values(phases).reduce((sum, seconds) => sum + seconds, 0);
        const found = run.courses().find(({ id }) => id === event.method);
        if (found) await snapshots.take(event.method, event.result.task, await found.course.learned());
      }
      if (event.type !== 'phase' || event.phase !== 'evaluate' || event.method !== null) continue;
      took.push({ learning, evaluation, around: performance.now() - since - learning - evaluation });
      if (record && places.includes(took.length)) {
        const near = took.slice(-WINDOW);
        const state = await run.state();
        const recordBytes = JSON.stringify(record).length;
        standings.push({
          task: took.length,
          learning: median(near.map((each) => each.learning)),
          evaluation: median(near.map((each) => each.evaluation)),
          around: median(near.map((each) => each.around)),
          recordBytes,
          stateBytes: state === null ? NaN : writeStateFile({ record, state }).length - recordBytes,
          deviceBytes: device.memory().bytes,
          heapBytes: heap(),
        });
      }
      [learning, evaluation] = [0, 0];
      since = performance.now();
    }
  } finally {
    run.dispose();
    backbone.dispose();
  }
  if (record === null) throw new Error('The run told nothing.');
  return { standings, record };
}

export const EIGHT: readonly string[] = ['inflora', 'sequential-lora', 'full-fine-tuning', 'slca', 'ranpac', 'nearest-mean', 'l2p', 'ewc'];
const BASE: ScalePoint = { tasks: 20, classes: 100, images: 2000, methods: ['inflora'] };

/** What varies, and the runs. Tasks bring their classes and images along; all else stays. */
export const SCALES: readonly { readonly varies: string; readonly value: number; readonly point: ScalePoint }[] = [
  ...[1, 10, 20, 50, 100, 200].map((tasks) => ({
    ...{ varies: 'tasks', value: tasks },
    point: { ...BASE, tasks, classes: Math.max(10, 2 * tasks), images: 100 * tasks },
  })),
  ...[10, 100, 500, 2000].map((classes) => ({
    ...{ varies: 'classes', value: classes },
    point: { ...BASE, tasks: 10, classes, images: 10_000 },
  })),
  ...[1, 2, 4, 8].map((methods) => ({ varies: 'methods', value: methods, point: { ...BASE, methods: EIGHT.slice(0, methods) } })),
  ...[1000, 10_000, 100_000].map((count) => ({ varies: 'images', value: count, point: { ...BASE, tasks: 10, images: count } })),
];

/** SLCA's recipe, InfLoRA + CA's too, goes over 256 samples of every class with all heads: by design the square of the classes. */
const QUADRATIC: readonly string[] = ['slca', 'inflora-ca'];

/** 200 tasks of two classes, by every other method that sees one after the other, read by itself alone. */
export const LONG: readonly ScalePoint[] = METHODS.filter(({ trainsOn, id }) => trainsOn !== 'all' && !QUADRATIC.includes(id)).map(
  ({ id }) => ({
    ...{ tasks: 200, classes: 400, images: 200 * 64, methods: [id], readings: false },
  }),
);
