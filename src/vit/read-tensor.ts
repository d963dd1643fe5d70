/** One raw tensor to checked float32. */
import { said } from '../common/said';
import type { NamedTensor } from './checkpoint';
import { requireFloats, toFloat32 } from './dtype';
import { CheckpointError } from './errors';
import type { RawTensors } from './tensors';

/** Throws CheckpointError where the tensor is missing, in a form that is not read, of another shape, or holds NaN or infinity. */
export function readTensor(tensors: RawTensors, name: string, expected: readonly number[]): NamedTensor {
  const raw = tensors.get(name);
  if (raw === undefined) {
    throw new CheckpointError(
      said`Tensor "${name}" of shape [${expected.join(', ')}] is missing. The file is incomplete, or its model is not a plain pre-norm ViT.`,
      name,
    );
  }
  requireFloats(raw, name);
  if (raw.shape.length !== expected.length || raw.shape.some((side, i) => side !== expected[i])) {
    throw new CheckpointError(
      said`Tensor "${name}" should have shape [${expected.join(', ')}], but has [${raw.shape.join(', ')}]. The file mixes models, or its model is not a plain pre-norm ViT.`,
      name,
    );
  }
  const data = toFloat32(raw, name);
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new CheckpointError(
      said`Tensor "${name}" holds ${String(data[bad])} at position ${bad}: the weights are broken (often a training run that diverged, or a float16 overflow). Load an earlier checkpoint.`,
      name,
    );
  }
  return { shape: expected, data };
}
