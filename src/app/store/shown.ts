/** What is on the page, so that it can be had back: results, the place in a recording, the set-up. */
import type { AppState } from './state';
import type { Store } from './surroundings';

export type Shown = Pick<AppState, 'record' | 'results' | 'origin' | 'playback' | 'experiment'> & { readonly run: string | null };

export const shownOn = ({ record, results, origin, playback, experiment, runs }: AppState): Shown => ({
  ...{ record, results, experiment, run: runs.shown },
  // A run that is no longer open is one that is kept.
  origin: origin === 'live' ? (record === null ? 'none' : 'kept') : origin,
  playback: playback && { ...playback, playing: false },
});

export function bringBack({ setState }: Store, { run, ...shown }: Shown): void {
  setState(({ runs }) => ({ ...shown, live: null, status: 'idle', opened: null, runs: { ...runs, shown: run } }));
}
