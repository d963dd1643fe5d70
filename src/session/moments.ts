/** Moments of a run along one line: every task has an equal slice of it, cut into its phases by the time that they took. Pure. */
import type { RunPhase } from './events';
import type { RunRecord } from './record';

const PHASES: readonly RunPhase[] = ['gather', 'design', 'train', 'consolidate', 'evaluate'];
/** Of a task's slice, at least, so that what was quick can be seen; what was tested stands there to be read. */
const LEAST: Readonly<Record<RunPhase, number>> = { gather: 0.03, design: 0.03, train: 0.4, consolidate: 0.03, evaluate: 0.15 };
/** Where a record does not say how long phases took. */
const UNTOLD: Readonly<Partial<Record<string, number>>> = { train: 4, evaluate: 1 };

export interface PhaseSpan {
  readonly phase: RunPhase;
  /** Shares of the task's slice. */
  readonly from: number;
  readonly to: number;
}

/** What a step along the line goes to. */
export type Stride = 'task' | 'epoch' | 'batch';

export interface Moment {
  /** 0-based. */
  readonly task: number;
  readonly phase: RunPhase;
  /** Of the training of this task that is done, 0..1. */
  readonly trained: number;
  readonly epoch: number;
  /** Batches trained of the task so far, and in all; 0 of 0 where the record holds none. */
  readonly batch: number;
  readonly batches: number;
}

/** Whether a method has learned the task. */
const isLearned = ({ methods }: Pick<RunRecord, 'methods'>, task: number): boolean =>
  methods.some(({ results }) => results.some((result) => result.task === task));

/** The phases of one task, in their order, from 0 to 1; of a task that is not learned yet, its training so far. */
export function phasesOf({ methods }: Pick<RunRecord, 'methods'>, task: number): PhaseSpan[] {
  if (!isLearned({ methods }, task)) return [{ phase: 'train', from: 0, to: 1 }];
  const told = methods.flatMap(({ results }) => results.filter((result) => result.task === task).map(({ seconds }) => seconds));
  const sum = (phase: RunPhase) => told.reduce((total, seconds) => total + (seconds[phase] ?? 0), 0);
  const all = PHASES.reduce((total, phase) => total + sum(phase), 0);
  const untold = sum('train') === 0 && sum('evaluate') === 0;
  const shares = PHASES.flatMap((phase) => {
    const share = untold ? (UNTOLD[phase] ?? 0) / 5 : sum(phase) / all;
    return share > 0 ? [{ phase, share: Math.max(share, LEAST[phase]) }] : [];
  });
  const whole = shares.reduce((total, { share }) => total + share, 0);
  let to = 0;
  return shares.map(({ phase, share }, i) => {
    const from = to;
    to = i === shares.length - 1 ? 1 : from + share / whole;
    return { phase, from, to };
  });
}

/** The training of a task as shares of its slice; of no width where nothing was trained in it. */
function trainingOf(record: RunRecord, task: number): Pick<PhaseSpan, 'from' | 'to'> {
  const spans = phasesOf(record, task);
  return spans.find(({ phase }) => phase === 'train') ?? { from: spans.at(-1)?.from ?? 0, to: spans.at(-1)?.from ?? 0 };
}

/** Recorded points of the task's training, of the method that has most of them. */
const pointsIn = ({ methods }: RunRecord, task: number) =>
  methods
    .map(({ losses }) => losses.filter((point) => point.task === task))
    .reduce((most, each) => (each.length > most.length ? each : most), []);

/** How many tasks the line has: those that were begun, all of a run that came to its end. */
export const tasksBegun = ({ methods }: Pick<RunRecord, 'methods'>): number =>
  1 + Math.max(0, ...methods.flatMap(({ results, losses }) => [results.at(-1)?.task ?? 0, losses.at(-1)?.task ?? 0]));

/** `position`: 0..1 along the line. */
export function momentAt(record: RunRecord, position: number): Moment {
  const tasks = tasksBegun(record);
  const along = Math.min(1, Math.max(0, position)) * tasks;
  const task = Math.min(tasks - 1, Math.floor(along + 1e-9));
  const within = Math.min(1, Math.max(0, along - task));
  const spans = phasesOf(record, task);
  const { from, to } = trainingOf(record, task);
  const trained = to > from ? Math.min(1, Math.max(0, (within - from) / (to - from))) : Number(within >= to);
  const points = pointsIn(record, task);
  const done = Math.round(trained * points.length);
  const { epochs } = record.experiment.training;
  const phase = spans.findLast((span) => within >= span.from - 1e-9)?.phase ?? 'train';
  return {
    ...{ task, phase, trained },
    epoch: (points[done] ?? points.at(-1))?.epoch ?? Math.min(epochs - 1, Math.floor(trained * epochs + 1e-9)),
    batch: (points[done - 1]?.step ?? -1) + 1,
    batches: (points.at(-1)?.step ?? -1) + 1,
  };
}

/** 1/n, 2/n, ... 1. */
const upTo = (n: number) => Array.from({ length: n }, (_, i) => (i + 1) / n);

/** Where steps of this stride end, ascending, from 0 to 1; by batches as far as the record has them. */
export function stopsOf(record: RunRecord, stride: Stride): number[] {
  const tasks = Array.from({ length: tasksBegun(record) }, (_, task) => task);
  /** Shares of the training at which steps end. */
  const inTraining = (task: number): number[] => {
    if (stride === 'task') return [];
    const points = pointsIn(record, task);
    if (stride === 'epoch' && points.length === 0) return upTo(record.experiment.training.epochs);
    return upTo(points.length).filter((_, i) => stride === 'batch' || points[i]?.epoch !== points[i + 1]?.epoch);
  };
  return [
    0,
    ...tasks.flatMap((task) => {
      const { from, to } = trainingOf(record, task);
      const ends = to > from ? inTraining(task) : [];
      // What is not learned yet ends with its training.
      return [...ends.map((end) => from + (to - from) * end), ...(to === 1 && ends.length > 0 ? [] : [1])].map(
        (within) => (task + within) / tasks.length,
      );
    }),
  ];
}
