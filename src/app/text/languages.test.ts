import { expect, test } from 'vitest';
import { chooseLocale, localeOf } from './languages';

test.each([
  ['zh', 'zh-Hans'],
  ['zh-CN', 'zh-Hans'],
  ['ZH_sg', 'zh-Hans'],
  ['zh-Hans-HK', 'zh-Hans'],
  ['zh-TW', 'en'],
  ['zh-Hant', 'en'],
  ['zh-HK', 'en'],
  ['en-GB', 'en'],
  ['zhu', null],
  ['de', null],
  ['', null],
] as const)('%s asks for %s', (tag, locale) => expect(localeOf(tag)).toBe(locale));

test('the address comes first, then what was chosen, then the browser’s first that there is, then English', () => {
  expect(chooseLocale('zh', 'en', ['en'])).toBe('zh-Hans');
  expect(chooseLocale(null, 'zh-Hans', ['en'])).toBe('zh-Hans');
  expect(chooseLocale('klingon', null, ['de', 'zh-CN', 'en'])).toBe('zh-Hans');
  // Chrome in Taiwan lists "zh" behind "zh-TW": the first that is understood decides.
  expect(chooseLocale(null, null, ['zh-TW', 'zh', 'en-US'])).toBe('en');
  expect(chooseLocale(null, 'junk', ['de'])).toBe('en');
});
