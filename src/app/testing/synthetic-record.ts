/**
 * A made-up run for tests and for developing the page without a worker; never shipped. Its numbers follow simple decay
 * curves and say so in the title.
 */
import * as v from 'valibot';
import { seeded } from '../../compute/testing/random';
import { READINGS, type MethodDefinition, type MethodPlan } from '../../continual/definition';
import { definitionOf, isMethodId } from '../../continual/registry';
import { ALL_MAPS } from '../../continual/targets';
import { keepsPredictions } from '../../session/evaluate';
import { recordedExperiment } from '../../session/experiment';
import type { Reading, RunRecord, TaskResult } from '../../session/record';
import { syntheticKnown, syntheticLooks, syntheticMeans } from './synthetic-looks';

export const SYNTHETIC_TASKS = ['Digits', 'Latin', 'Greek', 'Cyrillic', 'Hebrew'] as const;
const CLASSES_PER_TASK = 10;
const TESTS_PER_TASK = 100;
const LAYERS = 6;
const DIM = 128;

interface Behaviour {
  readonly title: string;
  readonly trainsOn: MethodDefinition['trainsOn'];
  /** By its defaults; null for a method that this build does not know. */
  readonly plan: MethodPlan | null;
  /** Accuracy of a new task, and the share of it that stays for ever; the rest decays by `decay` a task. */
  readonly learned: number;
  readonly floor: number;
  readonly decay: number;
  /** With the task known. */
  readonly known: number;
}

/** The less a method protects the past, the more of it decays. */
function accuracies({ trainsOn, plan }: Pick<Behaviour, 'trainsOn' | 'plan'>): Pick<Behaviour, 'learned' | 'floor' | 'decay' | 'known'> {
  if (trainsOn === 'all') return { learned: 0.93, decay: 1, floor: 0, known: 0.97 };
  if (trainsOn === 'none') return { learned: 0.82, decay: 0.96, floor: 0.2, known: 0.9 };
  if (plan?.subspaces && plan.alignment) return { learned: 0.9, decay: 0.95, floor: 0.4, known: 0.94 };
  if (plan?.subspaces) return { learned: 0.9, decay: 0.9, floor: 0.3, known: 0.93 };
  return plan?.adapters ? { learned: 0.94, decay: 0.62, floor: 0.1, known: 0.86 } : { learned: 0.97, decay: 0.3, floor: 0, known: 0.7 };
}

function behaviourOf(id: string): Behaviour {
  const about = isMethodId(id) ? definitionOf(id) : null;
  const plan = about?.plan(v.getDefaults(v.object(about.options))) ?? null;
  const of = { title: about?.title ?? `The method ${id}`, trainsOn: about?.trainsOn ?? 'task', plan };
  return { ...of, ...accuracies(of) };
}

/** How much of what is forgotten each reading gets back. */
const REGAINED: Readonly<Record<(typeof READINGS)[number], number>> = { own: 0, 'class-means': 0.5, ridge: 0.7, aligned: 0.6 };

export interface SyntheticOptions {
  /** Those that this build does not know forget like fine-tuning. */
  readonly methods?: readonly string[];
  readonly tasks?: number;
  readonly seed?: number;
  /** Whether old tasks were followed while new ones were learned. */
  readonly probes?: boolean;
  /** Whether it was looked inside the methods. */
  readonly inside?: boolean;
  /** Whether class means were followed. */
  readonly means?: boolean;
  /** Whether methods tell what they know of themselves. */
  readonly knows?: boolean;
}

