/** The host behind the worker's boundary: device, backbone, stream and one run at a time. */
import { zipSync } from 'fflate';
import { version } from '../../package.json';
import type { DeviceKind, VitModel } from '../compute/backbone';
import type { Calibration } from '../compute/calibration';
import { createMethod } from '../continual/registry';
import type { NamedBlob } from '../data/file-tree';
import { findDuplicates } from '../data/duplicates';
import type { LabelledImages } from '../data/labelled-images';
import { estimateDuration, stepTime } from '../session/duration';
import { fitMemory, plannedModels } from '../session/estimate';
import { tokenCount, type VitConfig } from '../vit/config';
import type { Experiment } from '../session/experiment';
import type { RunRecord } from '../session/record';
import { createRun } from '../session/run';
import { compareGolden } from '../session/golden';
import type { VitCheckpoint } from '../vit/checkpoint';
import type { LabHost } from './api';
import type { OnProgress } from './download';
import { backboneFacts, readBackbone, type LoadedBackbone } from './loaded-backbone';
import type { Manifest } from './own-images';
import { cutTasks, sampleTests, summariseStream, type LoadedStream } from './loaded-stream';
import { createHistory, type History } from './history';
import { HostStateError, type HostParts, type OpenedDevice } from './host-parts';
import { predictWith, predictWithHead, toBatch, topRows } from './predict';
import { driveRun, type RunDriver } from './run-driver';
import { hubCalls } from './hub/calls';
import { createReadings } from './readings';
import { createSnapshots, modelFiles, type Snapshots } from './take-away';
import { createTurns } from './turns';

export { HostStateError, type HostParts, type OpenedDevice };

interface Kept<T> {
  readonly key: string;
  readonly value: T;
}

/** What stays of a run to be asked or taken away. */
interface Learned {
  readonly base: VitCheckpoint;
  readonly snapshots: Snapshots;
  readonly history: History;
  /** How its images were resized, as a question's are. */
  readonly resize: Experiment['stream']['resize'];
}

/** What provided files would be called that stand for a source. */
const nameOf = (from: Experiment['stream']['from']) => (from.source === 'file' ? from.name : from.source === 'url' ? from.url : undefined);

/** What decides which images are read, and how large they are made. */
function streamKey({ stream, seed }: Experiment, imageSize: number): string {
  const { from, resize, testFraction, trainPerClass, testPerClass, maxClasses, outerFolder } = stream;
  // How large or numerous the files are says nothing about what they hold.
  const source = from.source === 'file' ? from.name : from;
  return JSON.stringify([source, resize, testFraction, trainPerClass, testPerClass, maxClasses, outerFolder, seed, imageSize]);
}

const silent: OnProgress = () => undefined;

