/** A worker that computes nothing: it tells the synthetic record as events, for tests and for developing the page. */
import { said } from '../../common/said';
import type { DeviceInfo } from '../../compute/backbone';
import type { Stop } from '../charts/inside';
import type { PhaseEvent, RunEvent, RunPhase } from '../../session/events';
import type { Experiment } from '../../session/experiment';
import { applyEvents, stopRecord } from '../../session/fold';
import { findDefinition } from '../../continual/registry';
import type { RunRecord } from '../../session/record';
import { StateFileError } from '../../session/state-file';
import { ExportError } from '../../vit/export/model';
import type { BackboneSummary, RunHost } from '../../worker/api';
import type { Call } from '../../worker/forward';
import { HostStateError } from '../../worker/host-parts';
import { SYNTHETIC_TASKS, syntheticRecord } from './synthetic-record';

export interface FakeOptions {
  /** Milliseconds that a call takes, and each report of its progress. */
  readonly delayMs?: number;
  /** Calls that fail, by name, with this error. */
  readonly failing?: Partial<Record<keyof RunHost, Error>>;
  readonly fits?: boolean;
  /** What is kept from one host to the next. */
  readonly disk?: Map<string, FakeSaved>;
}

export interface FakeSaved {
  readonly ahead: readonly RunEvent[];
  readonly record: RunRecord;
  readonly stream: RunRecord['stream'] | null;
}

/** All events of a run that would make `record`, in order. */
export function eventsOf(record: RunRecord): RunEvent[] {
  const empty: RunRecord = {
    ...record,
    status: 'running',
    seconds: 0,
    log: [],
    methods: record.methods.map(({ inside: _, ...m }) => ({ ...m, results: [], losses: [] })),
  };
  const looks = (task: number, ...stops: Stop[]): RunEvent[] =>
    record.methods.flatMap(({ id, inside = [] }) =>
      inside
        .filter((look) => look.task === task)
        .flatMap(({ block, map, ...look }) =>
          stops.flatMap((stop) =>
            look[stop] ? [{ type: 'inside' as const, method: id, look: { task, block, map, [stop]: look[stop] } }] : [],
          ),
        ),
    );
  const epochs = record.experiment.training.epochs;
  const tasks = record.stream.tasks.length;
  const events: RunEvent[] = [{ type: 'started', record: empty }];
  for (let task = 0; task < tasks; task += 1) {
    const steps = Math.max(0, ...record.methods.map((m) => m.losses.filter((p) => p.task === task).length));
    const phase = (name: RunPhase, method: string | null, done: number, total: number, live: Partial<PhaseEvent> = {}) => {
      const progress = (task + (0.9 * (name === 'train' ? done : name === 'gather' ? 0 : total)) / total) / tasks;
      const secondsLeft = record.seconds * (1 - progress);
      const rest = { epoch: 0, epochs: 0, imagesPerSecond: null, learningRate: null, ...live };
      events.push({ type: 'phase', phase: name, task, method, done, total, progress, secondsLeft, ...rest });
    };
    for (const { id } of record.methods) phase('gather', id, 1, 1);
    events.push(...looks(task, 'gather', 'design'));
    for (let step = 0; step < steps; step += 1) {
      const epoch = Math.floor((step / steps) * epochs);
      phase('train', null, step, steps, { epoch, epochs, imagesPerSecond: 640, learningRate: 3e-3 });
      for (const method of record.methods) {
        const point = method.losses.filter((p) => p.task === task)[step];
        if (point !== undefined) events.push({ type: 'losses', method: method.id, points: [point] });
      }
    }
    events.push(...looks(task, 'train', 'consolidate'));
    for (const method of record.methods) {
      const result = method.results.find((r) => r.task === task);
      phase('consolidate', method.id, 1, 1);
      if (result !== undefined) events.push({ type: 'result', method: method.id, result, seconds: (record.seconds * (task + 1)) / tasks });
    }
    phase('evaluate', null, 1, 1);
  }
  events.push({ type: 'finished', seconds: record.seconds });
  return events;
}

const DEVICE: DeviceInfo = { kind: 'wasm', engine: 'plan', name: '2 threads, SIMD', software: false, threads: 2 };

