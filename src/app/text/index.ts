/** The one door to all words on the page; another language replaces what is exported here, no component changes. */
import { en, type Texts } from './en';

export type { Texts };
export const text: Texts = en;

/** The words for a component. */
export const useText = (): Texts => text;

export const count = (n: number): string => n.toLocaleString(text.locale);
