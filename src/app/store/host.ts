/** Talking to the worker: one connection, the device, and the two things that are loaded. */
import { findDefinition } from '../../continual/registry';
import type { MixAnswer, MixQuestion } from '../../worker/mixer';
import type { DeviceKind } from '../../compute/backbone';
import type { Experiment, RecordedExperiment } from '../../session/experiment';
import type { VitConfig } from '../../vit/config';
import type { BackboneSummary, LoadProgress, NamedFile, RunHost, StreamSummary } from '../../worker/api';
import { withProvided } from '../../worker/provided';
import type { Store, Surroundings } from './surroundings';
import { stepCosts } from './step-costs';
import { describeError, problemFrom, type Problem, type ProblemPlace } from './problem';
import { emptyFetched, type Loading } from './state';

export interface HostActions {
  /** The worker; opened on first use. */
  connect(): Promise<RunHost>;
  /** Hands files to the worker, and again to a new worker should this one break. Returns files of the same names that it had. */
  give(files: readonly NamedFile[]): Promise<readonly NamedFile[]>;
  /** Estimates the memory of a run with the present set-up, once the backbone is known; silent where it cannot. */
  refreshEstimate(): Promise<void>;
  /** Chooses the device by the preference unless one is chosen already. */
  ensureDevice(): Promise<void>;
  prefer(kind: DeviceKind | 'auto'): Promise<void>;
  /** Loads what the experiment names, unless it is loaded; false where it failed (the problem is on the page). */
  ensureBackbone(): Promise<boolean>;
  ensureStream(experiment?: Experiment): Promise<boolean>;
  /** Ends the download or the reading of images that is going on; what was there before stays. */
  cancelReading(): Promise<void>;
  /** Test images of every task, for the strips of remembered images. */
  ensureSample(experiment: RecordedExperiment): Promise<void>;
  /** Training images of each task at these places, in the order of the tasks; null where they could not be had, which is reported. */
  trainImages(experiment: RecordedExperiment, places: readonly (readonly number[])[]): Promise<readonly TaskPictures[] | null>;
  /** Milliseconds of a step of each shape with the experiment's batch and method on this device; null where that cannot be told. */
  stepTimes(experiment: Experiment, shapes: readonly VitConfig[]): Promise<readonly number[] | null>;
  /** A step of every method in steps of full fine-tuning, on the set-up's backbone and this device; null where that cannot be told. */
  stepCosts(): Promise<ReadonlyMap<string, number> | null>;
  /** Top classes of a picture by every method of the open run; null where it failed (the problem is on the page). */
  predict(image: TryImage, top: number, reading?: string): Promise<Answers | null>;
  /** The likeliest class by every method as it was after a (0-based) task. */
  predictAfter(task: number, image: TryImage, top: number, reading?: string): Promise<Answers | null>;
  /** Methods of the open run whose increments can be mixed, with the (0-based) tasks after which they were kept; null where it failed. */
  mixable(): Promise<readonly { readonly method: string; readonly tasks: readonly number[] }[] | null>;
  /** Null where a later question came first, too. */
  mix(question: MixQuestion): Promise<MixAnswer | null>;
  report(error: unknown, place: ProblemPlace): void;
  show(problem: Problem): void;
  forget(place: ProblemPlace): void;
}

export type TaskPictures = Awaited<ReturnType<RunHost['trainImages']>>;
export type TryImage = Parameters<RunHost['predict']>[0];
export type Answers = Awaited<ReturnType<RunHost['predict']>>;

/** What decides which weights are loaded, as a key. */
export const backboneKey = (experiment: RecordedExperiment) => JSON.stringify(experiment.backbone);
/** What decides which images are loaded and how they are split. */
export const streamKey = (experiment: RecordedExperiment) => JSON.stringify([experiment.stream, experiment.seed, experiment.backbone]);

const isCancelled = (error: unknown): boolean => describeError(error).name === 'AbortError';

