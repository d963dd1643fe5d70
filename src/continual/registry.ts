/** All methods. Adding one: its file, a line here, its words. */
import type { MethodDefinition, OptionsOf } from './definition';
import { derpp } from './methods/derpp';
import { experienceReplay } from './methods/experience-replay';
import { aperLora } from './methods/aper-lora';
import { codaPrompt } from './methods/coda-prompt';
import { dualprompt } from './methods/dualprompt';
import { cLora } from './methods/c-lora';
import { ewc } from './methods/ewc';
import { frozen } from './methods/frozen';
import { fullFineTuning } from './methods/full-fine-tuning';
import { gpm } from './methods/gpm';
import { inflora } from './methods/inflora';
import { infloraB5 } from './methods/inflora-b5';
import { infloraCa } from './methods/inflora-ca';
import { joint } from './methods/joint';
import { l2p } from './methods/l2p';
import { lae } from './methods/lae';
import { lwf } from './methods/lwf';
import { nearestMean } from './methods/nearest-mean';
import { oLora } from './methods/o-lora';
import { ranpac } from './methods/ranpac';
import { sdLora } from './methods/sd-lora';
import { sequentialLora } from './methods/sequential-lora';
import { slca } from './methods/slca';

export const METHODS = [
  inflora,
  infloraCa,
  sequentialLora,
  fullFineTuning,
  joint,
  nearestMean,
  frozen,
  ranpac,
  slca,
  experienceReplay,
  infloraB5,
  aperLora,
  l2p,
  dualprompt,
  codaPrompt,
  cLora,
  oLora,
  ewc,
  gpm,
  lae,
  sdLora,
  lwf,
  derpp,
] as const;

/** A method that this build knows. */
export type MethodId = (typeof METHODS)[number]['id'];

type SpecificationOf<Definition> =
  Definition extends MethodDefinition<infer Id, infer Entries> ? { readonly id: Id } & OptionsOf<Entries> : never;

/** A method with all its options; an experiment's entries fit. */
export type MethodSpecification = SpecificationOf<(typeof METHODS)[number]>;

const byId = new Map<string, MethodDefinition>(METHODS.map((definition) => [definition.id, definition as unknown as MethodDefinition]));

export const isMethodId = (id: string): id is MethodId => byId.has(id);

/** By id; undefined for what only another build knows. */
export const findDefinition = (id: string): MethodDefinition | undefined => byId.get(id);

/** Throws RangeError on an id that this build does not know. */
export function definitionOf(id: string): MethodDefinition {
  const found = byId.get(id);
  if (!found) throw new RangeError(`There is no method "${id}". Known: ${[...byId.keys()].join(', ')}.`);
  return found;
}
