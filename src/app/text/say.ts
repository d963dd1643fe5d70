/** What the layers below the page say, in the page's language. */
import { worded, type Catalogue, type Said } from '../../common/said';

interface Words {
  readonly errors: Catalogue;
}

export const say = ({ errors }: Words, what: Said): string => worded(what, errors);

const PLACE = /\{\d+\}/;
const literal = (code: string) => code.split(PLACE);

/**
 * A sentence of a record, which is English whoever made it: known again by its template. As it is where none fits. Facts of a single
 * word are names.
 */
export function recall(words: Words, english: string): string {
  const exact = words.errors[english];
  if (exact !== undefined) return exact;
  const codes = Object.keys(words.errors).sort((a, b) => literal(b).join('').length - literal(a).join('').length);
  for (const code of codes) {
    const parts = literal(code).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const facts = parts.length === 1 ? null : new RegExp(`^${parts.join('(.+?)')}$`, 's').exec(english);
    if (facts !== null)
      return worded({ code, facts: facts.slice(1).map((fact) => (fact.includes(' ') ? recall(words, fact) : fact)) }, words.errors);
  }
  return english;
}
