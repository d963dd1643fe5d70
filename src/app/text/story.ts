/** The lesson's words: a chunk of their own in each language, which a component waits for. */
import { use } from 'react';
import { useText } from '.';
import type { Locale } from './en';
import { LANGUAGES, type StoryTexts } from './languages';

export type { StoryTexts };

const asked = new Map<Locale, Promise<StoryTexts>>();

function wordsIn(locale: Locale): Promise<StoryTexts> {
  const known = asked.get(locale) ?? LANGUAGES[locale].story();
  asked.set(locale, known);
  // What could not be had is asked for again.
  known.catch(() => asked.delete(locale));
  return known;
}

export const useStory = (): StoryTexts => use(wordsIn(useText().locale));
