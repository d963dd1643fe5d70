/** The one door to the words of the page: components get them by `useText`, whatever draws or tells is handed them. */
import { createContext, useContext } from 'react';
import { en, type Texts } from './en';

export type { Texts };

/** English where nothing else is said: it is the language that is there from the start. */
export const TextContext = createContext<Texts>(en);

export const useText = (): Texts => useContext(TextContext);

/** A whole number, grouped as the language does it. */
export const count = (text: Texts, n: number): string => n.toLocaleString(text.locale);
