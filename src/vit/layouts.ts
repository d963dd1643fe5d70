/** Whose names the tensors carry is told by the tensors, not by the file's name. */
import { refuseOtherArchitectures } from './architecture';
import { CheckpointError } from './errors';
import type { VitFacts } from './facts';
import { huggingFacePrefix, renameHuggingFace } from './hugging-face';
import { jaxPrefix, renameJax } from './jax';
import { mergePeft, type PeftAdapter } from './peft';
import type { Renamed } from './rename';
import { wrapperOf, type RawTensors } from './tensors';
import { readTimmVit, type LoadedVit } from './timm';

const TIMM = 'patch_embed.proj.weight';

function withoutWrapper(raw: RawTensors, wrapper: string): Renamed {
  const inside = [...raw].filter(([name]) => name.startsWith(wrapper));
  return {
    tensors: new Map(inside.map(([name, tensor]) => [name.slice(wrapper.length), tensor] as const)),
    origins: new Map(inside.map(([name]) => [name.slice(wrapper.length), name] as const)),
    unused: [...raw.keys()].filter((name) => !name.startsWith(wrapper)),
  };
}

function recognise(raw: RawTensors): Renamed & { readonly facts?: VitFacts } {
  const wrapper = wrapperOf(raw, TIMM);
  if (wrapper !== null) return withoutWrapper(raw, wrapper);
  const huggingFace = huggingFacePrefix(raw);
  if (huggingFace !== null) {
    refuseOtherArchitectures(raw);
    return renameHuggingFace(raw, huggingFace);
  }
  const jax = jaxPrefix(raw);
  if (jax !== null) return renameJax(raw, jax);
  return withoutWrapper(raw, '');
}

/**
 * A ViT of any known layout: timm (and DeiT, DINO, MAE, DINOv2 as published), Hugging Face, JAX. Wrappers such as `module.`
 * are seen through, and a PEFT adapter is merged. Throws CheckpointError naming the tensor, also as the file calls it.
 */
export function readVit(raw: RawTensors, facts: VitFacts = {}, adapter: PeftAdapter | null = null): LoadedVit {
  const { tensors, origins, unused, facts: known } = recognise(raw);
  try {
    const loaded = readTimmVit(adapter === null ? tensors : mergePeft(tensors, adapter), { ...known, ...facts });
    const nameOf = (name: string): string => origins.get(name) ?? name;
    return { ...loaded, unused: [...unused, ...loaded.unused.map(nameOf)] };
  } catch (error) {
    if (!(error instanceof CheckpointError) || error.tensor === null) throw error;
    const origin = origins.get(error.tensor);
    if (origin === undefined || origin === error.tensor) throw error;
    throw new CheckpointError(`${error.message} (In the file: "${origin}".)`, origin, { cause: error });
  }
}
