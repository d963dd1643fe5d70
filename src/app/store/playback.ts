/** Replaying a record: its own time line, cut at a position, looks exactly like a run going on. */
import type { RunRecord } from '../../session/record';
import type { Store, Surroundings } from './surroundings';

/** Share of a task's slice that training takes; its results arrive after it. */
const TRAIN_SHARE = 0.8;
const FRAME_MS = 80;
const SECONDS_PER_TASK = 2.4;

export interface PlaybackMoment {
  readonly record: RunRecord;
  readonly task: number;
  readonly epoch: number;
  readonly training: boolean;
}

/** The record as it stood at `position` (0..1) of its own time line; pure. */
export function recordAt(full: RunRecord, position: number): PlaybackMoment {
  const tasks = Math.max(1, full.stream.tasks.length);
  const along = Math.min(1, Math.max(0, position)) * tasks;
  const task = Math.min(tasks - 1, Math.floor(along));
  const within = position >= 1 ? 1 : along - task;
  const training = within < TRAIN_SHARE;
  const share = Math.min(1, within / TRAIN_SHARE);
  const learned = training ? task : task + 1;
  const methods = full.methods.map((method) => {
    const now = method.losses.filter((point) => point.task === task);
    const shown = Math.round(now.length * share);
    return {
      ...method,
      results: method.results.filter((result) => result.task < learned),
      losses: [...method.losses.filter((point) => point.task < task), ...now.slice(0, shown)],
      failure: position >= 1 ? method.failure : null,
    };
  });
  const epochs = full.experiment.training.epochs;
  return {
    record: {
      ...full,
      methods,
      status: position >= 1 ? full.status : 'running',
      log: full.log.filter((line) => position >= 1 || line.at <= full.seconds * position),
      seconds: full.seconds * Math.min(1, position),
    },
    task,
    epoch: Math.min(epochs - 1, Math.floor(share * epochs)),
    training,
  };
}

export interface PlaybackActions {
  start(id: string, title: string, full: RunRecord): void;
  toggle(): void;
  /** One step: to the end of the next task. */
  step(): void;
  restart(): void;
  /** Ends the replay; the page is empty again or shows what follows. */
  leave(): void;
}

export function createPlayback(store: Store, around: Surroundings): PlaybackActions {
  let cancel: (() => void) | null = null;
  let shownAt = 0;

  const show = (position: number, playing: boolean) => {
    const { playback, results } = store.getState();
    if (playback === null) return;
    const moment = recordAt(playback.full, position);
    const resultsChanged =
      results === null ||
      results.status !== moment.record.status ||
      results.methods.some((method, i) => method.results.length !== moment.record.methods[i]?.results.length);
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
    const { playback } = store.getState();
    if (playback === null || !playback.playing) return;
    const seconds = SECONDS_PER_TASK * Math.max(1, playback.full.stream.tasks.length);
    // By the clock, so that a busy machine skips frames rather than slowing down.
    const now = around.now();
    const position = Math.min(1, playback.position + (now - shownAt) / 1000 / seconds);
    shownAt = now;
    show(position, position < 1);
    if (position < 1) cancel = around.later(tick, FRAME_MS);
  };

  const play = () => {
    halt();
    const { playback } = store.getState();
    if (playback === null) return;
    shownAt = around.now();
    show(playback.position >= 1 ? 0 : playback.position, true);
    cancel = around.later(tick, FRAME_MS);
  };

  return {
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
      else play();
    },
    toggle() {
      const { playback } = store.getState();
      if (playback === null) return;
      if (!playback.playing) return play();
      halt();
      show(playback.position, false);
    },
    step() {
      const { playback } = store.getState();
      if (playback === null) return;
      halt();
      const tasks = Math.max(1, playback.full.stream.tasks.length);
      show(Math.min(1, (Math.floor(playback.position * tasks + 1e-6) + 1) / tasks), false);
    },
    restart() {
      halt();
      if (store.getState().playback === null) return;
      show(0, true);
      play();
    },
    leave() {
      halt();
      store.setState({ playback: null, origin: 'none', record: null, results: null, live: null });
    },
  };
}
