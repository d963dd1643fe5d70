/** What goes out: a trained ViT with one classifier over all classes, and the files that other libraries read. */
import type { Classifier, NamedTensor, VitCheckpoint } from '../checkpoint';
import { fromFloat32, type RawTensor } from '../dtype';

export interface TrainedVit {
  readonly checkpoint: VitCheckpoint;
  /** Rows in the order of `labels`. */
  readonly classifier: Classifier;
  readonly labels: readonly string[];
  /** For people: "Alphabets, InfLoRA, after task 3". */
  readonly title: string;
}

export interface ExportFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What a library has no layout for. The message names what would do. */
export class ExportError extends Error {
  override readonly name = 'ExportError';
}

export const jsonFile = (name: string, value: unknown): ExportFile => ({
  name,
  bytes: new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`),
});

export const textFile = (name: string, text: string): ExportFile => ({ name, bytes: new TextEncoder().encode(text) });

/** A tensor that must be there. */
export function tensorOf({ tensors }: VitCheckpoint, name: string): NamedTensor {
  const tensor = tensors.get(name);
  if (!tensor) throw new ExportError(`The model lacks the tensor "${name}"; it cannot be written.`);
  return tensor;
}

export const raw = (data: Float32Array, shape: readonly number[]): RawTensor => fromFloat32(data, shape);

/** Rows `from` to `to` of a tensor whose last axis is `columns` wide, as [1, rows, columns]. */
export function rowsOf(data: Float32Array, from: number, to: number, columns: number): RawTensor {
  return fromFloat32(data.slice(from * columns, to * columns), [1, to - from, columns]);
}

/** Transforms that give what was trained on: the short side resized, cropped in the middle, normalised. */
export function preprocessorConfig({ config }: VitCheckpoint): unknown {
  return {
    image_processor_type: 'ViTImageProcessor',
    do_resize: true,
    size: { height: config.imageSize, width: config.imageSize },
    resample: 3,
    do_rescale: true,
    rescale_factor: 1 / 255,
    do_normalize: true,
    image_mean: config.mean,
    image_std: config.std,
  };
}
