/** What updates did to old tasks' inputs beside new ones (continual/interference.ts), of every method of a record. */
import { findDefinition } from '../../continual/registry';
import type { MethodRun, RunRecord, TaskResult } from '../../session/record';
import { share, small } from '../format';
import type { Texts } from '../text/en';
import { isLevel } from './matrices';
import { ownAlone } from './readings';

type MapInterference = NonNullable<TaskResult['interference']>['maps'][number];

/** Shares of outputs that updates changed, 0..1 and above; null where not known. Means over maps, and over pairs of tasks. */
export interface Shares {
  readonly old: number | null;
  readonly fresh: number | null;
  /** Of the old tasks, by updates of the same norm in random directions. */
  readonly random: number | null;
  /** old / fresh; records of schema 1 know this alone. */
  readonly ratio: number | null;
}

function mean(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value) => value !== null && value !== undefined);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** Over the maps, and over all old tasks or one of them. */
function sharesOf(maps: readonly MapInterference[], task?: number): Shares {
  const pick = <T>(list: readonly T[]): readonly (T | undefined)[] => (task === undefined ? list : [list[task]]);
  const old = mean(maps.flatMap((map) => pick(map.old)));
  const fresh = mean(maps.map((map) => map.new));
  const random = mean(maps.flatMap((map) => pick(map.random)));
  const told = mean(maps.flatMap((map) => pick(map.ratio ?? [])));
  return { old, fresh, random, ratio: old !== null && fresh !== null && fresh > 0 ? old / fresh : told };
}

/** Of tasks that have a past: of the first one nothing old could be changed. */
const laterMaps = ({ results }: Pick<MethodRun, 'results'>): MapInterference[] =>
  results.filter(({ task }) => task > 0).flatMap(({ interference }) => interference?.maps ?? []);

const known = ({ old, ratio }: Shares): boolean => old !== null || ratio !== null;

export interface SharesOfPair extends Shares {
  readonly task: number;
  readonly oldTask: number;
}

/** Of each update and each older task. */
export const sharesByPair = ({ results }: Pick<MethodRun, 'results'>): SharesOfPair[] =>
  results.flatMap(({ task, interference }) =>
    Array.from({ length: task }, (_, oldTask) => ({ task, oldTask, ...sharesOf(interference?.maps ?? [], oldTask) })).filter(known),
  );

export interface SharesOfMap extends Shares {
  readonly block: number;
  readonly target: string;
}

/** Of each linear map that was measured, block by block. */
export function sharesByMap(run: Pick<MethodRun, 'results'>): SharesOfMap[] {
  const groups = new Map<string, MapInterference[]>();
  for (const map of laterMaps(run)) {
    const key = `${map.block} ${map.target}`;
    groups.set(key, [...(groups.get(key) ?? []), map]);
  }
  return [...groups.values()].flatMap((maps) => maps.slice(0, 1).map(({ block, target }) => ({ block, target, ...sharesOf(maps) })));
}

/** By results, which never change: a long run has millions of shares, and every part of a picture asks. */
const overall = new WeakMap<MethodRun['results'], Shares>();

/** Of all updates and old tasks together; null before there is any. */
export function sharesOverall({ results }: Pick<MethodRun, 'results'>): Shares | null {
  const shares = overall.get(results) ?? sharesOf(laterMaps({ results }));
  overall.set(results, shares);
  return known(shares) ? shares : null;
}

/** How an update treats old tasks beside its own, by the ratio of the two shares. */
export type Verdict = 'spares' | 'little' | 'less' | 'alike' | 'more';

/** Up to which ratio, of two digits, each verdict goes. */
export const VERDICTS: readonly (readonly [Verdict, number])[] = [
  ['spares', 0.1],
  ['little', 0.5],
  ['less', 0.8],
  ['alike', 1.2],
  ['more', Infinity],
];

const rounded = (ratio: number): number => Number(ratio.toPrecision(2));

/** As the number that stands beside it is shown. */
export const verdictOf = (ratio: number): Verdict => VERDICTS.find(([, most]) => rounded(ratio) <= most)?.[0] ?? 'more';

/** Two significant digits. */
export const ratioWords = (ratio: number): string => small(rounded(ratio));

/** "2.1 % of the old outputs, 4.3 % of the new ones, old / new 0.49; random directions 1.1 %"; what is not known is a dash. */
export function sharesInWords({ charts }: Texts, { old, fresh, random, ratio }: Shares): string {
  const words = charts.interference;
  const ratioSaid = ratio === null ? charts.noValue : ratioWords(ratio);
  if (old === null) return words.ratio(ratioSaid);
  const percent = (value: number | null) => (value === null ? charts.noValue : share(value));
  return words.shares(percent(old), percent(fresh), percent(random), ratioSaid);
}

/** Why there is nothing to draw of a method. */
export type Unmeasured = 'off' | 'changes-nothing' | 'once' | 'waiting' | 'budget' | 'not-then';

/** Null where something was measured. */
export function unmeasured(record: RunRecord, run: MethodRun): Unmeasured | null {
  if (sharesOverall(run) !== null) return null;
  if (isLevel(run, record.stream.tasks.length)) return 'once';
  if (changesNothing(record, run)) return 'changes-nothing';
  if (record.experiment.interference === 'off') return 'off';
  if (!run.results.some(({ task }) => task > 0)) return 'waiting';
  return ownAlone(record) ? 'not-then' : 'budget';
}

function changesNothing({ experiment }: RunRecord, { id }: MethodRun): boolean {
  const definition = findDefinition(id);
  const spec = experiment.methods.find((method) => method.id === id);
  if (definition === undefined || spec === undefined) return false;
  const { trainables, adapters } = definition.plan(spec);
  return trainables.backbone === 'none' && adapters === null;
}

/** The last task whose update was measured where later ones were not: second moments had grown beyond their budget. */
export function measuredUntil({ results }: Pick<MethodRun, 'results'>): number | null {
  const last = results.findLast(({ interference }) => interference !== null)?.task;
  return last !== undefined && last > 0 && results.some(({ task }) => task > last) ? last : null;
}

/** Drift of each old task's test features since it was learned, after the newest task, in shares of their variance. */
export const driftNow = ({ results }: Pick<MethodRun, 'results'>): readonly number[] => results.at(-1)?.drift ?? [];

/** Of each block, how far its weights have moved from the pre-trained ones, in shares of their norm; empty where not measured. */
export const weightDriftNow = ({ results }: Pick<MethodRun, 'results'>): readonly number[] =>
  results.findLast(({ interference }) => interference !== null)?.interference?.weightDrift ?? [];
