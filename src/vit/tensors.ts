/** The step between a file and a model: named raw tensors, whatever container they came in. */
import { said, type Sentence } from '../common/said';
import type { RawTensor } from './dtype';
import { CheckpointError } from './errors';

export type RawTensors = ReadonlyMap<string, RawTensor>;

/** The shape of a tensor that must be there. Throws CheckpointError naming it and what holds it elsewhere. */
export function requireShape(tensors: RawTensors, name: string, rank: number, what: Sentence): readonly number[] {
  const tensor = tensors.get(name);
  if (tensor === undefined) {
    throw new CheckpointError(
      said`Tensor "${name}" (${what}) is missing. A plain ViT under timm names has it; check that the file is a complete checkpoint.`,
      name,
    );
  }
  if (tensor.shape.length !== rank) {
    throw new CheckpointError(said`Tensor "${name}" (${what}) should have ${rank} dimensions, but is [${tensor.shape.join(', ')}].`, name);
  }
  return tensor.shape;
}
