/** What lies ready for a run: device, backbone and images, each kept as long as it is the one that is asked for. */
import type { DeviceKind, VitModel } from '../compute/backbone';
import type { NamedBlob } from '../data/file-tree';
import type { LabelledImages } from '../data/labelled-images';
import type { Experiment } from '../session/experiment';
import type { OnProgress } from './download';
import type { HostParts, OpenedDevice } from './host-parts';
import { readBackbone, type LoadedBackbone } from './loaded-backbone';
import { cutTasks, type LoadedStream } from './loaded-stream';
import type { Manifest } from './own-images';
import { createReadings } from './readings';
import { createTurns, type Turns } from './turns';

export interface Bench {
  /** One piece of work on the device's models at a time. */
  readonly turns: Turns;
  /** The device in use, or one of the kind asked for, which takes its place. */
  device(kind?: DeviceKind | 'auto'): Promise<OpenedDevice>;
  /** The device in use; null before the first and after a loss. */
  opened(): OpenedDevice | null;
  /** Ends what computes on the device. */
  clear(): Promise<void>;
  backbone(experiment: Experiment, onProgress?: OnProgress): Promise<LoadedBackbone>;
  /** The untouched backbone on the device; methods fork it. */
  model(experiment: Experiment): Promise<VitModel>;
  stream(experiment: Experiment, onProgress?: OnProgress): Promise<LoadedStream>;
  /** An experiment's tasks where its images are loaded already. */
  known(experiment: Experiment, imageSize: number): LoadedStream | null;
  /** The images in memory, `own` the user's, and the tasks that they were cut into last. */
  images(): { readonly value: LabelledImages; readonly own: Manifest | undefined } | null;
  tasks(): LoadedStream | null;
  /** Takes files for `file` sources; forgets what was read from others of their names. */
  provide(files: readonly NamedBlob[]): Promise<void>;
  /** Ends what is being read: it rejects with an AbortError. */
  cancelReading(): void;
}

interface Kept<T> {
  readonly key: string;
  readonly value: T;
}

interface KeptImages extends Kept<LabelledImages> {
  readonly own: Manifest | undefined;
  /** The digest by which a link found them. */
  readonly asked: string | undefined;
  readonly name: string | undefined;
}

/** What provided files would be called that stand for a source. */
const nameOf = (from: Experiment['stream']['from']) => (from.source === 'file' ? from.name : from.source === 'url' ? from.url : undefined);

/** What decides which images are read, and how large they are made. */
function streamKey({ stream, seed }: Experiment, imageSize: number): string {
  // Tasks are cut without reading anything anew.
  const { from, order: _order, split: _split, rename: _rename, maxTasks: _maxTasks, ...reading } = stream;
  // How large or numerous the files are says nothing about what they hold.
  const source = from.source === 'file' ? from.name : from;
  return JSON.stringify([source, reading, seed, imageSize]);
}

const silent: OnProgress = () => undefined;

/** `clear`: ends what computes on the device, before another takes its place. */
export function createBench(
  { sources, openDevice, readImages }: Pick<HostParts, 'sources' | 'openDevice' | 'readImages'>,
  clear: () => Promise<void>,
): Bench {
  const readings = createReadings();
  let opened: (OpenedDevice & { readonly asked: DeviceKind | 'auto' }) | null = null;
  let backbone: Kept<LoadedBackbone> | null = null;
  let model: { readonly of: LoadedBackbone; readonly value: VitModel } | null = null;
  let images: KeptImages | null = null;
  let stream: LoadedStream | null = null;

  function forgetDevice(): void {
    opened = null;
    model = null;
  }

  async function forgetImages(): Promise<void> {
    const before = images?.value;
    images = null;
    stream = null;
    await before?.discard?.();
  }

  async function device(kind: DeviceKind | 'auto' = opened?.asked ?? 'auto'): Promise<OpenedDevice> {
    if (opened && (kind === opened.asked || kind === opened.device.info.kind)) return opened;
    await clear();
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

  async function needBackbone(experiment: Experiment, onProgress = silent): Promise<LoadedBackbone> {
    const { from, ...rest } = experiment.backbone;
    // The page learns a file's digest from us and then asks by it.
    const key = JSON.stringify([from.source === 'file' ? from.name : from, rest]);
    const expected = from.source === 'file' ? from.sha256 : undefined;
    if (backbone?.key === key && (expected === undefined || expected === backbone.value.summary.sha256)) return backbone.value;
    const value = await readings.during((signal) => readBackbone(sources, experiment.backbone, onProgress, signal));
    backbone = { key, value };
    return value;
  }

  return {
    turns: createTurns(),
    device,
    opened: () => opened,
    clear,
    backbone: needBackbone,
    async model(experiment) {
      const loaded = await needBackbone(experiment);
      const { device: on } = await device();
      // Not by name: a file that was dropped later may have the same.
      if (model?.of === loaded) return model.value;
      model?.value.dispose();
      model = null;
      model = { of: loaded, value: await on.load(loaded.checkpoint) };
      return model.value;
    },
    async stream(experiment, onProgress = silent) {
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
    },
    known: (experiment, imageSize) => (images?.key === streamKey(experiment, imageSize) ? cutTasks(images.value, experiment) : null),
    images: () => images,
    tasks: () => stream,
    async provide(files) {
      sources.provide(files);
      // A file of the same name may hold something else now.
      backbone = null;
      const name = images?.name;
      const same = name !== undefined && files.some((file) => file.name === name || file.name.startsWith(`${name}/`));
      if (same) await forgetImages();
    },
    cancelReading: () => readings.cancel(),
  };
}
