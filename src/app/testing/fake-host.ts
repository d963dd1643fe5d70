/** A worker that computes nothing: it tells the synthetic record as events, for tests and for developing the page. */
import type { RunEvent } from '../../session/events';
import type { Experiment } from '../../session/experiment';
import type { RunRecord } from '../../session/record';
import type { RunHost } from '../../worker/api';
import { SYNTHETIC_TASKS, syntheticRecord } from './synthetic-record';

export interface FakeOptions {
  /** Milliseconds that one call of `next` takes. */
  readonly delayMs?: number;
  /** Calls that fail, by name, with this error. */
  readonly failing?: Partial<Record<keyof RunHost, Error>>;
  readonly fits?: boolean;
}

/** All events of a run that would make `record`, in order. */
export function eventsOf(record: RunRecord): RunEvent[] {
  const empty: RunRecord = {
    ...record,
    status: 'running',
    seconds: 0,
    log: [],
    methods: record.methods.map((m) => ({ ...m, results: [], losses: [] })),
  };
  const epochs = record.experiment.training.epochs;
  const tasks = record.stream.tasks.length;
  const events: RunEvent[] = [{ type: 'started', record: empty }];
  for (let task = 0; task < tasks; task += 1) {
    const steps = Math.max(0, ...record.methods.map((m) => m.losses.filter((p) => p.task === task).length));
    for (let step = 0; step < steps; step += 1) {
      const progress = (task + (0.9 * step) / steps) / tasks;
      events.push({
        type: 'phase',
        phase: 'train',
        task,
        method: null,
        done: step,
        total: steps,
        epoch: Math.floor((step / steps) * epochs),
        epochs,
        progress,
        secondsLeft: record.seconds * (1 - progress),
        imagesPerSecond: 640,
        learningRate: 3e-3,
      });
      for (const method of record.methods) {
        const point = method.losses.filter((p) => p.task === task)[step];
        if (point !== undefined) events.push({ type: 'losses', method: method.id, points: [point] });
      }
    }
    for (const method of record.methods) {
      const result = method.results.find((r) => r.task === task);
      if (result !== undefined) events.push({ type: 'result', method: method.id, result, seconds: (record.seconds * (task + 1)) / tasks });
    }
  }
  events.push({ type: 'finished', seconds: record.seconds });
  return events;
}