const BACKBONE: BackboneSummary = {
  title: 'Synthetic ViT',
  sha256: '0'.repeat(64),
  parameters: 1_200_000,
  config: {
    imageSize: 32,
    patchSize: 4,
    dim: 128,
    depth: 6,
    heads: 4,
    mlpDim: 512,
    layerNormEps: 1e-6,
    mean: [0.5, 0.5, 0.5],
    std: [0.5, 0.5, 0.5],
    pooling: 'token',
  },
  notes: [],
  assumed: [{ field: 'heads', value: '4', because: said`heads of 32 are usual at this width` }],
};

/** Events of one call of `next`, if no fewer batches are asked for. */
const EVENTS_A_CALL = 6;

const recordOf = (experiment: Experiment): RunRecord => ({
  ...syntheticRecord({
    methods: experiment.methods.map((m) => m.id),
    tasks: experiment.stream.maxTasks ?? SYNTHETIC_TASKS.length,
    inside: experiment.inside !== undefined,
  }),
  experiment,
});

/** `n` tiles of one shade each, [n, side, side, 3]. */
function tiles(n: number, side: number, shade: (i: number) => number): Uint8Array {
  const pixels = new Uint8Array(n * side * side * 3);
  for (let i = 0; i < n; i += 1) pixels.fill(shade(i), i * side * side * 3, (i + 1) * side * side * 3);
  return pixels;
}

