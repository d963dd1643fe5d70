/** Runs of more methods than a page has memory for, in parts, and their records as one. */
import type { RunRecord } from '../src/session/record';
import type { PlannedRun } from './planned-run';

/** Methods that learn beside each other. They know nothing of one another: parts give what the whole would. */
const TOGETHER = 8;

/** The run itself, or as many as its methods make, in their order. */
export function inParts(run: PlannedRun): PlannedRun[] {
  const { methods } = run.experiment;
  const of = Math.ceil(methods.length / TOGETHER);
  if (of < 2) return [run];
  return Array.from({ length: of }, (_, i) => ({
    ...run,
    part: { number: i + 1, of, whole: run },
    experiment: { ...run.experiment, methods: methods.slice(i * TOGETHER, (i + 1) * TOGETHER) },
  }));
}

/** The run that it is a part of, or itself. */
export const wholeOf = (run: PlannedRun): PlannedRun => run.part?.whole ?? run;

export const partText = ({ part }: PlannedRun): string => (part ? `, part ${part.number} of ${part.of}` : '');

/** The record of both: what is in the log happened one after the other. */
export function joined(first: RunRecord, next: RunRecord): RunRecord {
  return {
    ...first,
    experiment: { ...first.experiment, methods: [...first.experiment.methods, ...next.experiment.methods] },
    methods: [...first.methods, ...next.methods],
    status: first.status === 'finished' ? next.status : first.status,
    seconds: first.seconds + next.seconds,
    log: [...first.log, ...next.log.map((entry) => ({ ...entry, at: first.seconds + entry.at }))],
  };
}
