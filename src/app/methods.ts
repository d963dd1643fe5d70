/** How methods read on the page, and what the page says of them from their definitions. */
import * as v from 'valibot';
import type { Kept } from '../continual/method';
import { definitionOf, isMethodId } from '../continual/registry';
import type { MethodSpec } from '../session/experiment';
import type { Lineup } from './looks';
import { text } from './text';
import type { MethodWords } from './text/en/methods';
import type { OptionWords } from './text/en/options';

/** Words of the catalogue; a method that this build does not know goes by the title that its record carries. */
export function methodWords(id: string, title = id): MethodWords {
  return isMethodId(id) ? text.methods[id] : { name: title, short: title, sentence: '' };
}

/** Words of one method of a run or of the set-up. */
export const wordsOf = ({ methods }: Lineup, id: string): MethodWords => methodWords(id, methods.find((method) => method.id === id)?.title);

/** A label special to the method, else the one that all methods share, else the option's own name. */
export const optionWords = (id: string, option: string): OptionWords =>
  methodWords(id).options?.[option] ?? text.options[option] ?? { label: option };

/** What a method keeps of earlier tasks, as it is set up or by its defaults. */
export function keptBy(id: string, spec: MethodSpec | undefined): readonly Kept['what'][] {
  const { options, plan } = definitionOf(id);
  return plan(spec ?? v.getDefaults(v.object(options))).keeps;
}
