/** What goes out: a trained ViT with one classifier over all classes, and the files that other libraries read. */
import { SaidError, said } from '../../common/said';
import type { Classifier, NamedTensor, VitCheckpoint } from '../checkpoint';
import { fromFloat32, type RawTensor } from '../dtype';

export interface TrainedVit {
  readonly checkpoint: VitCheckpoint;
  /** Rows in the order of `labels`. */
  readonly classifier: Classifier;
  readonly labels: readonly string[];
  /** For people: "Alphabets, InfLoRA, after task 3". */
  readonly title: string;
  /** Markdown for the model card: where the model comes from, the run's digest. Absent: the card says how to load it alone. */
  readonly card?: string;
  /** How images were brought to the model's size. Absent: bicubic. */
  readonly resize?: 'bicubic' | 'bilinear';
}

export interface ExportFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What a library has no layout for. The message names what would do. */
export class ExportError extends SaidError {
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
  if (!tensor) throw new ExportError(said`The model lacks the tensor "${name}"; it cannot be written.`);
  return tensor;
}

export const raw = (data: Float32Array, shape: readonly number[]): RawTensor => fromFloat32(data, shape);

/** Rows `from` to `to` of a tensor whose last axis is `columns` wide, as [1, rows, columns]. */
export function rowsOf(data: Float32Array, from: number, to: number, columns: number): RawTensor {
  return fromFloat32(data.slice(from * columns, to * columns), [1, to - from, columns]);
}

/** The model card that hubs show: what it is for them, how it is loaded, and where it comes from. */
export function modelCard({ title, card }: TrainedVit, library: 'timm' | 'transformers' | 'peft', loading: string): ExportFile {
  const front = [
    '---',
    `library_name: ${library}`,
    'pipeline_tag: image-classification',
    'tags:',
    '- vision-transformer',
    '- continual-learning',
    '---',
  ];
  // One line, which no heading or quote begins anew.
  const heading = title.replace(/[\r\n]+/g, ' ').replace(/[\\`*_{}[\]<>#|]/g, '\\$&');
  return textFile(
    'README.md',
    [...front, '', `# ${heading}`, '', loading.trim(), ...(card === undefined ? [] : ['', card.trim()]), ''].join('\n'),
  );
}

/**
 * Transforms that give what was trained on: the short side resized, cropped in the middle, normalised. ViT's own processor
 * of transformers squashes instead of cropping; BiT's does as here, but for an odd remainder, which it cuts one pixel off.
 */
export function preprocessorConfig({ checkpoint: { config }, resize }: TrainedVit): unknown {
  return {
    image_processor_type: 'BitImageProcessor',
    do_convert_rgb: true,
    do_resize: true,
    size: { shortest_edge: config.imageSize },
    resample: resize === 'bilinear' ? 2 : 3,
    do_center_crop: true,
    crop_size: { height: config.imageSize, width: config.imageSize },
    do_rescale: true,
    rescale_factor: 1 / 255,
    do_normalize: true,
    image_mean: config.mean,
    image_std: config.std,
  };
}
