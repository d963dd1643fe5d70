/** The languages of the page: what each is called in itself, and where its words come from. English is there from the start. */
import type { PaperWords } from '../../session/paper-words';
import { en, type Locale, type Texts } from './en';
import type { story } from './en/story';

export type StoryTexts = typeof story;

interface Language {
  readonly name: string;
  readonly texts: () => Promise<Texts>;
  readonly story: () => Promise<StoryTexts>;
  /** Of what is written for a paper: methods paragraph, tables. */
  readonly paper: () => Promise<PaperWords>;
}

export const LANGUAGES: Readonly<Record<Locale, Language>> = {
  en: {
    name: 'English',
    texts: () => Promise.resolve(en),
    story: async () => (await import('./en/story')).story,
    paper: async () => (await import('./en/paper')).paper,
  },
  'zh-Hans': {
    name: '中文',
    texts: async () => (await import('./zh')).zh,
    story: async () => (await import('./zh/story')).story,
    paper: async () => (await import('./zh/paper')).paper,
  },
};

export const LOCALES = Object.keys(LANGUAGES) as readonly Locale[];

/** The language that a tag asks for. Who reads traditional characters gets English unless they choose otherwise; null: none that we have. */
export function localeOf(tag: string | null): Locale | null {
  const [language = '', ...more] = (tag ?? '').toLowerCase().split(/[-_]/);
  if (language === 'en') return 'en';
  if (language !== 'zh') return null;
  if (more.includes('hans')) return 'zh-Hans';
  return more.some((part) => ['hant', 'tw', 'hk', 'mo'].includes(part)) ? 'en' : 'zh-Hans';
}

/** By the address, else as it was chosen here before, else the first that the browser's own list has. */
export function chooseLocale(address: string | null, stored: string | null, browser: readonly string[]): Locale {
  for (const tag of [address, stored, ...browser]) {
    const locale = localeOf(tag);
    if (locale !== null) return locale;
  }
  return 'en';
}
