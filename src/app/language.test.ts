import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { addressOf } from './address';
import type * as Language from './language';
import { Catch } from './parts/catch';
import { TextContext, useText } from './text';
import { en } from './text/en';

/** A browser's parts that a language touches. `hash`: as the page is opened. */
function browser(hash: string, languages: readonly string[], stored: string | null = null) {
  const listeners = new Map<string, (() => void)[]>();
  const place = { hash };
  const kept = new Map(stored === null ? [] : [['language', stored]]);
  vi.stubGlobal('location', place);
  vi.stubGlobal('history', { state: null, replaceState: (_state: unknown, _title: string, to: string) => (place.hash = to) });
  vi.stubGlobal('navigator', { languages });
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
  vi.stubGlobal('document', { documentElement: { lang: '' } });
  vi.stubGlobal('window', {
    addEventListener: (name: string, listener: () => void) => listeners.set(name, [...(listeners.get(name) ?? []), listener]),
    dispatchEvent: (event: Event) => listeners.get(event.type)?.forEach((listener) => listener()),
  });
  return {
    kept,
    place,
    go(to: string) {
      place.hash = to;
      listeners.get('hashchange')?.forEach((listener) => listener());
    },
  };
}

/** As on a page that was just opened. */
let language: typeof Language;
beforeEach(async () => {
  vi.resetModules();
  language = await import('./language');
});
afterEach(() => vi.unstubAllGlobals());

test('a browser in Chinese gets Chinese, and the page says that it is', async () => {
  browser('', ['zh-CN', 'en']);
  await language.startLanguage();
  expect(language.spoken.getState().locale).toBe('zh-Hans');
  expect(document.documentElement.lang).toBe('zh-Hans');
});

test('what a person chooses holds for the next visit; an address without a language stays without one', async () => {
  const { kept, place } = browser('#v=1', ['en']);
  await language.startLanguage();
  await language.chooseLanguage('zh-Hans');
  expect(language.spoken.getState().locale).toBe('zh-Hans');
  expect([kept.get('language'), place.hash]).toEqual(['zh-Hans', '#v=1']);
});

test('what the address names lasts through links of the page, and follows a choice', async () => {
  const { kept, place, go } = browser('#lang=zh', ['en'], 'en');
  await language.startLanguage();
  expect(language.spoken.getState().locale).toBe('zh-Hans');
  // Whoever opened a link has chosen nothing for other visits.
  expect(kept.get('language')).toBe('en');
  go('#scene=2');
  expect(addressOf(place.hash)).toMatchObject({ scene: 2, lang: 'zh-Hans' });
  await language.chooseLanguage('en');
  expect(addressOf(place.hash)).toMatchObject({ scene: 2, lang: 'en' });
  go('#lang=zh&scene=3');
  await vi.waitFor(() => expect(language.spoken.getState().locale).toBe('zh-Hans'));
});

test('the last choice wins, whichever words arrive first', async () => {
  browser('', ['en']);
  await language.startLanguage();
  await Promise.all([language.chooseLanguage('zh-Hans'), language.chooseLanguage('en')]);
  expect(language.spoken.getState().locale).toBe('en');
});

test('a component speaks the language that is around it', () => {
  const Title = () => useText().shell.subtitle;
  const other = { ...en, shell: { ...en.shell, subtitle: 'Ein Netz lernt.' } };
  const page = (words: typeof en) =>
    renderToString(createElement(TextContext, { value: words }, createElement(Catch, null, createElement(Title))));
  expect(page(en)).toBe(en.shell.subtitle);
  expect(page(other)).toBe('Ein Netz lernt.');
});
