/** Ways of reading classes off the features, as the page names and offers them. */
import { READINGS } from '../../continual/definition';
import { OWN, readBy, readingsOf } from '../../session/read-by';
import type { RunRecord } from '../../session/record';
import type { Texts } from '../text/en';
import type { TermId } from '../text/en/glossary';

/** Each with its word and its sentence. */
const TERMS: Readonly<Record<string, TermId>> = {
  own: 'ownHeads',
  'class-means': 'classMeans',
  ridge: 'ridge',
  aligned: 'alignedHeads',
  'again-class-means': 'classMeansAgain',
  'again-ridge': 'ridgeAgain',
};

/** From old training images, which no method may use: a diagnostic. */
export const isAgain = (reading: string): boolean => reading.startsWith('again-');

/** Null for a reading that only another build knows. */
export const readingTerm = (reading: string): TermId | null => TERMS[reading] ?? null;

export function readingName(words: Texts, reading: string): string {
  const term = readingTerm(reading);
  return term === null ? reading : words.glossary[term].word;
}

/** Those that the record holds: of every run first, diagnostics last. */
export function readingChoices(record: Pick<RunRecord, 'methods'>): string[] {
  const rank = (id: string) => (isAgain(id) ? READINGS.length + 1 : (READINGS as readonly string[]).indexOf(id));
  const place = (id: string) => (rank(id) < 0 ? READINGS.length : rank(id));
  return readingsOf(record).sort((a, b) => place(a) - place(b));
}

/** The wanted reading where the record holds it, else what it does hold: the methods' own first. */
export function readingOn(record: Pick<RunRecord, 'methods'> | null, wanted: string): string {
  const held = record === null ? [] : readingChoices(record);
  return held.includes(wanted) ? wanted : (held[0] ?? OWN);
}

/** Records of schema 1 held the methods' own readings alone; what is kept, drift and shares of interference were not measured then. */
export const ownAlone = ({ methods }: Pick<RunRecord, 'methods'>): boolean =>
  readingsOf({ methods }).every((id) => id === OWN) && methods.every(({ results }) => results.every(({ drift }) => drift.length === 0));

/** Methods with results of which none is read this way. */
export const unread = ({ methods }: Pick<RunRecord, 'methods'>, reading: string): string[] =>
  methods.filter((method) => method.results.length > 0 && readBy(method, reading).length === 0).map(({ id }) => id);

/** Why nothing of such a method is drawn. */
export const whyUnread = ({ charts: { readBy } }: Texts, reading: string): string =>
  isAgain(reading) ? readBy.missing.again : (readBy.missing[reading] ?? readBy.missing.other);

/** A title that says by which reading its numbers are, where the record offers a choice. */
export const readTitle = (words: Texts, title: string, record: Pick<RunRecord, 'methods'> | null, reading: string): string =>
  record === null || readingChoices(record).length < 2 ? title : words.charts.readBy.title(title, readingName(words, reading));
