/** The run loop: pulls events from the worker and folds them into the record. Pausing is not pulling. */
import { asIs, worded } from '../../common/said';
import type { RunEvent } from '../../session/events';
import type { Experiment } from '../../session/experiment';
import { applyEvents, failRecord, stopRecord } from '../../session/fold';
import { canAppend, changesBetween } from './changes';
import { lookedInto } from '../charts/inside';
import { describeTask } from '../charts/sentence';
import { formatBytes } from '../../common/bytes';
import { StorageError } from '../../worker/runs/storage-error';
import { recall } from '../text/recall';
import { say } from '../text/say';
import type { Store, Surroundings } from './surroundings';
import type { HostActions } from './host';
import type { KeptRun } from './kept-run';
import type { Keeper } from './keeper';
import type { PlaybackActions } from './playback';
import { describeError, memoryProblem, problemFrom } from './problem';
import { recoveryFrom, type Recovery } from './recovery';
import { bringBack, shownOn } from './shown';
import { changesResults, latestLive } from './live';
import { currentReading, type AppState } from './state';

/** How long the worker computes between two redraws. */
const BUDGET_MS = 200;

/** Whether the run pauses at what was told: a stop of the method that is looked into, where that is wished. */
function halts(event: RunEvent, { record, view }: AppState): boolean {
  if (!view.halts || event.type !== 'inside' || record === null) return false;
  const ids = lookedInto(record);
  return event.method === (ids.find((id) => id === view.hoodMethod) ?? ids[0]);
}

export interface RunActions {
  /** Starts a run with the set-up, or goes on with a paused one. */
  start(): Promise<void>;
  pause(): void;
  /** One training batch, then pause. */
  step(): Promise<void>;
  /** Ends the run and keeps what it found. */
  stop(): Promise<void>;
  /** Ends the run and clears the page; can be undone. */
  reset(): Promise<void>;
  /** A new run with the changed set-up. */
  restart(): Promise<void>;
  /** Goes on where a kept run of the set-up stood. */
  goOn(kept: KeptRun): Promise<void>;
  /** Goes on with a finished run, with the set-up's further tasks. */
  append(): Promise<void>;
}

/** How a run begins: paused after so many batches, where a kept one stood, or anew after its device was lost. */
interface Beginning {
  readonly steps?: number;
  readonly kept?: KeptRun;
  readonly recovery?: Recovery;
}