export function fakeHost(options: FakeOptions = {}): RunHost {
  const pause = () => new Promise<void>((resolve) => setTimeout(resolve, options.delayMs ?? 0));
  /** Events still to be told; null before a run is open. */
  let ahead: RunEvent[] | null = null;
  let record: RunRecord | null = null;
  let stream: RunRecord['stream'] | null = null;
  /** As a real run: in training and between tasks alone. */
  let canBeCut = false;
  let cancelled = false;
  const disk = options.disk ?? new Map<string, FakeSaved>();
  /** What `keep` took and `kept` has not been asked for. */
  const taken = new Map<string, FakeSaved>();

  /** Waits and reports `steps` times. */
  async function work(steps: number, report: (step: number) => void) {
    cancelled = false;
    for (let step = 0; step <= steps; step += 1) {
      report(step);
      await pause();
      if (cancelled) throw new DOMException('The import was cancelled.', 'AbortError');
    }
  }
  function loaded(): RunRecord['stream'] {
    if (stream === null) throw new HostStateError(said`No stream is loaded.`);
    return stream;
  }
  /** What every method says that has learned `task`: the classes known then in an order of its own. */
  const answers = (task: number, top: number) =>
    (record?.methods ?? [])
      .filter(({ results }) => results.some((result) => result.task === task))
      .map(({ id }, m) => {
        const known = record?.stream.classNames.slice(0, record.stream.tasks[task]?.to) ?? [];
        const rows = known.map((_, i) => ({ label: known[(i + task * 3 + m * 17) % known.length] ?? '', probability: 0.7 * 0.3 ** i }));
        return { method: id, rows: rows.slice(0, top) };
      });
  const learned = () => Math.max(-1, ...(record?.methods ?? []).flatMap(({ results }) => results.map(({ task }) => task)));

  const calls: RunHost = {
    useDevice: async (kind) => ({
      chosen: kind === 'auto' ? DEVICE : { ...DEVICE, kind },
      unavailable: kind === 'auto' ? [{ kind: 'webgpu', reason: 'This browser offers no WebGPU adapter.' }] : [],
    }),
    provide: async () => undefined,
    loadBackbone: async (_experiment, onProgress) => {
      await work(4, (step) => onProgress({ stage: 'download', done: step * 600_000, total: 2_400_000 }));
      return BACKBONE;
    },
    loadStream: async (experiment, onProgress) => {
      await work(1, (step) => onProgress({ stage: 'decode', done: step, total: 1 }));
      stream = recordOf(experiment).stream;
      const { classNames } = stream;
      const thumbnails = { side: 16, pixels: tiles(classNames.length, 16, (c) => (c * 47) % 256) };
      const each = (count: number) => new Array<number>(classNames.length).fill(count);
      const source = { classNames, domainNames: [], train: each(40), test: each(10), thumbnails };
      return {
        ...stream,
        imageSize: BACKBONE.config.imageSize,
        understood: [],
        thumbnails,
        examples: [],
        source,
        own: { files: 1, bytes: 1000 },
      };
    },
    cancelReading: async () => void (cancelled = true),
    findDuplicates: async () => {
      loaded();
      return { images: 50, leaked: 1, repeated: 2, conflicting: 0, examples: [] };
    },
    estimate: async ({ methods }) => {
      const fits = options.fits ?? true;
      const time = methods.slice(0, 1).map(({ id }) => ({ method: id, step: 25, seconds: 20 }));
      return { bytes: fits ? 3e8 : 9e9, available: 4e9, largestBatch: 8, fits, recomputes: false, time };
    },
    stepTimes: async (_, shapes) => shapes.map(({ dim }) => dim / 2),
    open: async (experiment) => {
      const whole = recordOf(experiment);
      record = null;
      canBeCut = false;
      ({ stream } = whole);
      ahead = eventsOf(whole);
    },
    next: async (_budget, steps) => {
      if (ahead === null) throw new HostStateError(said`No run is open.`);
      const batches = ahead.flatMap((event, i) => (event.type === 'phase' && event.phase === 'train' ? [i] : []));
      const some = steps === undefined ? EVENTS_A_CALL : (batches[steps - 1] ?? ahead.length) + 1;
      const taskEnds = ahead.findIndex((event) => event.type === 'phase' && event.phase === 'evaluate') + 1;
      const look = ahead.findIndex((event) => event.type === 'inside') + 1;
      const told = ahead.splice(0, Math.min(some, ...[taskEnds, look].filter((end) => end > 0)));
      const last = told.findLast((event) => event.type === 'phase');
      if (last) canBeCut = last.phase === 'train' || last.phase === 'evaluate';
      record = applyEvents(record, told);
      return told.length === 0 ? null : told;
    },
    append: async (experiment) => {
      if (record?.status !== 'finished') throw new HostStateError(said`Tasks can be appended once the run has finished.`);
      const before = record.stream.tasks.length;
      const whole = recordOf(experiment);
      if (whole.stream.tasks.length <= before) throw new Error('This stream has no further task. Raise the number of tasks first.');
      ({ stream } = whole);
      const methods = whole.methods.map((m) => ({
        ...m,
        losses: m.losses.filter(({ task }) => task >= before),
        results: m.results.filter(({ task }) => task >= before),
      }));
      ahead = [{ type: 'extended', experiment, stream }, ...eventsOf({ ...whole, methods }).slice(1)];
    },
    measure: async (experiment) => {
      const groups = [
        { group: 'forward', count: 9, milliseconds: 20, flops: 8e8 },
        { group: 'attention', count: 4, milliseconds: 5, flops: 1e8 },
        { group: 'rest', count: 3, milliseconds: 1, flops: 0 },
      ] as const;
      const step = { batch: experiment.training.batchSize, milliseconds: 25, least: 24, most: 31, repetitions: 7, groups };
      return {
        ...{ date: '2026-01-02T03:04:05.000Z', version: '0.1.0', userAgent: 'Test', tokens: 65 },
        ...{ device: DEVICE, config: BACKBONE.config, kernels: { NT: '8x8', NN: '8x4', TN: '4x4' } },
        steps: experiment.methods.map(({ id }) => ({ method: id, profile: step })),
        yardstick: {
          products: [{ form: 'NT', m: 256, n: 256, k: 256, gflops: 70 }],
          dispatch: 4,
          steps: [
            { name: 'bundled', batch: 32, milliseconds: 100, gflops: 50, first: 120 },
            { name: 'ViT-B/16', batch: 32, milliseconds: null, because: 'time' },
          ],
        },
      };
    },
    // A made-up run has no state but what is still to be told.
    save: async () => null,
    resume: async () => undefined,
    keep: async (id) => {
      if (!ahead?.length || record === null || !canBeCut) return null;
      taken.set(id, { ahead: [...ahead], record, stream });
      return { bytes: 1000 };
    },
    kept: async () => {
      for (const [id, saved] of taken) disk.set(id, saved);
      taken.clear();
    },
    goOn: async (id, why) => {
      const saved = disk.get(id);
      if (saved === undefined) throw new StateFileError(said`Nothing of this run is saved any more.`);
      ahead = [...saved.ahead];
      canBeCut = true;
      ({ stream } = saved);
      const log = why === undefined ? [] : [{ at: saved.record.seconds, level: 'warning' as const, text: why }];
      record = { ...saved.record, status: 'running', log: [...saved.record.log, ...log] };
    },
    close: async () => {
      ahead = ahead && [];
      record = record && stopRecord(record);
    },
    predict: async (_image, top) => answers(learned(), top),
    predictAfter: async (task, _image, top) => answers(task, top),
    mix: async ({ method, alphas, reading = 'own' }) => {
      if (record === null) throw new HostStateError(said`There is no trained model: run an experiment first.`);
      // Each task as far as its own increment goes.
      const row = record.methods.find(({ id }) => id === method)?.results.at(-1)?.readings[reading];
      const tasks = (row?.classIncremental ?? []).map((accuracy, i) => ({
        classIncremental: accuracy * (alphas[i] ?? 0),
        taskAware: (row?.taskAware[i] ?? 0) * (alphas[i] ?? 0),
        ...{ images: 100, of: 100 },
      }));
      return { method, alphas, reading, tasks, milliseconds: 3 };
    },
    testImages: async (task, count) => {
      const of = loaded().tasks[task];
      if (of === undefined) throw new RangeError(`The stream has no task ${task + 1}.`);
      const positions = Array.from({ length: count }, (_, i) => i);
      return {
        side: 16,
        pixels: tiles(count, 16, (i) => (i * 53) % 256),
        labels: positions.map((i) => of.from + (i % (of.to - of.from))),
        positions,
      };
    },
    trainImages: async (task, places) => {
      const of = loaded().tasks[task];
      if (of === undefined || places.some((place) => !Number.isInteger(place) || place < 0 || place >= of.train)) {
        throw new RangeError(`Task ${task + 1} has no such training image.`);
      }
      const { from, to } = of;
      return {
        side: 16,
        pixels: tiles(places.length, 16, (i) => (i * 31) % 256),
        labels: places.map((place) => from + (place % (to - from))),
      };
    },
    lookUpModel: async (id) => ({
      ...{ id, bytes: 23_000_000, here: 0, licence: 'mit', gated: false },
      files: [{ path: 'model.safetensors', size: 23_000_000 }],
    }),
    keptModels: async () => [{ id: 'someone/vit', bytes: 23_000_000, complete: true }],
    forgetModel: async () => undefined,
    models: async () =>
      (record?.methods ?? [])
        .map(({ id, results }) => ({
          method: id,
          tasks: results.map(({ task }) => task),
          increments: findDefinition(id)?.trainsOn !== 'none',
          readings: ['own'],
        }))
        .filter(({ tasks }) => tasks.length > 0),
    takeModel: async ({ method, task }) => {
      if (record === null) throw new HostStateError(said`There is no trained model: run an experiment first.`);
      const of = record.methods.find(({ id }) => id === method);
      if (!of?.results.some((result) => result.task === task)) throw new ExportError(said`What "${method}" had learned is not in memory.`);
      return new Blob(['model'], { type: 'application/zip' });
    },
    testLabels: async () =>
      (stream?.tasks ?? []).map(({ from, to, test }) => Array.from({ length: test }, (_, i) => from + (i % (to - from)))),
    testFiles: async () => (stream?.tasks ?? []).map(({ name, test }) => Array.from({ length: test }, (_, i) => `${name}/${i}.png`)),
    record: async () => record,
    memory: async () => ({ buffers: 0, bytes: 0 }),
  };
  const slowed = (name: string, call: Call): Call => {
    return async (...values) => {
      await pause();
      const error = options.failing?.[name as keyof RunHost];
      if (error !== undefined) throw error;
      return call(...values);
    };
  };
  return Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, slowed(name, call as Call)])) as unknown as RunHost;
}
