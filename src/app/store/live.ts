/** What the page shows of a run beside its record. */
import type { RunEvent } from '../../session/events';
import type { LivePhase } from './state';

/** Where a run is after `events`, and the newest loss of each method. */
export function latestLive(before: LivePhase | null, events: readonly RunEvent[]): LivePhase | null {
  return events.reduce<LivePhase | null>((live, event) => {
    if (event.type === 'phase') return { phase: event, losses: live?.losses ?? {} };
    const newest = event.type === 'losses' ? event.points.at(-1) : undefined;
    if (live === null || event.type !== 'losses' || newest === undefined) return live;
    return { ...live, losses: { ...live.losses, [event.method]: newest.loss } };
  }, before);
}

/** Whether charts of accuracy have to be drawn again. */
export const changesResults = (event: RunEvent) => !['phase', 'losses'].includes(event.type);
