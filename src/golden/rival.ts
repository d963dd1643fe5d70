/**
 * A recording of a rival method: `<method>/<name>.json` and tensors, and the inputs that all of them share in `common/`
 * (48 images of 8 x 8, a ViT of width 16 and depth 2); see the README that comes with the data.
 */
import type * as v from 'valibot';
import type { VitModel } from '../compute/backbone';
import type { LinearAlgebra } from '../compute/linalg/linear-algebra';
import type { VitCheckpoint } from '../vit/checkpoint';
import { checkpointOf } from './backbone';
import type { Comparison } from './compare';
import { firstReadable, GoldenError, parse, readRecording, type GoldenReader, type Recording, type TensorSet } from './files';
import { inputsOf, type GoldenInputs } from './inputs';
import type { GoldenProgress } from './types';

/** The README of the data tells it; no file does. */
const HEADS = 2;

/** Largest errors that pass, as the README of the data gives them: losses absolute, the others relative. */
export const MARKS = { forward: 1e-5, loss: 1e-4, tensor: 1e-3, logits: 1e-3 } as const;

export interface Rival extends GoldenInputs {
  readonly name: string;
  /** The backbone that every method starts from; images enter as value / 255. */
  readonly checkpoint: VitCheckpoint;
  readonly tensors: TensorSet;
  /** The JSON, as far as `schema` names it. Throws GoldenError naming the field. */
  scalars<S extends v.GenericSchema>(schema: S): v.InferOutput<S>;
  /** Tensors of another file of the recording. Throws GoldenError where it is missing. */
  beside(file: string): Promise<TensorSet>;
}

/** A method replayed on a recording's inputs: notes named quantities with their marks. It may change the model, not dispose it. */
export type RivalScenario = (
  rival: Rival,
  model: VitModel,
  linalg: LinearAlgebra,
  comparison: Comparison,
) => AsyncGenerator<GoldenProgress, void>;

/** Throws GoldenError where a file or field is missing. */
export async function readRival(read: GoldenReader, name: string, known?: Recording): Promise<Rival> {
  const { file, json, tensors } = known ?? (await readRecording(read, name));
  const data = await firstReadable(read, ['common/data.safetensors']);
  const init = await firstReadable(read, ['common/init.safetensors']);
  if (!data || !init) {
    throw new GoldenError(
      `The inputs of "${name}" are not there: give the folder that holds common/data.safetensors and common/init.safetensors beside the recordings.`,
    );
  }
  const imageSize = data.get('train_images').shape[2] ?? 0;
  return {
    name,
    ...inputsOf(data, init, data.get('batch_order').shape[0] ?? 0),
    checkpoint: checkpointOf(init, imageSize, HEADS),
    tensors,
    scalars: (schema) => parse(schema, json, file),
    beside: async (other) => {
      const place = file.replace(/[^/]*$/, `${other}.safetensors`);
      const found = await firstReadable(read, [place]);
      if (!found) throw new GoldenError(`"${name}" needs ${place} beside it.`);
      return found;
    },
  };
}
