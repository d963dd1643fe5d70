/** Names and tables from bytes: one encoding for all that belong together, the likeliest where nothing tells it. */
import { said, type Said, type Sentence } from '../../common/said';
import { decoderOf, spelledOut } from './code-pages';
import { ENCODINGS, type TextEncoding } from './encodings';
import { plausibility } from './likeliest';
import type { AnswerField, Understood } from '../understood';

export interface Candidate {
  readonly encoding: TextEncoding;
  /** A few of the words as they read in it. */
  readonly examples: readonly string[];
}

export interface Texts {
  readonly encoding: TextEncoding;
  /** In the order of the bytes; what cannot be read in the encoding is spelled out, so that different bytes stay different. */
  readonly texts: readonly string[];
  /** Encodings in which all can be read, each with another result, the likeliest first; empty where the bytes themselves tell. */
  readonly candidates: readonly Candidate[];
}

/** Words that are judged: more of them change nothing. */
const JUDGED = 400;
const EXAMPLES = 3;
const SHORT = 256;
const GUESSED = ENCODINGS.filter((encoding) => !encoding.startsWith('utf'));
/** Decoders with gaps put it where bytes mean nothing. */
const UNREADABLE = '\ufffd';

/** The words beyond ASCII, each once: cut at blanks and the marks up to the slash, which are no part of a character in any encoding. */
function wordsBeyondAscii(texts: Iterable<Uint8Array>): Uint8Array[] {
  const words = new Map<string, Uint8Array>();
  for (const text of texts) {
    let from = 0;
    let telling = false;
    for (let at = 0; at <= text.length && words.size < JUDGED; at++) {
      const byte = text[at] ?? 0;
      telling ||= byte > 0x7f;
      if (byte > 0x2f) continue;
      if (telling) words.set(spelledOut(text.subarray(from, at)), text.subarray(from, at));
      from = at + 1;
      telling = false;
    }
  }
  return [...words.values()];
}

function judge(words: readonly Uint8Array[]): Candidate[] {
  const judged = GUESSED.flatMap((encoding) => {
    const decode = decoderOf(encoding);
    const read: string[] = [];
    let sum = 0;
    for (const word of words) {
      const text = decode(word);
      if (text === null || text.includes(UNREADABLE)) return [];
      read.push(text);
      sum += plausibility(text, word, encoding);
    }
    return [{ encoding, examples: read.slice(0, EXAMPLES), whole: read.join('\n'), sum }];
  }).sort((a, b) => b.sum - a.sum);
  return judged.filter(({ whole }, i) => judged.findIndex((other) => other.whole === whole) === i);
}

/** A short name, as most are, without the way into the decoder and back; null where that is needed. */
function asciiOf(bytes: Uint8Array): string | null {
  if (bytes.length > SHORT) return null;
  let text = '';
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    if (byte > 0x7f) return null;
    text += String.fromCharCode(byte);
  }
  return text;
}

/** Null where one of the texts is not UTF-8. */
function readUtf8(bytes: readonly Uint8Array[]): string[] | null {
  const decode = decoderOf('utf-8');
  const texts: string[] = [];
  for (const each of bytes) {
    const text = asciiOf(each) ?? decode(each);
    if (text === null) return null;
    texts.push(text);
  }
  return texts;
}

/** Texts that belong together: as `given`; as UTF-8 where all of them are; else in the likeliest encoding of those in which all can be read. */
export function readTexts(bytes: readonly Uint8Array[], given?: TextEncoding): Texts {
  const plain = readUtf8(bytes);
  if (plain !== null && (given === undefined || given === 'utf-8')) return { encoding: 'utf-8', texts: plain, candidates: [] };
  const candidates = judge(wordsBeyondAscii(bytes));
  const encoding = given ?? candidates[0]?.encoding ?? 'windows-1252';
  const decode = decoderOf(encoding);
  const texts = bytes.map((each) => {
    const text = decode(each);
    return text === null || text.includes(UNREADABLE) ? spelledOut(each) : text;
  });
  return { encoding, texts, candidates };
}

/** The text of a file, by its byte order mark, by the zeros of UTF-16, or as `readTexts` reads it. */
export function readText(bytes: Uint8Array, given?: TextEncoding): Omit<Texts, 'texts'> & { readonly text: string } {
  const [first, second] = bytes;
  // Text in UTF-16 begins with a letter beyond ASCII more rarely than it is text at all.
  const marked = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : null;
  const wide =
    marked ?? (bytes.length < 2 ? null : second === 0 && first !== 0 ? 'utf-16le' : first === 0 && second !== 0 ? 'utf-16be' : null);
  const { encoding, texts, candidates } = readTexts([bytes], given ?? wide ?? undefined);
  return { encoding, candidates: wide === null ? candidates : [], text: (texts[0] ?? '').replace(/^\ufeff/, '') };
}

const TITLES: Readonly<Record<TextEncoding, Said>> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16',
  'utf-16be': 'UTF-16',
  cp437: 'cp437 (DOS)',
  cp850: said`cp850 (DOS, Western Europe)`,
  'windows-1252': said`Windows-1252 (Western Europe)`,
  'windows-1251': said`Windows-1251 (Cyrillic)`,
  ibm866: said`cp866 (DOS, Cyrillic)`,
  shift_jis: said`Shift-JIS (Japanese)`,
  gbk: said`GBK (Chinese, simplified)`,
  big5: said`Big5 (Chinese, traditional)`,
  'euc-kr': said`EUC-KR (Korean)`,
};

/** What to tell of texts whose encoding had to be found out; null where the bytes themselves told it. */
export function encodingNote(what: Sentence, field: AnswerField, { encoding, candidates }: Omit<Texts, 'texts'>): Understood | null {
  if (candidates.length === 0) return null;
  const readings = candidates.map((each) => ({ value: each.encoding, shows: said`${TITLES[each.encoding]}: ${each.examples.join(', ')}` }));
  const chosen = readings.find(({ value }) => value === encoding)?.shows ?? TITLES[encoding];
  return {
    text: said`${what} in ${chosen}.`,
    choice: { field, asks: said`${what} do not say how they are written.`, chosen: encoding, readings },
  };
}

/** An answer as it stands in the experiment; undefined where it is none. */
export const encodingNamed = (name: string | undefined): TextEncoding | undefined => ENCODINGS.find((encoding) => encoding === name);
