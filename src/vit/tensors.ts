/** The step between a file and a model: named raw tensors, whatever container they came in. */
import type { RawTensor } from './dtype';
import { CheckpointError } from './errors';

export type RawTensors = ReadonlyMap<string, RawTensor>;

/** Averaged and teaching copies are what their authors publish; optimisers and students come last. */
function preference(prefix: string): number {
  if (/(^|\.)(teacher|ema|model_ema|state_dict_ema|target_encoder)\b/.test(prefix)) return 0;
  return /(^|\.)(student|optimizer|decoder)\b/.test(prefix) ? 2 : 1;
}

/**
 * What training frameworks wrapped around a model's own names (`module.`, `model.`, `teacher.backbone.`): whatever stands
 * before `inside`, the name of a tensor that every ViT has. Null where there is no such tensor.
 */
export function wrapperOf(tensors: RawTensors, inside: string): string | null {
  let best: string | null = null;
  for (const name of tensors.keys()) {
    if (name !== inside && !name.endsWith(`.${inside}`)) continue;
    const prefix = name.slice(0, -inside.length);
    const better = best === null || preference(prefix) < preference(best);
    if (better || (preference(prefix) === preference(best ?? '') && prefix.length < (best ?? '').length)) best = prefix;
  }
  return best;
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
