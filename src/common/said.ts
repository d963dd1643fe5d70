/**
 * Sentences for people, in any language, the way of gettext: below the page a sentence is written in English beside its cause
 * (said`The file ${name} has ${n} rows.`) and travels as that template, its code, with the facts that go into it. English needs no
 * catalogue: the code is the English template. Another language is a table from codes to templates with the same places
 * (`src/app/text/zh/errors.ts`); what it lacks is said in English.
 *
 * What people can bring about (by files, links, settings, a device, a network) is thrown as a `SaidError`, whose constructors take
 * nothing but sentences: one that no catalogue could word is a type error. Plain Error, RangeError and TypeError are for
 * programmers: calls that no input brings about.
 */
export interface Sentence {
  /** The English template; fact i stands where it says `{i}`. */
  readonly code: string;
  readonly facts: readonly Fact[];
}
/** Strings are names and the like: said as they are in every language. */
export type Fact = string | number | boolean | Sentence;
export type Said = string | Sentence;
export type Catalogue = Readonly<Record<string, string>>;

export const said = (parts: TemplateStringsArray, ...facts: readonly Fact[]): Sentence => ({
  code: parts.reduce((code, part, i) => `${code}{${i - 1}}${part}`),
  facts,
});

/** What has been worded already. */
export const asIs = (text: string): Sentence => ({ code: text, facts: [] });

/** The sentence in the catalogue's language; in English without one. */
export function worded(what: Fact, catalogue: Catalogue = {}): string {
  if (typeof what !== 'object') return String(what);
  const template = catalogue[what.code] ?? what.code;
  return template.replace(/\{(\d+)\}/g, (place, i: string) => {
    const fact = what.facts[Number(i)];
    return fact === undefined ? place : worded(fact, catalogue);
  });
}

/** `a, b, c`: a sentence of two in the next, so that a language has its own comma. */
export const listed = (items: readonly Fact[]): Fact => (items.length === 0 ? '' : items.reduce((some, next) => said`${some}, ${next}`));
export const oneByOne = (items: readonly Fact[]): Fact => (items.length === 0 ? '' : items.reduce((some, next) => said`${some}; ${next}`));

/** What went wrong, for people: `message` is the English sentence. */
export class SaidError extends Error {
  constructor(
    readonly said: Sentence,
    options?: ErrorOptions,
  ) {
    super(worded(said), options);
  }
}

/** What a thrown value says; errors that crossed the worker's boundary have lost their class, but not what they say. */
export function reasonOf(error: unknown): Said {
  const known = typeof error === 'object' && error !== null ? (error as { said?: Said; message?: unknown }) : {};
  return known.said ?? (typeof known.message === 'string' ? known.message : String(error));
}
