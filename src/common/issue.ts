import { asIs, said, type Sentence } from './said';

const INVALID = /^Invalid ([^:]*): Expected (.*) but received (.*)$/s;

/** What valibot says of a value. A message of our own in a schema is a sentence without facts: its English text is its code. */
export function issueSaid({ message }: { readonly message: string }): Sentence {
  const [, what, wanted = '', found = ''] = INVALID.exec(message) ?? [];
  return what === undefined ? asIs(message) : said`Invalid ${what}: Expected ${wanted} but received ${found}`;
}
