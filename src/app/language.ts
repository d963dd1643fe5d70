/** The language that the page speaks now; its words arrive before they are shown, and a run takes no notice. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { addressOf, replaceHash, subscribeAddress } from './address';
import { en, type Locale, type Texts } from './text/en';
import { chooseLocale, LANGUAGES, localeOf } from './text/languages';

const STORED = 'language';

export const spoken = createStore<Texts>(() => en);
export const useSpoken = (): Texts => useStore(spoken);

let wanted: Locale = 'en';
/** The address named it: links within the page need not, it stays in the address all the same. */
let named = false;

async function speak(locale: Locale): Promise<void> {
  wanted = locale;
  const texts = await LANGUAGES[locale].texts();
  // Another one was chosen meanwhile.
  if (wanted !== locale) return;
  spoken.setState(texts, true);
  document.documentElement.lang = locale;
}

const stored = (): string | null => {
  try {
    return localStorage.getItem(STORED);
  } catch {
    // A frame of another site may not look.
    return null;
  }
};

function toAddress(locale: Locale): void {
  const { lang } = addressOf(location.hash);
  if (localeOf(lang) === locale) return;
  const rest = location.hash.replace(/([#&])lang=[^&]*&?/, '$1').replace(/[#&]$/, '');
  replaceHash(`${rest === '' ? '#' : `${rest}&`}lang=${locale}`);
}

function followAddress(): void {
  const { lang } = addressOf(location.hash);
  const locale = localeOf(lang);
  if (locale === null) {
    if (named) toAddress(wanted);
    return;
  }
  named = true;
  if (locale !== wanted) void speak(locale).catch(() => undefined);
}

/** Before the first paint. Words that cannot be had leave English. */
export async function startLanguage(): Promise<void> {
  const { lang } = addressOf(location.hash);
  named = localeOf(lang) !== null;
  subscribeAddress(followAddress);
  await speak(chooseLocale(lang, stored(), navigator.languages)).catch(() => undefined);
}

/** As a person chose it, for this visit and the next. */
export async function chooseLanguage(locale: Locale): Promise<void> {
  await speak(locale);
  try {
    localStorage.setItem(STORED, locale);
  } catch {
    // Then it holds for this visit.
  }
  if (named) toAddress(locale);
}
