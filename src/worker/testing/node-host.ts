/** The real host in Node, on the engine that users without a GPU get, with a tiny backbone and images made up for it. */
import { PNG } from 'pngjs';
import { openDevice } from '../../compute/devices';
import { createLinearAlgebra } from '../../compute/linalg/create';
import { tinyCheckpoint, tinyConfig } from '../../compute/testing/fixtures';
import { decodeChecked, type DecodeImage } from '../../data/decode';
import { memoryScratch } from '../../data/scratch';
import { png, zip, type Contents } from '../../data/testing/sources';
import { parseExperiment, type Experiment, type ExperimentInput } from '../../session/experiment';
import { fromFloat32, writeSafetensors } from '../../vit/safetensors';
import type { Calibration } from '../../compute/calibration';
import type { LabHost } from '../api';
import { imageReader } from '../browser-host';
import type { KeptCalibrations } from '../calibrations';
import { createHost } from '../host';
import type { HostParts, OpenedDevice } from '../host-parts';
import { createSources } from '../sources';
import { nextTurn } from '../turns';

/** As a browser's decoder, an image is not there at once. */
const decode: DecodeImage = async (bytes) => {
  await nextTurn();
  const { width, height, data } = PNG.sync.read(Buffer.from(bytes));
  return { width, height, rgba: new Uint8ClampedArray(data) };
};

/** An image of a class by its number: each class its own colour, with a little noise. */
export const picture = (c: number, i: number): Uint8Array =>
  png(8, 8, (x, y) => [40 * c + ((x + i) % 5), 255 - 40 * c - ((y * i) % 7), (c % 2) * 200 + i]);

/** Six classes of six images for training and three for testing. */
export function pictures(): Contents {
  const contents: Contents = {};
  for (let c = 0; c < 6; c++) {
    for (let i = 0; i < 6; i++) contents[`train/class ${c}/${i}.png`] = picture(c, i);
    for (let i = 0; i < 3; i++) contents[`test/class ${c}/${i}.png`] = picture(c, 10 + i);
  }
  return contents;
}

const config = tinyConfig();

/** Two methods learn two of three tasks of two classes. */
export const tinyExperiment = (input: Partial<ExperimentInput> = {}): Experiment =>
  parseExperiment({
    schema: 1,
    backbone: { from: { source: 'file', name: 'tiny.safetensors' }, heads: config.heads, mean: [...config.mean], std: [...config.std] },
    stream: { from: { source: 'file', name: 'pictures.zip' }, split: { kind: 'equal', classesPerTask: 2 }, maxTasks: 2 },
    methods: [{ id: 'inflora', rank: 2 }, { id: 'nearest-mean' }],
    training: { epochs: 2, batchSize: 5 },
    ...input,
  });

/** Measured once a process: a second each, and the machine stays the same. */
const measured = new Map<string, Calibration>();
const calibrations: KeptCalibrations = {
  read: async (device) => measured.get(device) ?? null,
  write: async (device, calibration) => void measured.set(device, calibration),
};

export interface NodeHost {
  readonly host: LabHost;
  /** Frees the devices that it opened. */
  dispose(): void;
}

/** A host that was given the files of `tinyExperiment`. */
export async function nodeHost(parts: Partial<HostParts> = {}): Promise<NodeHost> {
  const opened: OpenedDevice[] = [];
  const open = parts.openDevice ?? openDevice;
  const host = createHost({
    linalg: createLinearAlgebra(),
    sources: createSources('http://localhost/'),
    readImages: imageReader(decode, async () => memoryScratch()),
    decode: (bytes) => decodeChecked(bytes, decode),
    calibrations,
    ...parts,
    async openDevice(kind) {
      const found = await open(kind);
      opened.push(found);
      return found;
    },
  });
  const tensors = [...tinyCheckpoint(config).tensors].map(([name, { shape, data }]) => [name, fromFloat32(data, shape)] as const);
  await host.provide([
    { name: 'tiny.safetensors', file: new Blob([writeSafetensors(new Map(tensors))]) },
    { name: 'pictures.zip', file: zip(pictures()) },
  ]);
  return { host, dispose: () => opened.forEach(({ device }) => device.dispose()) };
}
