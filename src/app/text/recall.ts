/** What records say, in the page's language. */
import { worded } from '../../common/said';
import type { Words } from './say';

/** Without its places. */
const literal = (code: string) => code.replace(/\{\d+\}/g, '');
/** Templates of marks alone would fit anything; one stands in the log, behind the name of a method. */
const tells = (code: string) => /\p{L}/u.test(literal(code)) || code === '{0}: {1}';

/**
 * A sentence of a record, which is English whoever made it: known again by its template. As it is where none fits. Facts of a single
 * word are names.
 */
export function recall(words: Words, english: string): string {
  const exact = words.errors[english];
  if (exact !== undefined) return exact;
  const codes = Object.keys(words.errors)
    .filter(tells)
    .sort((a, b) => literal(b).length - literal(a).length);
  for (const code of codes) {
    const parts = code.split(/\{\d+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const facts = parts.length === 1 ? null : new RegExp(`^${parts.join('(.*?)')}$`, 's').exec(english);
    if (facts === null) continue;
    return worded({ code, facts: facts.slice(1).map((fact) => (fact.includes(' ') ? recall(words, fact) : fact)) }, words.errors);
  }
  return english;
}