export function createHost({
  sources,
  openHub,
  openDevice,
  linalg,
  layers,
  readImages,
  decode,
  availableMemory,
  calibrations,
}: HostParts): LabHost {
  const turns = createTurns();
  let opened: (OpenedDevice & { readonly asked: DeviceKind | 'auto' }) | null = null;
  let backbone: Kept<LoadedBackbone> | null = null;
  let model: { readonly of: LoadedBackbone; readonly value: VitModel } | null = null;
  /** `asked`: the digest by which a link found them. */
  let images:
    | (Kept<LabelledImages> & {
        readonly own?: Manifest | undefined;
        readonly asked?: string | undefined;
        readonly name?: string | undefined;
      })
    | null = null;
  let stream: LoadedStream | null = null;
  let driver: RunDriver | null = null;
  /** What the run's methods had learned after each task. */
  let learned: Learned | null = null;
  const readings = createReadings();

  async function closeRun(): Promise<void> {
    await driver?.close();
    // Of a device that is gone nothing is left to free.
    if (opened) learned?.history.dispose();
  }

  function forgetDevice(): void {
    opened = null;
    model = null;
  }

  async function device(kind: DeviceKind | 'auto' = opened?.asked ?? 'auto'): Promise<OpenedDevice> {
    if (opened && (kind === opened.asked || kind === opened.device.info.kind)) return opened;
    await closeRun();
    const before = opened;
    forgetDevice();
    before?.device.dispose();
    const found = { ...(await openDevice(kind)), asked: kind };
    opened = found;
    void found.device.lost.then(() => {
      if (opened === found) forgetDevice();
    });
    return found;
  }

  async function needBackbone(experiment: Experiment, onProgress: OnProgress = silent): Promise<LoadedBackbone> {
    const { from, ...rest } = experiment.backbone;
    // The page learns a file's digest from us and then asks by it.
    const key = JSON.stringify([from.source === 'file' ? from.name : from, rest]);
    const expected = from.source === 'file' ? from.sha256 : undefined;
    if (backbone?.key === key && (expected === undefined || expected === backbone.value.summary.sha256)) return backbone.value;
    const value = await readings.during((signal) => readBackbone(sources, experiment.backbone, onProgress, signal));
    backbone = { key, value };
    return value;
  }

  async function needStream(experiment: Experiment, onProgress: OnProgress = silent): Promise<LoadedStream> {
    const { imageSize } = (await needBackbone(experiment)).summary.config;
    const { from } = experiment.stream;
    const key = streamKey(experiment, imageSize);
    const expected = from.source === 'file' ? from.sha256 : undefined;
    if (images?.key !== key || ![undefined, images.value.sha256, images.asked].includes(expected)) {
      images = await readings.during(async (signal) => {
        const files = await sources.stream(from, onProgress, signal);
        const { images: value, manifest } = await readImages(files, experiment, imageSize, onProgress, signal);
        await forgetImages();
        return { key, value, own: files.own === true ? manifest : undefined, asked: expected, name: nameOf(from) };
      });
    }
    stream = cutTasks(images.value, experiment);
    return stream;
  }

  async function forgetImages(): Promise<void> {
    const before = images?.value;
    images = null;
    stream = null;
    await before?.discard?.();
  }

  /** The untouched backbone on the device; methods fork it. */
  async function needModel(experiment: Experiment): Promise<VitModel> {
    const loaded = await needBackbone(experiment);
    const { device: on } = await device();
    // Not by name: a file that was dropped later may have the same.
    if (model?.of === loaded) return model.value;
    model?.value.dispose();
    model = null;
    model = { of: loaded, value: await on.load(loaded.checkpoint) };
    return model.value;
  }

  /** What time costs on the device in use, measured once a device and kept for the next visit; null where it cannot be told. */
  async function calibrated(): Promise<Calibration | null> {
    const { device: on } = await device();
    const measure = on.calibrate?.bind(on);
    if (!measure) return null;
    const name = JSON.stringify([version, on.info.kind, on.info.name]);
    const known = await calibrations?.read(name);
    if (known) return known;
    const found = await turns.take(measure);
    await calibrations?.write(name, found);
    return found;
  }

  async function durations(config: VitConfig, experiment: Experiment) {
    const calibration = await calibrated();
    if (!calibration) return null;
    const now =
      images && images.key === streamKey(experiment, config.imageSize) ? summariseStream(cutTasks(images.value, experiment)) : null;
    const sizes = now?.tasks.map(({ train, test, from, to }) => ({ train, test, classes: to - from })) ?? null;
    return estimateDuration(config, experiment, sizes, calibration, layers?.lanes);
  }

  function softwareFacts(): RunRecord['software'] {
    return { version, userAgent: typeof navigator === 'undefined' ? 'Node' : navigator.userAgent };
  }

  return {
    async useDevice(kind) {
      const { device: chosen, unavailable } = await device(kind);
      return { chosen: chosen.info, unavailable };
    },
    async provide(files: readonly NamedBlob[]) {
      sources.provide(files);
      // A file of the same name may hold something else now.
      backbone = null;
      const name = images?.name;
      const same = name !== undefined && files.some((file) => file.name === name || file.name.startsWith(`${name}/`));
      if (same) await forgetImages();
    },
    async loadBackbone(experiment, onProgress) {
      return (await needBackbone(experiment, onProgress)).summary;
    },
    async loadStream(experiment, onProgress) {
      return { ...summariseStream(await needStream(experiment, onProgress)), own: images?.own };
    },
    async cancelReading() {
      readings.cancel();
    },
    async findDuplicates() {
      if (!images) throw new HostStateError('No stream is loaded.');
      return findDuplicates(images.value);
    },
    async estimate(experiment) {
      const { summary } = await needBackbone(experiment);
      const { device: on } = await device();
      const time = await durations(summary.config, experiment);
      return { ...fitMemory(summary.config, experiment, on.info, availableMemory(on.info.kind)), time };
    },
    async stepTimes(experiment, shapes) {
      const calibration = await calibrated();
      const model = plannedModels(experiment).find(({ trainables }) => trainables.backbone !== 'none' || trainables.adapters !== 'none');
      if (!calibration || !model) return null;
      return shapes.map((config) => stepTime(config, experiment.training.batchSize, model, calibration) ?? NaN);
    },
    async open(experiment) {
      await closeRun();
      driver = null;
      const { summary } = await needBackbone(experiment);
      const tasks = await needStream(experiment);
      const untouched = await needModel(experiment);
      const { device: on } = await device();
      const run = createRun({
        experiment,
        backbone: untouched,
        linalg,
        layers,
        stream: tasks.stream,
        createMethod,
        facts: { device: { ...on.info }, software: softwareFacts(), backbone: backboneFacts(summary), stream: tasks.facts },
      });
      const snapshots = createSnapshots();
      const { checkpoint } = await needBackbone(experiment);
      const history = createHistory({ base: checkpoint, untouched, snapshots, load: (weights) => on.load(weights) });
      learned = { base: checkpoint, snapshots, history, resize: experiment.stream.resize };
      driver = driveRun(run, on, turns, async (id, task) => {
        const found = run.methods().find((each) => each.id === id);
        if (found) await snapshots.take(id, task, found.method);
      });
    },
    async next(budgetMs, steps) {
      if (!driver) throw new HostStateError('No run is open.');
      return driver.next(budgetMs, steps);
    },
    async append(experiment) {
      if (!driver?.finished()) throw new HostStateError('Tasks can be appended once the run has finished.');
      const longer = await needStream(experiment);
      driver.run.append(experiment, longer.stream, longer.facts);
      driver.restart();
    },
    async measure(experiment) {
      const { config } = (await needBackbone(experiment)).summary;
      const { device: on } = await device();
      const profile = on.profile?.bind(on);
      if (!profile) throw new HostStateError('This engine cannot tell where its time goes. Choose WebAssembly or WebGPU as the device.');
      const steps = [];
      for (const { id, trainables, adapters } of plannedModels(experiment)) {
        if (trainables.backbone === 'none' && trainables.adapters === 'none') continue;
        const of = { config, batch: experiment.training.batchSize, trainables, adapters };
        steps.push({ method: id, profile: await turns.take(() => profile(of)) });
      }
      return { date: new Date().toISOString(), ...softwareFacts(), device: { ...on.info }, config, tokens: tokenCount(config), steps };
    },
    close: closeRun,
    async predict(image, top) {
      const open = driver;
      if (!open || !learned || !stream) return [];
      const { resize } = learned;
      const { stream: tasks, images: loaded } = stream;
      return turns.take(() => predictWith(open.run.methods(), tasks.classNames, image, loaded.imageSize, top, resize));
    },
    async predictAfter(task, image, top) {
      if (!learned || !stream) return [];
      const { history, resize } = learned;
      const { stream: tasks, images: loaded } = stream;
      const batch = toBatch(image, loaded.imageSize, resize);
      const answers = await turns.take(() => history.scoresAfter(task, batch));
      const label = (column: number): string => tasks.classNames[column] ?? String(column);
      return answers.map(({ method, scores }) => ({ method, rows: topRows(scores, label, top) }));
    },
    async predictBare(experiment, image, top) {
      const { checkpoint } = await needBackbone(experiment);
      const untouched = await needModel(experiment);
      return turns.take(() => predictWithHead(untouched, checkpoint.head, image, experiment.stream.resize, top));
    },
    async decode(file) {
      const { width, height, rgb } = await decode(new Uint8Array(await file.arrayBuffer()));
      return { width, height, pixels: rgb };
    },
    async golden(folder, scenario, onProgress) {
      await closeRun();
      const { device: on } = await device();
      const read = (name: string) => sources.read(`${folder}/${name}`);
      const comparison = compareGolden(read, scenario, on, linalg, { names: sources.names(`${folder}/`) });
      let next = await comparison.next();
      for (; !next.done; next = await comparison.next()) onProgress(next.value);
      return next.value;
    },
    async testImages(task, count) {
      if (!stream) throw new HostStateError('No stream is loaded.');
      return sampleTests(stream, task, count);
    },
    ...hubCalls(openHub),
    async models() {
      return learned?.snapshots.list() ?? [];
    },
    async takeModel({ method, task, layout }) {
      const record = driver?.record();
      if (!learned || !record) throw new HostStateError('There is no trained model: run an experiment first.');
      const title = `${record.stream.title}, ${method}, after task ${task + 1} of ${record.stream.tasks.length}`;
      const files = modelFiles(learned.base, learned.snapshots.get(method, task), record.stream.classNames, title, layout);
      return new Blob([zipSync(Object.fromEntries(files.map(({ name, bytes }) => [name, bytes])), { level: 0 })], {
        type: 'application/zip',
      });
    },
    async testLabels() {
      return stream?.stream.tasks.map(({ test }) => Array.from(test.labels)) ?? [];
    },
    async record() {
      return driver?.record() ?? null;
    },
    async memory() {
      return opened?.device.memory() ?? { buffers: 0, bytes: 0 };
    },
  };
}
