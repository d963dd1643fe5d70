/** The Chinese catalogue beside the English one: what types cannot hold it to. */
import { readdirSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { nameIn } from '../bundled-names';
import { en } from './en';
import { story as enStory } from './en/story';
import { zh } from './zh';
import { story as zhStory } from './zh/story';

type Leaf = readonly [path: string, english: unknown, chinese: unknown];

/** Both catalogues, word for word, by path. */
function leaves(english: unknown, chinese: unknown, path = ''): Leaf[] {
  if (typeof english !== 'object' || english === null) return [[path, english, chinese]];
  const other = new Map<string, unknown>(typeof chinese === 'object' && chinese !== null ? Object.entries(chinese) : []);
  return Object.entries(english).flatMap(([key, value]) => leaves(value, other.get(key), `${path}.${key}`));
}

/** What is bundled aside, of which English needs no words. */
const english = { ...en, bundled: null, errors: null, story: enStory };
const chinese = { ...zh, bundled: null, errors: null, story: zhStory };
const words = leaves(english, chinese);
const paths = (list: readonly Leaf[]) => list.map(([path]) => path);
const texts = words.flatMap(([path, english, chinese]) =>
  typeof english === 'string' && typeof chinese === 'string' ? [{ path, english, chinese }] : [],
);

/** Rows of the bilingual list: an English term, its Chinese ones. */
const terms = readFileSync('docs/terms-zh.md', 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, english = '', chinese = '', , end] = line.split('|').map((cell) => cell.trim());
    return end === undefined || english === 'English' || english.startsWith('---') ? [] : [{ english, chinese: chinese.split('；') }];
  });

describe('the Chinese catalogue', () => {
  it('has every word that the English one has, of the same kind, and no other', () => {
    expect(paths(words.filter(([, english, chinese]) => typeof english !== typeof chinese))).toEqual([]);
    expect(paths(leaves(chinese, null)).sort()).toEqual(paths(words).sort());
  });

  it('is in Chinese, but for names, symbols and addresses', () => {
    const same = texts.filter(({ path, english, chinese }) => english === chinese && !/\.(?:term|symbol)$/.test(path));
    const left = same.filter((words) => /^[A-Z]?[a-z]{3,}$|[a-z] [a-z]/.test(words.english));
    expect(left.map((words) => words.english)).toEqual(['Adam']);
  });

  it('says every fact that it is handed', () => {
    const names = (of: string) => /^\(?([^)=]*)/.exec(of)?.[1]?.match(/\w+/g) ?? [];
    const body = (of: string) => of.slice(of.indexOf('=>'));
    const silent = words.filter(([, english, chinese]) => {
      if (typeof english !== 'function' || typeof chinese !== 'function') return false;
      const [from, to] = [String(english), String(chinese)];
      const said = (of: string, name: string) => new RegExp(`\\b${name}\\b`).test(body(of));
      return names(from).some((name) => said(from, name) && !said(to, name));
    });
    expect(paths(silent)).toEqual([]);
  });

  it('keeps the figures of plain texts', () => {
    const figures = (of: string) => (of.match(/\d+(?:\.\d+)?/g) ?? []).sort();
    expect(texts.filter(({ english, chinese }) => figures(english).join() !== figures(chinese).join())).toEqual([]);
  });

  it('uses the words of docs/terms-zh.md in titles and labels', () => {
    expect(terms.length).toBeGreaterThan(100);
    const longestFirst = terms.toSorted((a, b) => b.english.length - a.english.length);
    const wrong = texts
      .filter(({ english, chinese }) => english !== chinese && english.length <= 40 && !english.endsWith('.'))
      .flatMap(({ path, english, chinese }) => {
        let rest = english;
        return longestFirst.flatMap((term) => {
          const shorter = rest.replaceAll(new RegExp(`(?<![\\w-])${term.english}s?(?![\\w-])`, 'gi'), '');
          if (shorter === rest) return [];
          rest = shorter;
          return term.chinese.some((one) => chinese.includes(one)) ? [] : [`${path}: ${english} / ${chinese}, term ${term.english}`];
        });
      });
    expect(wrong).toEqual([]);
  });
});

describe('names of what is bundled', () => {
  const entry = v.object({ id: v.string(), title: v.string() });
  const stream = v.object({ ...entry.entries, classes: v.array(v.string()), tasks: v.array(v.object({ name: v.string() })) });
  const listed = <Schema extends v.GenericSchema>(folder: string, schema: Schema): v.InferOutput<Schema> =>
    v.parse(schema, JSON.parse(readFileSync(`public/${folder}/index.json`, 'utf8')));

  it('are all in Chinese, and nothing else is', () => {
    const { streams } = listed('streams', v.object({ streams: v.array(stream) }));
    const { backbones } = listed('backbones', v.object({ backbones: v.array(entry) }));
    const { runs } = listed('runs', v.object({ runs: v.array(entry) }));
    const titles = [...streams, ...backbones].map(({ title }) => title);
    const within = streams.flatMap(({ classes, tasks }) => [...classes, ...tasks.flatMap(({ name }) => name.split(' · '))]);
    const names = [...titles, ...within].filter((name) => /[A-Za-z]/.test(name) && name !== 'Glyph ViT');
    const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id).sort();
    expect(Object.keys(zh.bundled.names).sort()).toEqual([...new Set(names)].sort());
    expect(Object.keys(zh.bundled.streams).sort()).toEqual(ids(streams));
    expect(Object.keys(zh.bundled.backbones).sort()).toEqual(ids(backbones));
    expect(Object.keys(zh.bundled.runs).sort()).toEqual(ids(runs));
  });

  it('are said as they came in English, and where nothing of them is known', () => {
    expect(nameIn(zh, 'Digits · Glaze')).toBe('数字 · 釉面');
    expect(nameIn(en, 'Digits · Glaze')).toBe('Digits · Glaze');
    expect(nameIn(zh, 'constructor')).toBe('constructor');
  });
});

describe('Chinese typography', () => {
  const lines = readdirSync('src/app/text/zh', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) =>
      readFileSync(`src/app/text/zh/${file}`, 'utf8')
        .split('\n')
        .map((line, i) => ({ line, at: `${file}:${i + 1}` }))
        // English templates stand beside what they become.
        .filter(({ line }) => /[\p{Script=Han}，。]/u.test(line)),
    );
  const found = (pattern: RegExp) => lines.filter(({ line }) => pattern.test(line)).map(({ line, at }) => `${at} ${line.trim()}`);

  it.each([
    [
      'no space between Chinese and Latin letters, digits or values',
      /\p{Script=Han} (?:[\p{Script=Han}A-Za-z0-9]|\$\{)|[A-Za-z0-9}%] \p{Script=Han}/u,
    ],
    ['no half-width punctuation beside Chinese', /\p{Script=Han}[,;:?!()]|[,;:?!(] ?\p{Script=Han}|\p{Script=Han}\.(?!\w)/u],
    ['no space beside full-width punctuation', /[，。：；？！、（）“”] (?!·)|(?<!·) [，。：；？！、（）“”]/],
    ['no space before %', /[\d}] %/],
  ])('%s', (_, pattern) => {
    expect(found(pattern)).toEqual([]);
  });
});
