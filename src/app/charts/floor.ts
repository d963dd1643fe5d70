/** What needs no training at all, beside the run's first contestant; and what rates of their own would change. */
import { averageAccuracy } from '../../continual/metrics';
import { findDefinition } from '../../continual/registry';
import { bestRates, rateChoice } from '../../session/rates';
import type { RunRecord } from '../../session/record';
import type { RunEntry } from '../store/catalogue';
import { matrixOf } from './matrices';

/** Average accuracies of a method at the end, 0..1. */
export interface Level {
  readonly id: string;
  readonly final: number;
  readonly taskKnown: number;
}

export interface Floor {
  /** The best method that only marks a floor. */
  readonly floor: Level;
  /** The first of the run that is more than a bound or a floor. */
  readonly contestant: Level;
  /** Whether the contestant's classes are read by heads that were never trained against one another. */
  readonly ownHeads: boolean;
  /** Another method that aligns its heads; null where none was run. */
  readonly aligned: Level | null;
  /** From this run, or from the recorded one of the same backbone and stream. */
  readonly from: 'run' | 'recorded';
}

const roleOf = (id: string) => findDefinition(id)?.role ?? 'contestant';
const isFloor = ({ id }: { readonly id: string }): boolean => roleOf(id) === 'floor';
const isContestant = ({ id }: { readonly id: string }): boolean => roleOf(id) === 'contestant';

/** Recorded runs of every method at its own best rate, one a stream. */
const isOfBestRates = ({ id, stream }: RunEntry): boolean => id === `${stream}-best-rates`;

const recordedLevels = (run: RunEntry | undefined): Level[] => Object.entries(run?.summary ?? {}).map(([id, level]) => ({ id, ...level }));

/** Of the methods that have learned all tasks. */
const ownLevels = ({ methods, stream }: RunRecord): Level[] =>
  methods.flatMap((method) => {
    if (method.results.at(-1)?.task !== stream.tasks.length - 1) return [];
    const final = averageAccuracy(matrixOf(method, 'classIncremental'));
    const taskKnown = averageAccuracy(matrixOf(method, 'taskAware'));
    return final === null || taskKnown === null ? [] : [{ id: method.id, final, taskKnown }];
  });

/**
 * What the run's contestants reach when each learns at its own best rate: recorded figures, beside a run of the same material in
 * which one rate serves all; empty elsewhere, and where there is nothing to compare. Pure.
 */
export function atBestRates({ experiment }: RunRecord, runs: readonly RunEntry[]): readonly Level[] {
  const { from } = experiment.stream;
  if (from.source !== 'bundled' || bestRates(experiment) === null || rateChoice(experiment) !== 'shared') return [];
  const recorded = recordedLevels(runs.find((entry) => entry.stream === from.id && isOfBestRates(entry)));
  const found = experiment.methods.filter(isContestant).flatMap(({ id }) => recorded.filter((level) => level.id === id));
  return found.length > 1 ? found : [];
}

/** null while neither the run nor a recorded run of the same bundled material says. Pure. */
export function floorOf(record: RunRecord, runs: readonly RunEntry[]): Floor | null {
  const { from: stream } = record.experiment.stream;
  const bundled = stream.source === 'bundled' && record.experiment.backbone.from.source === 'bundled';
  const ofBest = rateChoice(record.experiment) === 'best';
  const same = bundled ? runs.filter((run) => run.stream === stream.id && isOfBestRates(run) === ofBest) : [];
  const own = ownLevels(record);
  const from = own.some(isFloor) ? 'run' : 'recorded';
  const levels = from === 'run' ? own : recordedLevels(same.find((run) => recordedLevels(run).some(isFloor)));
  const [floor] = levels.filter(isFloor).sort((a, b) => b.final - a.final);
  const first = record.methods.find(isContestant)?.id;
  const contestant = levels.find(({ id }) => id === first);
  if (!floor || !contestant) return null;
  const about = findDefinition(contestant.id);
  const aligned = levels.find(({ id }) => id !== contestant.id && findDefinition(id)?.reads === 'aligned') ?? null;
  return { floor, contestant, ownHeads: about !== undefined && about.reads === undefined, aligned, from };
}
