import type { Trainables } from '../backbone';
import type { AdapterLayout } from './adapter-layout';
import type { PromptLayout } from './prompt-layout';
import type { WeightLayout } from './weights';

/** Copies, by the names of `Trainer.gradients`, out of buffers laid out as what learns: the classifier's, the weights', the adapters', the prompts'. */
export function gradientsByName(
  buffers: ReadonlyMap<string, Float32Array>,
  { backbone, adapters, prompts }: Pick<Trainables, 'backbone' | 'adapters' | 'prompts'>,
  weights: WeightLayout,
  { places }: AdapterLayout,
  { pools }: PromptLayout,
): Map<string, Float32Array> {
  const cut = (name: string, offset: number, count: number): Float32Array =>
    (buffers.get(name) ?? new Float32Array()).slice(offset, offset + count);
  const found = new Map<string, Float32Array>();
  for (const name of ['classifier.weight', 'classifier.bias']) found.set(name, cut(name, 0, Infinity));
  if (backbone === 'all') {
    for (const [name, { buffer, offset, count }] of weights.tensors) found.set(name, cut(buffer, offset, count));
  }
  if (adapters !== 'none') {
    for (const { name, frozen, rank, inputs, outputs, up, down, scale } of places) {
      if (scale) found.set(`scale.${scale.name}`, cut('adapters', scale.view.offset, 1));
      if (frozen) continue;
      found.set(`${name}.up`, cut('adapters', up.offset, outputs * rank));
      if (adapters === 'both') found.set(`${name}.down`, cut('adapters', down.offset, rank * inputs));
    }
  }
  if (prompts) for (const { name, size, view } of pools) found.set(name, cut('prompts', view.offset, size * view.stride));
  return found;
}
