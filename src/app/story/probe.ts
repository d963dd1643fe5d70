/** Accuracy on a few old images while a later task is learned, as far as a record has it. */
import type { MethodRun } from '../../session/record';

/** Optional in a record: one share for each old task, after so many steps of the `of` that the task has. */
type Probed = Pick<MethodRun, 'results'> & {
  readonly probes?:
    | readonly { readonly task: number; readonly step: number; readonly of: number; readonly accuracy: readonly number[] }[]
    | undefined;
};

export type Probe = readonly { readonly step: number; readonly accuracy: number }[];

/** Of the first task, while `task` was learned; null where the record has none. */
export function probeOf(run: Probed, task: number): Probe | null {
  const points = (run.probes ?? []).flatMap(({ task: learned, step, accuracy: [first] }) =>
    learned === task && first !== undefined ? [{ step, accuracy: first }] : [],
  );
  return points.length < 3 ? null : points.sort((a, b) => a.step - b.step);
}

/** The first step by which half of all that is lost is lost. */
export function halfLostAt(probe: Probe): number {
  const [from, to] = [probe[0]?.accuracy ?? 0, probe.at(-1)?.accuracy ?? 0];
  return probe.find(({ accuracy }) => accuracy <= (from + to) / 2)?.step ?? 0;
}

/** The share of all that is lost that is lost after a step, from the last look before it on. */
export function lostAfter(probe: Probe, step: number): number {
  const [from, to] = [probe[0]?.accuracy ?? 0, probe.at(-1)?.accuracy ?? 0];
  const then = probe.findLast((look) => look.step <= step)?.accuracy ?? from;
  return from > to ? (then - to) / (from - to) : 0;
}
