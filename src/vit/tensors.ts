/** The step between a file and a model: named raw tensors, whatever container they came in. */
import type { RawTensor } from './dtype';
import { CheckpointError } from './errors';

export type RawTensors = ReadonlyMap<string, RawTensor>;

/** Prefixes that training frameworks wrap around a model's own names. */
const WRAPPERS = ['module.', 'model.', 'backbone.', 'encoder.', 'student.', 'teacher.', 'vit.', '_orig_mod.'];

/**
 * Tensors with a wrapper such as `module.` or `model.` taken off their names, when the names inside are a ViT's
 * (`inside` tells). Other tensors are dropped then: they belong to whatever surrounded the model.
 */
export function unwrap(tensors: RawTensors, inside: string): RawTensors {
  let current = tensors;
  for (let depth = 0; depth < 3 && !current.has(inside); depth++) {
    const wrapper = WRAPPERS.find((prefix) => [...current.keys()].some((name) => name.startsWith(prefix) && name.endsWith(inside)));
    if (wrapper === undefined) return current;
    current = new Map(
      [...current].filter(([name]) => name.startsWith(wrapper)).map(([name, tensor]) => [name.slice(wrapper.length), tensor] as const),
    );
  }
  return current;
}

/** The shape of a tensor that must be there. Throws CheckpointError naming it and what holds it elsewhere. */
export function requireShape(tensors: RawTensors, name: string, rank: number, what: string): readonly number[] {
  const tensor = tensors.get(name);
  if (tensor === undefined) {
    throw new CheckpointError(
      `Tensor "${name}" (${what}) is missing. A plain ViT under timm names has it; check that the file is a complete checkpoint.`,
      name,
    );
  }
  if (tensor.shape.length !== rank) {
    throw new CheckpointError(`Tensor "${name}" (${what}) should have ${rank} dimensions, but is [${tensor.shape.join(', ')}].`, name);
  }
  return tensor.shape;
}
