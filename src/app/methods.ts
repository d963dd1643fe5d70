/** How methods read on the page, and what the page says of them from their definitions. */
import * as v from 'valibot';
import type { Kept } from '../continual/method';
import { definitionOf } from '../continual/registry';
import type { MethodSpec } from '../session/experiment';
import type { Lineup } from './looks';
import { methodIn, methodNamed } from './names';
import { text } from './text';
import type { MethodWords } from './text/en/methods';
import type { OptionWords } from './text/en/options';

/** In the page's words. */
export const methodWords = (id: string, title = id): MethodWords => methodNamed(text, id, title);

/** Of one method of a run or of the set-up, in the page's words. */
export const wordsOf = (of: Lineup, id: string): MethodWords => methodIn(text, of, id);

/** A label special to the method, else the one that all methods share, else the option's own name. */
export const optionWords = (id: string, option: string): OptionWords =>
  methodWords(id).options?.[option] ?? text.options[option] ?? { label: option };

/** What a method keeps of earlier tasks, as it is set up or by its defaults. */
export function keptBy(id: string, spec: MethodSpec | undefined): readonly Kept['what'][] {
  const { options, plan } = definitionOf(id);
  return plan(spec ?? v.getDefaults(v.object(options))).keeps;
}