export function syntheticRecord(options: SyntheticOptions = {}): RunRecord {
  const ids = options.methods ?? ['inflora', 'full-fine-tuning'];
  const taskCount = options.tasks ?? SYNTHETIC_TASKS.length;
  const random = seeded(options.seed ?? 1);
  const name = (t: number) => SYNTHETIC_TASKS[t] ?? `Task ${t + 1}`;
  const jitter = () => 0.03 * (random() - 0.5);
  const within = (value: number) => Math.min(1, Math.max(0, Math.round(value * TESTS_PER_TASK) / TESTS_PER_TASK));
  const forOld = <T>(task: number, make: (old: number) => T): T[] => Array.from({ length: task }, (_, old) => make(old));

  const tested = Array.from({ length: taskCount }, () => ({ test: { count: TESTS_PER_TASK } }));
  const readingOf = ({ learned, decay, floor, known }: Behaviour, task: number, regained: number): Reading => {
    const age = (old: number) => decay ** (task - old);
    const told = keepsPredictions(tested, task) ? TESTS_PER_TASK : 0;
    const classIncremental = forOld(task + 1, (old) => {
      const left = floor * learned + (1 - floor) * (learned - 0.02 * old) * age(old) + jitter();
      return within(left + regained * Math.max(0, learned - left));
    });
    return {
      classIncremental,
      taskAware: classIncremental.map((accuracy, old) => within(Math.max(accuracy, known - 0.03 * (1 - age(old)) + jitter()))),
      predicted: classIncremental.map((accuracy, old) =>
        Array.from({ length: told }, (_, i) => {
          const truth = old * CLASSES_PER_TASK + (i % CLASSES_PER_TASK);
          const right = ((i * 37) % TESTS_PER_TASK) / TESTS_PER_TASK < accuracy;
          return right ? truth : task * CLASSES_PER_TASK + ((i + 1 + ((i * 7) % (CLASSES_PER_TASK - 1))) % CLASSES_PER_TASK);
        }),
      ),
    };
  };

  const subspacesOf = ({ before }: MethodPlan, task: number): TaskResult['subspaces'] => ({
    threshold: 0.95 + (0.05 * task) / taskCount,
    sites: Array.from({ length: LAYERS }, (_, block) => block).flatMap((block) =>
      before.map((input) => {
        const used = Math.min(DIM, Math.round((18 + 7 * block) * (task + 1) * (0.9 + 0.2 * random())));
        const retain = used > DIM / 2;
        return {
          ...{ block, input, of: DIM, dimension: retain ? DIM - used : used },
          ...{ type: retain ? ('retain' as const) : ('remove' as const), freeRank: Math.min(8, DIM - used) },
          angles: forOld(task, () => ({ smallest: 55 + 20 * random(), mean: 78 + 10 * random() })),
        };
      }),
    ),
  });

  /** Of old tasks' outputs about as much changes as of the new one's, a tenth of it where subspaces protect them. */
  const interferenceOf = (plan: MethodPlan, task: number): TaskResult['interference'] => {
    const targets = plan.trainables.backbone === 'all' ? ALL_MAPS : (plan.adapters?.targets ?? []);
    const spared = plan.subspaces ? 0.1 : 1;
    return {
      images: 128,
      maps: Array.from({ length: LAYERS }, (_, block) => block).flatMap((block) =>
        targets.map((target) => {
          const changed = 0.04 * (0.5 + random());
          return {
            ...{ block, target, new: changed },
            old: forOld(task, () => spared * changed * (0.7 + 0.6 * random())),
            random: forOld(task, () => changed * (0.3 + 0.2 * random())),
          };
        }),
      ),
      weightDrift: Array.from({ length: LAYERS }, () => 0.02 * (task + 1) * (0.8 + 0.4 * random())),
    };
  };

  const resultOf = (id: string, task: number): TaskResult => {
    const behaviour = behaviourOf(id);
    const { plan, trainsOn, decay } = behaviour;
    const changes = plan !== null && (plan.trainables.backbone === 'all' || plan.adapters !== null);
    return {
      task,
      readings: Object.fromEntries(READINGS.map((reading) => [reading, readingOf(behaviour, task, REGAINED[reading])])),
      seconds: { train: 8 + 2 * random(), evaluate: 1 },
      kept: (plan?.keeps ?? []).map((what) => ({
        what,
        bytes: 4 * DIM * DIM * (task + 1),
        images: what === 'images' ? 20 * (task + 1) : 0,
      })),
      subspaces: plan?.subspaces ? subspacesOf(plan, task) : null,
      interference: plan !== null && changes ? interferenceOf(plan, task) : null,
      drift: forOld(task, (old) => (trainsOn === 'none' ? 0 : 1 - decay ** (task - old))),
      ...(options.knows === true && syntheticKnown(plan, task)),
      ...(options.means === true &&
        trainsOn !== 'all' && { means: syntheticMeans(trainsOn === 'none' ? 1 : decay, task, CLASSES_PER_TASK) }),
    };
  };

  const losses = (id: string) =>
    behaviourOf(id).trainsOn === 'none'
      ? []
      : Array.from({ length: taskCount }, (_, task) =>
          Array.from({ length: 80 }, (_, i) => ({
            task,
            epoch: Math.floor(i / 20),
            step: i,
            loss: 2.2 * Math.exp(-i / 18) + 0.15 + 0.2 * random(),
          })),
        ).flat();

  /** Most of what a task costs the earlier ones goes in the first of its steps. */
  const LOOKS = [0, 1, 5, 11, 20, 31, 44, 60, 80];
  const probes = (id: string) => {
    const { learned, floor, decay, trainsOn } = behaviourOf(id);
    if (trainsOn !== 'task') return [];
    const at = (age: number) => floor * learned + (1 - floor) * learned * decay ** age;
    return Array.from({ length: taskCount - 1 }, (_, i) => i + 1).flatMap((task) =>
      LOOKS.map((step) => {
        const gone = 1 - Math.exp(-step / 10);
        return { task, step, of: 80, accuracy: forOld(task, (old) => within(at(task - 1 - old) * (1 - gone) + at(task - old) * gone)) };
      }),
    );
  };

  return {
    schema: 2,
    kind: 'inflora-run',
    experiment: v.parse(recordedExperiment, {
      schema: 1,
      title: 'Synthetic',
      backbone: { from: { source: 'bundled', id: 'glyph-vit' } },
      stream: { from: { source: 'bundled', id: 'alphabets' } },
      methods: ids.map((id) => ({ id })),
      ...(options.inside === true && { inside: { block: 1, map: 'v' } }),
      ...(options.means === true && { means: 'on' }),
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
      title: behaviourOf(id).title,
      results: Array.from({ length: taskCount }, (_, task) => resultOf(id, task)).filter(
        (result) => behaviourOf(id).trainsOn !== 'all' || result.task === taskCount - 1,
      ),
      losses: losses(id),
      ...(options.probes === true && { probes: probes(id) }),
      ...(options.inside === true && { inside: syntheticLooks(behaviourOf(id), taskCount) }),
      failure: null,
    })),
    log: [
      { at: 0, level: 'info', text: 'Started on 2 threads, SIMD.' },
      { at: 12, level: 'info', text: 'Learned Digits.' },
    ],
  };
}
