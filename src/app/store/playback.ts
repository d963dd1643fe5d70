/** Going along a record: its own time line, cut at a position, looks exactly like a run going on. */
import { momentAt, stopsOf, tasksBegun, type Moment, type Stride } from '../../session/moments';
import type { RunPhase } from '../../session/events';
import type { InsideRecord, RunRecord } from '../../session/record';
import { STOPS } from '../charts/inside';
import type { AppState } from './state';
import type { Store, Surroundings } from './surroundings';

const FRAME_MS = 33;
const SECONDS_PER_TASK = 2.4;
/** How much faster or slower than that. */
export const SPEEDS = [0.5, 1, 2, 4, 8] as const;
export const STRIDES: readonly Stride[] = ['task', 'epoch', 'batch'];

export interface PlaybackMoment extends Moment {
  readonly record: RunRecord;
}

/** At which phase a stop lies behind. */
const BEHIND: readonly RunPhase[] = ['gather', 'design', 'train', 'consolidate', 'evaluate'];

/** What of a look inside had been seen: of the task under way, the stops of phases that are over. */
function seenBy(look: InsideRecord, learned: number, { task, phase }: Moment): InsideRecord[] {
  if (look.task < learned) return [look];
  const over = STOPS.filter((stop) => BEHIND.indexOf(stop) < BEHIND.indexOf(phase));
  if (look.task > task || over.length === 0) return [];
  const { block, map } = look;
  return [{ task: look.task, block, map, ...Object.fromEntries(over.map((stop) => [stop, look[stop]])) }];
}

/** The record as it stood at `position` (0..1) of its own time line; pure. */
export function recordAt(full: RunRecord, position: number): PlaybackMoment {
  const moment = momentAt(full, position);
  const { task, trained, phase } = moment;
  const learned = position >= 1 || phase === 'evaluate' ? task + 1 : task;
  const methods = full.methods.map((method) => {
    const now = method.losses.filter((point) => point.task === task);
    const trainedOn = now.slice(0, Math.round(now.length * trained));
    // Of a task that is not learned yet only the batches so far are known.
    const reached = (all: number) => (now.length === 0 ? trained * all : 1 + (trainedOn.at(-1)?.step ?? -1));
    return {
      ...method,
      results: method.results.filter((result) => result.task < learned),
      ...(method.probes && {
        probes: method.probes.filter((point) => point.task < task || (point.task === task && point.step <= reached(point.of) + 1e-6)),
      }),
      ...(method.inside && { inside: method.inside.flatMap((look) => seenBy(look, learned, moment)) }),
      losses: [...method.losses.filter((point) => point.task < task), ...trainedOn],
      failure: position >= 1 ? method.failure : null,
    };
  });
  return {
    ...moment,
    record: {
      ...full,
      methods,
      status: position >= 1 ? full.status : 'running',
      log: full.log.filter((line) => position >= 1 || line.at <= full.seconds * position),
      seconds: full.seconds * Math.min(1, position),
    },
  };
}

/** All of the record on the page, also where somebody looks back on it. */
export const wholeRecord = ({ playback, record }: Pick<AppState, 'playback' | 'record'>): RunRecord | null => playback?.full ?? record;

/** Whether one can go along the record on the page: no run adds to it now, and it has results. */
export const canGoAlong = (state: Pick<AppState, 'status' | 'playback' | 'record'>): boolean =>
  state.status !== 'running' &&
  state.status !== 'loading' &&
  wholeRecord(state)?.methods.some(({ results }) => results.length > 0) === true;

export interface PlaybackActions {
  start(id: string, title: string, full: RunRecord): void;
  /** Plays or pauses what is on the page; from the beginning where it stands at the end. */
  toggle(): void;
  /** To a position of the time line, 0..1. */
  seek(position: number): void;
  /** To the next end of a task, epoch or batch, or to the one before. */
  step(by?: 1 | -1, stride?: Stride): void;
  restart(): void;
  /** Shows all of a record that was looked back on, before a run goes on with it; a recording stays where it is. */
  settle(): void;
  /** Ends the replay; the page is empty again or shows what follows. */
  leave(): void;
}

export function createPlayback(store: Store, around: Surroundings): PlaybackActions {
  let cancel: (() => void) | null = null;
  let shownAt = 0;

  /** A record that was computed or loaded here becomes one to go along when somebody does. */
  const opened = (): AppState['playback'] => {
    const state = store.getState();
    if (state.playback !== null || !canGoAlong(state) || state.record === null) return state.playback;
    return { id: '', title: '', full: state.record, position: 1, playing: false };
  };

  const show = (position: number, playing: boolean) => {
    const playback = opened();
    const { results } = store.getState();
    if (playback === null) return;
    const moment = recordAt(playback.full, position);
    const resultsChanged =
      results === null ||
      results.status !== moment.record.status ||
      results.methods.some(({ results: shown, probes, inside }, i) => {
        const now = moment.record.methods[i];
        const looks = (of: typeof inside) => of?.flatMap((look) => STOPS.filter((stop) => look[stop])).length;
        return shown.length !== now?.results.length || probes?.length !== now.probes?.length || looks(inside) !== looks(now.inside);
      });
    store.setState({
      playback: { ...playback, position, playing },
      record: moment.record,
      ...(resultsChanged ? { results: moment.record } : {}),
    });
  };

  const halt = () => {
    cancel?.();
    cancel = null;
  };

  const tick = () => {
    const { playback, view } = store.getState();
    if (playback === null || !playback.playing) return;
    const seconds = (SECONDS_PER_TASK * tasksBegun(playback.full)) / view.speed;
    // By the clock, so that a busy machine skips frames rather than slowing down.
    const now = around.now();
    const position = Math.min(1, playback.position + (now - shownAt) / 1000 / seconds);
    shownAt = now;
    show(position, position < 1);
    if (position < 1) cancel = around.later(tick, FRAME_MS);
  };

  const play = (from: number) => {
    halt();
    shownAt = around.now();
    show(from >= 1 ? 0 : from, true);
    cancel = around.later(tick, FRAME_MS);
  };

  const seek = (position: number) => {
    halt();
    show(Math.min(1, Math.max(0, position)), false);
  };

  return {
    seek,
    start(id, title, full) {
      halt();
      const still = around.reducedMotion();
      store.setState({
        playback: { id, title, full, position: 0, playing: !still },
        origin: 'recorded',
        results: null,
        live: null,
      });
      if (still) show(1, false);
      else play(0);
    },
    toggle() {
      const playback = opened();
      if (playback === null) return;
      if (playback.playing) seek(playback.position);
      else play(playback.position);
    },
    step(by = 1, stride = store.getState().view.stride) {
      const playback = opened();
      if (playback === null) return;
      const { full, position } = playback;
      const stops = stopsOf(full, stride);
      const next = by > 0 ? stops.find((stop) => stop > position + 1e-6) : stops.findLast((stop) => stop < position - 1e-6);
      seek(next ?? (by > 0 ? 1 : 0));
    },
    restart() {
      if (opened() !== null) play(0);
    },
    settle() {
      const { playback, origin } = store.getState();
      if (playback === null || origin === 'recorded') return;
      halt();
      store.setState({ playback: null, record: playback.full, results: playback.full });
    },
    leave() {
      halt();
      store.setState({ playback: null, origin: 'none', record: null, results: null, live: null });
    },
  };
}
