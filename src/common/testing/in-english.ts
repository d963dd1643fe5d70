import { worded, type Sentence } from '../said';

/** The same value with its sentences in English, as tests read them. */
export type InEnglish<T> = T extends Sentence
  ? string
  : T extends readonly unknown[] | object
    ? { [Key in keyof T]: InEnglish<T[Key]> }
    : T;

const isSentence = (value: object): value is Sentence => 'code' in value && 'facts' in value;

export function inEnglish<T>(value: T): InEnglish<T>;
export function inEnglish(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (isSentence(value)) return worded(value);
  if (Array.isArray(value)) return value.map((each: unknown) => inEnglish(each));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inEnglish<unknown>(each)]));
}
