/** The one door to all words on the page; another language replaces what is exported here, no component changes. */
import { en } from './en';

export type Texts = typeof en;
export const text: Texts = en;
