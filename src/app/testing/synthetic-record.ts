/**
 * A made-up run for tests and for developing the page without a worker; never shipped. Its numbers follow simple decay
 * curves and say so in the title.
 */
import { parseExperiment, type MethodId } from '../../session/experiment';
import { seeded } from '../../compute/testing/random';
import type { RunRecord, TaskResult } from '../../session/record';

export const SYNTHETIC_TASKS = ['Digits', 'Latin', 'Greek', 'Cyrillic', 'Hebrew'] as const;
const CLASSES_PER_TASK = 10;
const TESTS_PER_TASK = 100;
const LAYERS = 6;
const DIM = 128;

const behaviour: Readonly<
  Record<MethodId, { readonly learned: number; readonly decay: number; readonly floor: number; readonly known: number }>
> = {
  inflora: { learned: 0.9, decay: 0.9, floor: 0.3, known: 0.93 },
  'inflora-ca': { learned: 0.9, decay: 0.95, floor: 0.4, known: 0.94 },
  'sequential-lora': { learned: 0.94, decay: 0.62, floor: 0.1, known: 0.86 },
  'full-fine-tuning': { learned: 0.97, decay: 0.3, floor: 0, known: 0.7 },
  joint: { learned: 0.93, decay: 1, floor: 0, known: 0.97 },
  'nearest-mean': { learned: 0.82, decay: 0.96, floor: 0.2, known: 0.9 },
};

export interface SyntheticOptions {
  readonly methods?: readonly MethodId[];
  readonly tasks?: number;
  readonly seed?: number;
}

export function syntheticRecord(options: SyntheticOptions = {}): RunRecord {
  const ids = options.methods ?? ['inflora', 'full-fine-tuning'];
  const taskCount = options.tasks ?? SYNTHETIC_TASKS.length;
  const random = seeded(options.seed ?? 1);
  const name = (t: number) => SYNTHETIC_TASKS[t] ?? `Task ${t + 1}`;
  const jitter = () => 0.03 * (random() - 0.5);
  const within = (value: number) => Math.min(1, Math.max(0, Math.round(value * TESTS_PER_TASK) / TESTS_PER_TASK));

  const resultOf = (id: MethodId, task: number): TaskResult => {
    const { learned, decay, floor, known } = behaviour[id];
    const age = (old: number) => decay ** (task - old);
    const classIncremental = Array.from({ length: task + 1 }, (_, old) =>
      within(floor * learned + (1 - floor) * (learned - 0.02 * old) * age(old) + jitter()),
    );
    const predicted = classIncremental.map((accuracy, old) =>
      Array.from({ length: TESTS_PER_TASK }, (_, i) => {
        const truth = old * CLASSES_PER_TASK + (i % CLASSES_PER_TASK);
        const right = ((i * 37) % TESTS_PER_TASK) / TESTS_PER_TASK < accuracy;
        return right ? truth : task * CLASSES_PER_TASK + ((i + 1 + ((i * 7) % (CLASSES_PER_TASK - 1))) % CLASSES_PER_TASK);
      }),
    );
    const hasMemory = id === 'inflora' || id === 'inflora-ca';
    return {
      task,
      classIncremental,
      taskAware: classIncremental.map((accuracy, old) => within(Math.max(accuracy, known - 0.03 * (1 - age(old)) + jitter()))),
      predicted,
      seconds: { train: 8 + 2 * random(), evaluate: 1 },
      diagnostics: !hasMemory
        ? null
        : {
            threshold: 0.95 + (0.05 * task) / taskCount,
            layers: Array.from({ length: LAYERS }, (_, layer) => {
              const used = Math.min(DIM, Math.round((18 + 7 * layer) * (task + 1) * (0.9 + 0.2 * random())));
              const retain = used > DIM / 2;
              return {
                dimension: retain ? DIM - used : used,
                of: DIM,
                type: retain ? ('retain' as const) : ('remove' as const),
                freeRank: Math.min(8, DIM - used),
                leakage: Array.from({ length: task }, (_, old) => 0.02 * (task - old) * (0.5 + random())),
                angles: Array.from({ length: task }, () => ({ smallest: 55 + 20 * random(), mean: 78 + 10 * random() })),
              };
            }),
          },
    };
  };

  const trains = (id: MethodId) => id !== 'nearest-mean';
  const losses = (id: MethodId) =>
    !trains(id)
      ? []
      : Array.from({ length: taskCount }, (_, task) =>
          Array.from({ length: 80 }, (_, i) => ({
            task,
            epoch: Math.floor(i / 20),
            step: i,
            loss: 2.2 * Math.exp(-i / 18) + 0.15 + 0.2 * random(),
          })),
        ).flat();

  return {
    schema: 1,
    kind: 'inflora-run',
    experiment: parseExperiment({
      schema: 1,
      title: 'Synthetic',
      backbone: { from: { source: 'bundled', id: 'glyph-vit' } },
      stream: { from: { source: 'bundled', id: 'alphabets' } },
      methods: ids.map((id) => ({ id })),
    }),
    status: 'finished',
    startedAt: '2025-01-01T00:00:00.000Z',
    seconds: 61,
    device: { kind: 'wasm', engine: 'plan', name: '2 threads, SIMD', software: false, threads: 2 },
    software: { version: '0.1.0', userAgent: 'synthetic' },
    backbone: {
      title: 'Synthetic ViT',
      sha256: '0'.repeat(64),
      dim: DIM,
      depth: LAYERS,
      heads: 4,
      imageSize: 32,
      patchSize: 4,
      parameters: 1_200_000,
    },
    stream: {
      title: 'Synthetic alphabets',
      sha256: '0'.repeat(64),
      kind: 'class-incremental',
      classNames: Array.from(
        { length: taskCount * CLASSES_PER_TASK },
        (_, c) => `${name(Math.floor(c / CLASSES_PER_TASK))} ${c % CLASSES_PER_TASK}`,
      ),
      tasks: Array.from({ length: taskCount }, (_, t) => ({
        name: name(t),
        from: t * CLASSES_PER_TASK,
        to: (t + 1) * CLASSES_PER_TASK,
        train: 600,
        test: TESTS_PER_TASK,
      })),
      skipped: [],
    },
    methods: ids.map((id) => ({
      id,
      results: Array.from({ length: taskCount }, (_, task) => resultOf(id, task)).filter(
        (result) => id !== 'joint' || result.task === taskCount - 1,
      ),
      losses: losses(id),
      failure: null,
    })),
    log: [
      { at: 0, level: 'info', text: 'Started on 2 threads, SIMD.' },
      { at: 12, level: 'info', text: 'Learned Digits.' },
    ],
  };
}
