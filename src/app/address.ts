/**
 * What the address says of the page itself, beside the experiment (session/link.ts, which ignores these keys): `scene=4&stop=1` a scene
 * of the lesson, `lesson=order` a task for students, `hide=share,theme` controls to leave out, `embed=1` a frame on another page, with
 * `chart=matrix` one chart of it alone, `notes` the lecturer's window, `present` the results for a lecture hall, `lang=zh` the language.
 */
import { useMemo, useSyncExternalStore } from 'react';

export interface PageAddress {
  /** Counted from 1; 0: where one left; null: the playground. */
  readonly scene: number | null;
  readonly stop: number;
  /** An exercise by name, or a lecturer's own words. */
  readonly lesson: string | null;
  readonly hide: readonly string[];
  readonly embed: boolean;
  readonly chart: string | null;
  readonly notes: boolean;
  readonly present: boolean;
  /** As it stands there: whether it is one of the page's languages, text/languages.ts says. */
  readonly lang: string | null;
}

/** What a change of the experiment leaves as it is. */
const LASTING = ['lesson', 'hide', 'embed', 'chart', 'present', 'lang'];
const CHANGED = 'address';

const whole = (text: string | null): number | null => (text !== null && /^\d{1,3}$/.test(text) ? Number(text) : null);

/** Unknown and broken values count as absent: the page opens. */
export function addressOf(hash: string): PageAddress {
  const keys = new URLSearchParams(hash.replace(/^#/, ''));
  return {
    scene: whole(keys.get('scene')),
    stop: whole(keys.get('stop')) ?? 0,
    lesson: keys.get('lesson'),
    hide: (keys.get('hide') ?? '').split(',').filter((name) => /^[a-z][a-z0-9-]*$/.test(name)),
    embed: keys.get('embed') === '1',
    chart: keys.get('chart'),
    notes: keys.has('notes'),
    present: keys.has('present'),
    lang: keys.get('lang'),
  };
}

/** The lasting keys of `hash`, to be put behind an experiment's. */
export function lastingKeys(hash: string): string {
  const keys = new URLSearchParams(hash.replace(/^#/, ''));
  return LASTING.flatMap((key) => (keys.has(key) ? [`&${key}=${encodeURIComponent(keys.get(key) ?? '')}`] : [])).join('');
}

/** The address in place of the present one, without a step in the browser's history. */
export function replaceHash(hash: string): void {
  history.replaceState(history.state, '', hash);
  window.dispatchEvent(new Event(CHANGED));
}

export function subscribeAddress(changed: () => void): () => void {
  for (const event of ['hashchange', CHANGED]) window.addEventListener(event, changed);
  return () => {
    for (const event of ['hashchange', CHANGED]) window.removeEventListener(event, changed);
  };
}

export function useAddress(): PageAddress {
  const hash = useSyncExternalStore(subscribeAddress, () => location.hash);
  return useMemo(() => addressOf(hash), [hash]);
}