export function createRunActions(
  store: Store,
  around: Surroundings,
  host: HostActions,
  playback: PlaybackActions,
  keeper: Keeper,
): RunActions {
  const set = store.setState;
  const get = store.getState;
  /** Grows with every start, stop and reset; work of an earlier one sees that it is late and leaves. */
  let turn = 0;
  let pulling: Promise<unknown> | null = null;
  /** How often the run's device was lost. */
  let losses = 0;

  function take(events: readonly RunEvent[]) {
    // Somebody may look back already while the last call before a pause is still on its way.
    playback.settle();
    const state = get();
    const record = applyEvents(state.record, events);
    const last = events.findLast((event) => event.type === 'result');
    set({
      record,
      live: latestLive(state.live, events),
      ...(events.some(changesResults) ? { results: record } : {}),
      ...(record !== null && last !== undefined
        ? { announcement: describeTask(around.words(), record, last.result.task, currentReading({ ...state, results: record })) }
        : {}),
    });
    for (const event of events) {
      if (event.type !== 'method-failed') continue;
      const problem = problemFrom(around.words(), { said: event.reason }, 'run');
      host.show({ ...problem, name: 'MethodFailed', remedy: null });
    }
  }

  /** Ends the run on the page; tells how it can go on all the same. */
  async function fail(error: unknown): Promise<Recovery | null> {
    const { name, reason } = describeError(error);
    const { record } = get();
    const recovery = recoveryFrom(error, get(), losses + 1);
    const failed = record === null ? null : failRecord(record, reason);
    set({ status: 'failed', record: failed, results: failed, live: null });
    if (name === 'DeviceLostError') {
      losses++;
      set({ device: null, backbone: { state: 'empty', for: '', value: null } });
    }
    await keeper.ended();
    if (recovery !== null) return recovery;
    host.report(error, 'run');
    keeper.leave();
    await host
      .connect()
      .then((h) => h.close())
      .catch(() => undefined);
    return null;
  }

  /** Until the run ends, pauses, or has to go on elsewhere. */
  async function pull(mine: number, steps?: number): Promise<Recovery | null> {
    let ahead: Promise<readonly RunEvent[] | null> | null = null;
    try {
      const h = await host.connect();
      do {
        const events = await (ahead ?? (steps === undefined ? h.next(BUDGET_MS) : h.next(BUDGET_MS, steps)));
        ahead = null;
        if (mine !== turn) return null;
        if (events === null) {
          const { record } = get();
          const failed = record?.status === 'failed';
          set({ status: failed ? 'failed' : 'finished', live: null, results: record });
          if (!failed) set((state) => ({ announcement: `${state.announcement} ${around.words().shell.finishedSentence}`.trim() }));
          await keeper.ended();
          return null;
        }
        // The worker goes on while the page draws, but where it may have to stop here, or has to stand still to be saved.
        const still = steps !== undefined || events.some(({ type }) => type === 'inside') || keeper.due(events);
        if (!still && get().status === 'running') ahead = h.next(BUDGET_MS);
        // Whoever awaits it hears of its failure.
        ahead?.catch(() => undefined);
        take(events);
        await keeper.after(events, still);
        if (mine !== turn) return null;
        if (get().status === 'running' && events.some((event) => halts(event, get()))) set({ status: 'paused' });
        // A phase that only reports progress is no step yet: go on until a batch was trained or a result came.
        if (steps !== undefined && events.some((event) => event.type === 'losses' || event.type === 'result')) break;
      } while (get().status === 'running');
      if (ahead !== null) {
        const events = await ahead;
        ahead = null;
        if (mine !== turn) return null;
        if (events !== null) take(events);
      }
      if (steps === undefined && mine === turn) await keeper.save();
      if (mine === turn && steps !== undefined && get().status === 'running') set({ status: 'paused' });
    } catch (error) {
      if (mine === turn) return fail(error);
    } finally {
      // Nobody else speaks to the worker before it stands still.
      await ahead?.catch(() => undefined);
    }
    return null;
  }

  const go = (mine: number, steps?: number) => {
    set({ status: 'running' });
    const before = pulling ?? Promise.resolve();
    const pulled = before.then(() => (mine === turn ? pull(mine, steps) : null));
    pulling = pulled;
    return pulled.then((recovery) => (recovery !== null && mine === turn ? begin({ recovery }) : undefined));
  };

  /** Everything before the first event; false when it ended on the page as a problem or somebody stopped it. */
  async function prepare(mine: number, asked: Experiment, { kept, recovery }: Beginning): Promise<Experiment | null> {
    const late = () => mine !== turn;
    const giveUp = () => {
      if (!late()) set({ status: 'idle', loading: null });
      return null;
    };
    try {
      if (recovery?.device) await host.prefer(recovery.device);
      await host.ensureDevice();
    } catch (error) {
      host.report(error, 'device');
      return giveUp();
    }
    if (late() || !(await host.ensureBackbone()) || late() || !(await host.ensureStream())) return giveUp();
    try {
      const h = await host.connect();
      const now = get().experiment;
      // Own files are known by their digests once they are read.
      const experiment = changesBetween(around.words(), asked, now).length === 0 ? now : asked;
      const estimate = await h.estimate(experiment);
      set({ estimate });
      if (!estimate.fits) {
        const batch = estimate.largestBatch > 0 && estimate.largestBatch < experiment.training.batchSize ? estimate.largestBatch : null;
        host.show(memoryProblem(around.words(), formatBytes(estimate.bytes), formatBytes(estimate.available ?? 0), batch));
        return giveUp();
      }
      if (late()) return null;
      set({ loading: { what: 'models', progress: null } });
      if (kept === undefined) {
        await h.open(experiment);
        if (recovery === undefined) await keeper.begin();
      } else {
        if (!(await keeper.adopt(kept))) throw new StorageError(asIs(around.words().runs.openElsewhere));
        await h.goOn(kept.id, recovery && worded(recovery.why));
        const record = await h.record();
        set({ record, results: record });
        const here = get().device?.chosen.name;
        const words = around.words();
        if (here !== undefined && record !== null && record.device.name !== here)
          around.notify({ text: words.runs.otherDevice(recall(words, record.device.name), recall(words, here)) });
      }
      set({ loading: null });
      return late() ? null : experiment;
    } catch (error) {
      host.report(error, 'run');
      return giveUp();
    }
  }

  async function begin(beginning: Beginning = {}): Promise<void> {
    const { status, experiment } = get();
    if (status === 'loading') return;
    const { steps, recovery } = beginning;
    const mine = ++turn;
    if (recovery === undefined) losses = 0;
    else around.notify({ text: say(around.words(), recovery.why), tone: 'bad' });
    const before = shownOn(get());
    const playing = get().playback?.playing ?? false;
    if (get().playback !== null) playback.leave();
    set((state) => ({
      status: 'loading',
      opened: null,
      record: null,
      results: null,
      live: null,
      origin: 'live',
      announcement: '',
      problems: {},
      runs: { ...state.runs, shown: recovery === undefined ? null : state.runs.shown },
      view: { ...state.view, setupOpen: false, drawerOpen: false },
    }));
    await pulling;
    const opened = await prepare(mine, experiment, { ...beginning, ...(recovery?.kept && { kept: recovery.kept }) });
    if (mine !== turn) return;
    if (opened === null) {
      bringBack(store, { ...before, experiment: get().experiment });
      set((state) => ({ view: { ...state.view, setupOpen: true } }));
      return;
    }
    set({ opened });
    // A record that was opened from a file, or a place chosen in a recording, is found nowhere else.
    if (before.origin === 'loaded' || (before.playback !== null && !playing && before.playback.position < 1)) {
      around.notify({
        text: around.words().runs.replaced,
        undo: () => void stop().then(() => bringBack(store, before)),
      });
    }
    await go(mine, steps);
  }

  /** The worker's run, with its record, is kept before it is closed. */
  async function end(record = get().record) {
    turn += 1;
    const h = await host.connect();
    await pulling;
    await keeper.save(record);
    await h.close();
    keeper.leave();
  }

  async function stop() {
    playback.settle();
    const { status, record } = get();
    if (status !== 'running' && status !== 'paused' && status !== 'loading') return;
    if (status === 'loading') void host.cancelReading();
    const stopped = record === null ? null : stopRecord(record);
    set({
      status: stopped === null ? 'idle' : 'finished',
      origin: stopped === null ? 'none' : 'live',
      record: stopped,
      results: stopped,
      live: null,
      loading: null,
    });
    if (stopped === null) return end();
    // The run stays with the worker until the next start, so that its methods can still be tried.
    turn += 1;
    await pulling;
    await keeper.save();
  }

  return {
    async start() {
      playback.settle();
      if (get().status === 'paused') return go(turn);
      if (get().status !== 'running') await begin();
    },
    pause() {
      if (get().status === 'running') set({ status: 'paused' });
    },
    async step() {
      playback.settle();
      const { status } = get();
      if (status === 'running') return set({ status: 'paused' });
      if (status === 'paused') return go(turn, 1);
      await begin({ steps: 1 });
    },
    stop,
    async goOn(kept) {
      playback.settle();
      const { status } = get();
      if (status === 'running' || status === 'paused') await end();
      await begin({ kept });
    },
    async reset() {
      playback.settle();
      const { record, status } = get();
      const kept = record === null ? null : stopRecord(record);
      const before = { ...shownOn(get()), ...(get().playback === null ? { record: kept, results: kept } : {}) };
      const wasLive = status !== 'idle';
      set((state) => ({
        status: 'idle',
        origin: 'none',
        opened: null,
        record: null,
        results: null,
        live: null,
        loading: null,
        playback: null,
        problems: {},
        announcement: '',
        runs: { ...state.runs, shown: null },
        view: { ...state.view, setupOpen: true },
      }));
      if (kept !== null) {
        around.notify({ text: around.words().shell.resetDone, undo: () => bringBack(store, before) });
      }
      if (wasLive) await end(kept);
    },
    async restart() {
      playback.settle();
      const { status } = get();
      if (status === 'running' || status === 'paused') await end();
      set({ status: 'idle' });
      await begin();
    },
    async append() {
      playback.settle();
      const { opened, status, experiment } = get();
      if (opened === null || status !== 'finished' || !canAppend(around.words(), opened, experiment)) return;
      const mine = ++turn;
      try {
        const h = await host.connect();
        await h.append(experiment);
        set({ opened: experiment });
        await go(mine);
      } catch (error) {
        host.report(error, 'stream');
      }
    },
  };
}
