import { said } from '../../common/said';
import { describe, expect, it } from 'vitest';
import names from '../fixtures/names.json';
import { decoderOf, spelledOut } from './code-pages';
import { ENCODINGS } from './encodings';
import { encodingNote, readText, readTexts } from './decode-texts';

const hex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (byte) => parseInt(byte, 16));
const utf8 = (text: string) => new TextEncoder().encode(text);
const utf16 = (text: string, big = false) =>
  Uint8Array.from(
    [...text].flatMap((letter) => [letter.charCodeAt(0) & 255, letter.charCodeAt(0) >> 8]).map((_, i, all) => all[big ? i ^ 1 : i] ?? 0),
  );

type NameSet = (typeof names.known)[number];
const read = ({ bytes }: NameSet) => readTexts(bytes.map(hex));
const isRight = (set: NameSet) => read(set).texts.join('\n') === set.names.join('\n');

describe('names whose encoding nothing tells (scripts/fixtures/names.py)', () => {
  // Chance would be one in nine; the two libraries at hand, chardet and jschardet, found 8 and 60 of the 85 held back.
  it.each([
    ['known', names.known, 89],
    ['held back', names.heldBack, 83],
  ])('%s: found, or offered where the likeliest is another', (_, sets, atLeast) => {
    expect(sets.filter(isRight).length).toBeGreaterThanOrEqual(atLeast);
    const decoded = ({ bytes, names: right, encoding }: NameSet) =>
      bytes.map((each) => decoderOf(encoding as 'gbk')(hex(each))).join() === right.join();
    expect(sets.filter((set) => !decoded(set))).toEqual([]);
  });

  it('every encoding that all names can be read in is offered once for each reading, with what it makes of them', () => {
    const { encoding, candidates } = readTexts([hex('99' + '6c'), hex('8e7066656c')]);
    expect(encoding).toBe('cp437');
    expect(candidates[0]?.examples).toEqual(['Öl', 'Äpfel']);
    const readings = candidates.map(({ examples }) => examples.join());
    expect(new Set(readings).size).toBe(readings.length);
  });
});

describe('readTexts', () => {
  it('takes UTF-8 for what is UTF-8, and asks nothing', () => {
    const texts = ['Äpfel', '猫', 'plain'];
    expect(readTexts(texts.map(utf8))).toEqual({ encoding: 'utf-8', texts, candidates: [] });
    expect(encodingNote(said`Names`, 'nameEncoding', readTexts(texts.map(utf8)))).toBeNull();
  });

  it('reads as told', () => {
    expect(readTexts([hex('84')], 'cp437').texts).toEqual(['ä']);
    expect(readTexts([hex('84')], 'windows-1252').texts).toEqual(['„']);
  });

  it.each(ENCODINGS.filter((encoding) => !encoding.startsWith('utf-16')))('%s: no two single bytes become one text', (encoding) => {
    const bytes = Array.from({ length: 256 }, (_, i) => Uint8Array.from([i]));
    expect(new Set(readTexts(bytes, encoding).texts).size).toBe(256);
  });

  it('spells out what cannot be read in the encoding that was asked for', () => {
    expect(readTexts([hex('81'), hex('4281ff')], 'shift_jis').texts).toEqual(['%81', 'B%81%FF']);
    expect(spelledOut(hex('41e4'))).toBe('A%E4');
  });

  it('a letter whose second byte is a backslash is one letter', () => {
    expect(readTexts([hex('955c'), hex('945c'), hex('835c')])).toMatchObject({ encoding: 'shift_jis', texts: ['表', '能', 'ソ'] });
  });
});

describe('readText', () => {
  it.each([
    ['UTF-8 with a mark', Uint8Array.from([0xef, 0xbb, 0xbf, ...utf8('é')]), 'utf-8'],
    ['UTF-16 with a mark', Uint8Array.from([0xff, 0xfe, ...utf16('é')]), 'utf-16le'],
    ['UTF-16 the other way', Uint8Array.from([0xfe, 0xff, ...utf16('é', true)]), 'utf-16be'],
  ])('%s', (_, bytes, encoding) => {
    expect(readText(bytes)).toEqual({ encoding, text: 'é', candidates: [] });
  });

  it('UTF-16 without a mark, by its zeros', () => {
    expect(readText(utf16('filename\tlabel')).text).toBe('filename\tlabel');
    expect(readText(utf16('filename\tlabel', true)).text).toBe('filename\tlabel');
  });
});