export function createHostActions(store: Store, around: Surroundings): HostActions {
  let connection: Promise<RunHost> | null = null;
  let held: readonly NamedFile[] = [];
  const provideHeld = async (host: RunHost) => {
    if (held.length > 0) await host.provide(held);
    return host;
  };
  const connect = () => {
    connection ??= around
      .connect()
      .then(provideHeld)
      .catch((error: unknown) => {
        connection = null;
        throw error;
      });
    return connection;
  };
  /** A broken worker answers nothing any more: what it held is gone, the next call opens another one. */
  const disconnect = () => {
    connection = null;
    store.setState({ device: null, backbone: emptyFetched, stream: emptyFetched, sample: emptyFetched, opened: null });
  };

  /** A note in a folded section would go unread. */
  const show = (problem: Problem) =>
    store.setState(({ problems, view }) => {
      const section = problem.place === 'stream' ? 'tasks' : problem.place === 'backbone' ? 'backbone' : null;
      const folded = section !== null && !view.sections.includes(section);
      return {
        problems: { ...problems, [problem.place]: problem },
        ...(folded ? { view: { ...view, sections: [...view.sections, section] } } : {}),
      };
    });
  const report = (error: unknown, place: ProblemPlace) => {
    if (describeError(error).name === 'WorkerFailedError') disconnect();
    show(problemFrom(around.words(), error, place));
  };
  const forget = (place: ProblemPlace) =>
    store.setState((state) => {
      const { [place]: _gone, ...rest } = state.problems;
      return { problems: rest };
    });
  /** The first report of the stage at hand: bytes that were kept from an earlier try do not count as speed. */
  let first: { readonly stage: string; readonly at: number; readonly done: number } | null = null;
  const rateOf = (progress: LoadProgress | null): number => {
    if (progress === null || first?.stage !== progress.stage)
      first = progress && { stage: progress.stage, at: around.now(), done: progress.done };
    const seconds = first === null ? 0 : (around.now() - first.at) / 1000;
    return progress === null || first === null || seconds < 1 ? 0 : (progress.done - first.done) / seconds;
  };
  const loading = (what: Loading['what'], progress: LoadProgress | null) => {
    const rate = rateOf(progress);
    store.setState(({ loading: before }) => {
      const known = before?.what === what ? (before.pictures ?? []) : [];
      const pictures = progress?.first === undefined ? known : [...known, progress.first].slice(0, PICTURES);
      return { loading: { what, progress, rate, ...(pictures.length === 0 ? {} : { pictures }) } };
    });
  };

  /** Progress comes by a way of its own and may arrive after the call has ended: then it is no longer shown. */
  const reporter = (what: Loading['what']) => {
    let ended = false;
    return {
      report: (progress: LoadProgress) => {
        if (!ended) loading(what, progress);
      },
      end: () => {
        ended = true;
        store.setState({ loading: null });
      },
    };
  };

  /** The device's choice under way: nothing is loaded or started on a device that is about to be left. */
  let choosing: Promise<unknown> = Promise.resolve();
  const choose = (work: () => Promise<void>): Promise<void> => {
    const mine = choosing
      .catch(() => undefined)
      .then(async () => {
        loading('device', null);
        try {
          await work();
          forget('device');
        } finally {
          store.setState((state) => (state.loading?.what === 'device' ? { loading: null } : {}));
        }
      });
    choosing = mine;
    return mine;
  };

  async function ensureDevice() {
    await choosing.catch(() => undefined);
    if (store.getState().device !== null) return;
    await choose(async () => {
      // Two may have waited for the same failed choice: the first makes the next.
      if (store.getState().device !== null) return;
      const host = await connect();
      store.setState({ device: await host.useDevice(store.getState().devicePreference) });
    });
  }

  async function ensureBackbone(): Promise<boolean> {
    const { experiment, backbone } = store.getState();
    const key = backboneKey(experiment);
    if (backbone.for === key && backbone.state === 'ready') return true;
    store.setState({ backbone: { state: 'loading', for: key, value: null } });
    forget('backbone');
    loading('backbone', null);
    const progress = reporter('backbone');
    try {
      const host = await connect();
      await ensureDevice();
      const value = await host.loadBackbone(experiment, progress.report);
      if (store.getState().backbone.for === key) {
        store.setState({ backbone: { state: 'ready', for: key, value } });
        pinBackbone(experiment, value);
      }
      return true;
    } catch (error) {
      const cancelled = isCancelled(error);
      store.setState({ backbone: { state: cancelled ? 'empty' : 'failed', for: key, value: null } });
      if (!cancelled) report(error, 'backbone');
      return false;
    } finally {
      progress.end();
    }
  }

  /** The link to an own backbone names it by digest, too. */
  function pinBackbone(loaded: Experiment, { sha256 }: BackboneSummary) {
    const { experiment } = store.getState();
    const { from } = experiment.backbone;
    if (experiment.backbone !== loaded.backbone || from.source !== 'file' || from.sha256 === sha256) return;
    const pinned = { ...experiment, backbone: { ...experiment.backbone, from: { ...from, sha256 } } };
    store.setState((state) => ({ experiment: pinned, backbone: { ...state.backbone, for: backboneKey(pinned) } }));
  }

  /** The link to one's own images names them by digest, so that they are recognised elsewhere. */
  function pin(loaded: Experiment, { sha256, own }: StreamSummary) {
    const { experiment } = store.getState();
    const { from } = experiment.stream;
    if (experiment !== loaded || from.source !== 'file' || from.sha256 === sha256 || own === undefined) return;
    const pinned = { ...experiment, stream: { ...experiment.stream, from: { ...from, sha256, ...own } } };
    store.setState((state) => ({ experiment: pinned, stream: { ...state.stream, for: streamKey(pinned) } }));
  }

  async function ensureStream(asked?: Experiment): Promise<boolean> {
    const experiment = asked ?? store.getState().experiment;
    const key = streamKey(experiment);
    const { stream } = store.getState();
    if (stream.for === key && stream.state === 'ready') return true;
    store.setState({ stream: { state: 'loading', for: key, value: null } });
    forget('stream');
    loading('stream', null);
    const progress = reporter('stream');
    try {
      const host = await connect();
      const value = await host.loadStream(experiment, progress.report);
      if (store.getState().stream.for === key) {
        store.setState({ stream: { state: 'ready', for: key, value } });
        pin(experiment, value);
      }
      return true;
    } catch (error) {
      const cancelled = isCancelled(error);
      store.setState({ stream: { state: cancelled ? 'empty' : 'failed', for: key, value: null } });
      if (!cancelled) report(error, 'stream');
      return false;
    } finally {
      progress.end();
    }
  }

  async function ensureSample(experiment: RecordedExperiment) {
    const key = streamKey(experiment);
    const { sample } = store.getState();
    if (sample.for === key && sample.state !== 'failed') return;
    store.setState({ sample: { state: 'loading', for: key, value: null } });
    const failed = () => store.setState({ sample: { state: 'failed', for: key, value: null } });
    // Images do not depend on the methods, of which this build may not know all.
    if (!(await ensureStream({ ...experiment, methods: [] }))) return failed();
    try {
      const host = await connect();
      const tasks = store.getState().stream.value?.tasks ?? [];
      const each = Math.max(2, Math.min(SAMPLE_OF_TASK, Math.floor(SAMPLE_SIZE / tasks.length)));
      const samples = await Promise.all(tasks.map((_, task) => host.testImages(task, each)));
      store.setState({ sample: { state: 'ready', for: key, value: samples } });
    } catch (error) {
      failed();
      report(error, 'stream');
    }
  }

  async function trainImages(experiment: RecordedExperiment, places: readonly (readonly number[])[]) {
    if (!(await ensureStream({ ...experiment, methods: [] }))) return null;
    return answered((host) => Promise.all(places.map((of, task) => host.trainImages(task, of))), 'stream');
  }

  async function prefer(kind: DeviceKind | 'auto') {
    const before = store.getState().devicePreference;
    store.setState({ devicePreference: kind });
    try {
      await choose(async () => {
        const host = await connect();
        // Weights live on a device: they are loaded anew on the new one.
        store.setState({ device: await host.useDevice(kind), backbone: emptyFetched });
      });
    } catch (error) {
      store.setState({ devicePreference: before });
      report(error, 'device');
    }
  }

  async function answered<T>(question: (host: RunHost) => Promise<T>, place: ProblemPlace = 'predict') {
    try {
      const answers = await question(await connect());
      forget(place);
      return answers;
    } catch (error) {
      report(error, place);
      return null;
    }
  }

  async function give(files: readonly NamedFile[]) {
    const before = held;
    held = withProvided(before, files);
    const connected = connection !== null;
    const host = await connect();
    // What the worker has already is not given again: it would forget what it read from it.
    if (connected) await host.provide(files);
    return before.filter((file) => !held.includes(file));
  }

  async function stepTimes(experiment: Experiment, shapes: readonly VitConfig[]) {
    try {
      await ensureDevice();
      return await (await connect()).stepTimes(experiment, shapes);
    } catch {
      return null;
    }
  }

  async function refreshEstimate() {
    const { experiment, backbone, status } = store.getState();
    if (backbone.state !== 'ready' || backbone.for !== backboneKey(experiment) || status === 'loading') return;
    try {
      const estimate = await (await connect()).estimate(experiment);
      if (store.getState().experiment === experiment) store.setState({ estimate });
    } catch {
      // Only a foretaste: Start estimates again and says what is wrong.
    }
  }

  async function cancelReading() {
    await (await connect()).cancelReading();
  }

  return {
    cancelReading,
    connect,
    give,
    refreshEstimate,
    stepTimes,
    stepCosts: async () => {
      const { experiment, backbone } = store.getState();
      const known = backbone.state === 'ready' && backbone.for === backboneKey(experiment);
      return known ? stepCosts(experiment, connect) : null;
    },
    predict: (image, top, reading) => answered((host) => host.predict(image, top, reading)),
    predictAfter: (task, image, top, reading) => answered((host) => host.predictAfter(task, image, top, reading)),
    mixable: () =>
      answered(async (host) => {
        const models = await host.models();
        return models.filter(({ method, readings }) => readings.length > 0 && findDefinition(method)?.trainsOn !== 'none');
      }, 'mix'),
    mix: (question) => answered((host) => host.mix(question), 'mix'),
    ensureDevice,
    prefer,
    ensureBackbone,
    ensureStream,
    ensureSample,
    trainImages,
    report,
    show,
    forget,
  };
}

/** First pictures that are shown while a stream is read. */
const PICTURES = 40;

/** Remembered images of one task, a row that reads from afar, and of all tasks together, as far as that leaves two of each. */
const SAMPLE_OF_TASK = 10;
const SAMPLE_SIZE = 200;
