/** Which look inside stands on a picture: of a method, the newest task that was begun, and the stop that is asked for. */
import type { InsideRecord, MethodRun, RunRecord } from '../../session/record';

export const STOPS = ['gather', 'design', 'train', 'consolidate'] as const;
export type Stop = (typeof STOPS)[number];

/** Methods that were looked into so far. */
export const lookedInto = ({ methods }: Pick<RunRecord, 'methods'>): string[] =>
  methods.filter(({ inside }) => inside !== undefined && inside.length > 0).map(({ id }) => id);

/** Of the newest task that was begun. */
export const lookOn = ({ inside }: Pick<MethodRun, 'inside'>): InsideRecord | null => inside?.at(-1) ?? null;

/** The stop that is asked for; the newest one that came unless told. */
export const stopOn = (look: InsideRecord, asked: Stop | null): Stop =>
  asked ?? STOPS.findLast((stop) => look[stop] !== undefined) ?? 'gather';

/** Places [x, y, x, y …] as pairs. */
export const pairsOf = (places: readonly number[]): { readonly x: number; readonly y: number }[] =>
  Array.from({ length: places.length / 2 }, (_, i) => ({ x: places[2 * i] ?? 0, y: places[2 * i + 1] ?? 0 }));
