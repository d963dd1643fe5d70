/** How methods read on the page, and what the page says of them from their definitions. */
import * as v from 'valibot';
import type { Kept } from '../continual/method';
import { definitionOf } from '../continual/registry';
import type { MethodSpec } from '../session/experiment';
import { methodNamed } from './names';
import type { Texts } from './text/en';
import type { OptionWords } from './text/en/options';

/** A label special to the method, else the one that all methods share, else the option's own name. */
export const optionWords = (text: Texts, id: string, option: string): OptionWords =>
  methodNamed(text, id).options?.[option] ?? text.options[option] ?? { label: option };

/** What a method keeps of earlier tasks, as it is set up or by its defaults. */
export function keptBy(id: string, spec: MethodSpec | undefined): readonly Kept['what'][] {
  const { options, plan } = definitionOf(id);
  return plan(spec ?? v.getDefaults(v.object(options))).keeps;
}