export function fakeHost(options: FakeOptions = {}): RunHost {
  const pause = () => new Promise<void>((resolve) => setTimeout(resolve, options.delayMs ?? 0));
  const check = (name: keyof RunHost) => {
    const error = options.failing?.[name];
    if (error !== undefined) throw error;
  };
  let events: RunEvent[] = [];
  let position = 0;
  let record: RunRecord | null = null;
  const open = (experiment: Experiment) => {
    record = {
      ...syntheticRecord({ methods: experiment.methods.map((m) => m.id), tasks: experiment.stream.maxTasks ?? SYNTHETIC_TASKS.length }),
      experiment,
    };
    events = eventsOf(record);
    position = 0;
  };
  const tile = (side: number, shade: number) => new Uint8Array(side * side * 3).fill(shade);
  return {
    useDevice: async (kind) => {
      await pause();
      check('useDevice');
      return {
        chosen: { kind: kind === 'auto' ? 'wasm' : kind, engine: 'plan', name: '2 threads, SIMD', software: false, threads: 2 },
        unavailable: kind === 'auto' ? [{ kind: 'webgpu', reason: 'This browser offers no WebGPU adapter.' }] : [],
      };
    },
    provide: async () => check('provide'),
    loadBackbone: async (_experiment, onProgress) => {
      for (let i = 0; i <= 4; i += 1) {
        onProgress({ stage: 'download', done: i * 600_000, total: 2_400_000 });
        await pause();
      }
      check('loadBackbone');
      return {
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
        assumed: [{ field: 'heads', value: '4', because: 'heads of 32 are usual at this width' }],
      };
    },
    loadStream: async () => {
      await pause();
      check('loadStream');
      const { stream } = syntheticRecord();
      const side = 16;
      const pixels = new Uint8Array(stream.classNames.length * side * side * 3);
      stream.classNames.forEach((_, c) => pixels.set(tile(side, (c * 47) % 256), c * side * side * 3));
      const classes = stream.classNames.length;
      const each = (count: number) => new Array<number>(classes).fill(count);
      return {
        ...stream,
        imageSize: 32,
        understood: [],
        thumbnails: { side, pixels },
        source: { classNames: stream.classNames, domainNames: [], train: each(40), test: each(10), thumbnails: { side, pixels } },
        own: { files: 1, bytes: 1000 },
      };
    },
    cancelReading: async () => undefined,
    findDuplicates: async () => ({ images: 50, leaked: 1, repeated: 2, conflicting: 0, examples: [] }),
    estimate: async () => {
      check('estimate');
      const fits = options.fits ?? true;
      const time = [{ method: 'inflora' as const, step: 25, seconds: 20 }];
      return { bytes: fits ? 3e8 : 9e9, available: 4e9, largestBatch: 8, fits, recomputes: false, time };
    },
    stepTimes: async (_, shapes) => shapes.map(({ dim }) => dim / 2),
    open: async (experiment) => {
      await pause();
      check('open');
      open(experiment);
    },
    next: async (_budget, steps) => {
      await pause();
      check('next');
      if (position >= events.length) return null;
      const chunk = events.slice(position, position + (steps === undefined ? 6 : 3));
      position += chunk.length;
      return chunk;
    },
    append: async () => check('append'),
    measure: async (experiment) => {
      await pause();
      check('measure');
      const groups = [
        { group: 'forward', count: 9, milliseconds: 20, flops: 8e8 },
        { group: 'attention', count: 4, milliseconds: 5, flops: 1e8 },
        { group: 'rest', count: 3, milliseconds: 1, flops: 0 },
      ] as const;
      return {
        ...{ date: '2026-01-02T03:04:05.000Z', version: '0.1.0', userAgent: 'Test', tokens: 17 },
        device: { kind: 'wasm', engine: 'plan', name: '2 threads, SIMD', software: false, threads: 2 },
        config: {
          ...{ imageSize: 32, patchSize: 8, dim: 128, depth: 4, heads: 4, mlpDim: 512, layerNormEps: 1e-6 },
          ...{ mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], pooling: 'token' },
        },
        steps: experiment.methods.map(({ id }) => ({
          method: id,
          profile: { ...{ batch: 32, milliseconds: 25, least: 24, most: 31, repetitions: 7 }, groups },
        })),
      };
    },
    close: async () => {
      events = [];
      position = 0;
    },
    predict: async (_image, top) => {
      check('predict');
      const names = syntheticRecord().stream.classNames;
      return (record?.methods ?? []).map((method, m) => ({
        method: method.id,
        rows: Array.from({ length: top }, (_, i) => ({
          label: names[(i * 11 + m * 17) % names.length] ?? '',
          probability: 0.7 * 0.3 ** i,
        })),
      }));
    },
    predictAfter: async (task) => {
      check('predictAfter');
      const names = syntheticRecord().stream.classNames;
      return (record?.methods ?? []).map(({ id }) => ({ method: id, rows: [{ label: names[task * 3] ?? '', probability: 0.6 }] }));
    },
    testImages: async (_task, count) => {
      check('testImages');
      const side = 16;
      const pixels = new Uint8Array(count * side * side * 3);
      for (let i = 0; i < count; i += 1) pixels.set(tile(side, (i * 53) % 256), i * side * side * 3);
      return {
        side,
        pixels,
        labels: Array.from({ length: count }, (_, i) => i % 10),
        positions: Array.from({ length: count }, (_, i) => i),
      };
    },
    lookUpModel: async (id) => {
      check('lookUpModel');
      return { id, files: [{ path: 'model.safetensors', size: 23_000_000 }], bytes: 23_000_000, here: 0, licence: 'mit', gated: false };
    },
    keptModels: async () => [{ id: 'someone/vit', bytes: 23_000_000, complete: true }],
    forgetModel: async () => check('forgetModel'),
    models: async () => {
      check('models');
      return (record?.methods ?? []).map(({ id, results }) => ({
        method: id,
        tasks: results.map(({ task }) => task),
        increments: id !== 'nearest-mean',
      }));
    },
    takeModel: async () => {
      check('takeModel');
      return new Blob(['model']);
    },
    testLabels: async () => [],
    record: async () => record,
    memory: async () => ({ buffers: 0, bytes: 0 }),
  };
}
