/** Which encoding some short names are likeliest in: each reading is judged by how usual its characters are side by side. */
import { HANGUL, HANZI, HANZI_TRADITIONAL } from './common-characters';
import type { TextEncoding } from './encodings';

/** Natural logarithm of how likely a character is in names of things, by what it is. */
const USUAL_LATIN = Math.log(1 / 40);
const RARE_LATIN = Math.log(1 / 700);
const CYRILLIC = Math.log(1 / 30);
const KANA = Math.log(1 / 90);
const COMMON = Math.log(1 / 400);
const FREQUENT_LEVEL = Math.log(1 / 9000);
const RARE_LEVEL = Math.log(1 / 300_000);
const SYMBOL = Math.log(1 / 30_000);
const ASCII = Math.log(1 / 30);
/** One kind of letters turning into another inside a word. */
const BREAK = Math.log(1 / 12);
/** A capital inside a word, or small letters behind several. */
const ODD_CASE = Math.log(1 / 30);
const TWO_ACCENTS = Math.log(1 / 12);

const USUAL = new Set('äöüßéèêëàâçñáíóúîïôûùãõåæøÄÖÜÉÅØÆÁÓÑÇ');

/** The two bytes that stand for a character of a double-byte encoding tell how rare its makers thought it. */
const frequentLevel: Readonly<Partial<Record<TextEncoding, (lead: number) => boolean>>> = {
  // Level 1 of JIS X 0208.
  shift_jis: (lead) => lead >= 0x88 && lead <= 0x98,
  // Level 1 of GB 2312.
  gbk: (lead) => lead >= 0xb0 && lead <= 0xd7,
  big5: (lead) => lead >= 0xa4 && lead <= 0xc6,
  // Syllables of KS X 1001; Chinese characters follow behind them.
  'euc-kr': (lead) => lead >= 0xb0 && lead <= 0xc8,
};
const common: Readonly<Partial<Record<TextEncoding, ReadonlySet<string>>>> = {
  gbk: HANZI,
  big5: HANZI_TRADITIONAL,
  shift_jis: HANZI_TRADITIONAL,
  'euc-kr': HANGUL,
};

type Kind = 'latin' | 'cyrillic' | 'cjk' | 'other';

function kindOf(letter: string): Kind {
  if (/\p{Script=Latin}/u.test(letter)) return 'latin';
  if (/\p{Script=Cyrillic}/u.test(letter)) return 'cyrillic';
  return /[\p{Script=Han}\p{Script=Hangul}ぁ-ヿ々〆]/u.test(letter) ? 'cjk' : 'other';
}

function likelihood(letter: string, lead: number, encoding: TextEncoding): number {
  const kind = kindOf(letter);
  const isFrequent = frequentLevel[encoding];
  if (isFrequent === undefined) {
    if (kind === 'latin') return USUAL.has(letter) ? USUAL_LATIN : RARE_LATIN;
    return kind === 'cyrillic' ? CYRILLIC : SYMBOL;
  }
  if (kind !== 'cjk') return SYMBOL;
  if (encoding === 'shift_jis' && /[ぁ-ヿ々]/u.test(letter)) return KANA;
  if (common[encoding]?.has(letter) === true) return COMMON;
  return isFrequent(lead) ? FREQUENT_LEVEL : RARE_LEVEL;
}

/** Logarithm of the likelihood of a name that reads so in an encoding. */
export function plausibility(text: string, bytes: Uint8Array, encoding: TextEncoding): number {
  let sum = 0;
  let at = 0;
  let before: { readonly kind: Kind; readonly lower: boolean; readonly ascii: boolean } | null = null;
  let capitals = 0;
  for (const letter of text) {
    const lead = bytes[at] ?? 0;
    const ascii = letter.length === 1 && letter.charCodeAt(0) < 128;
    // A double-byte encoding takes two bytes for what is beyond ASCII, and one for half-width letters.
    at += ascii || frequentLevel[encoding] === undefined || (encoding === 'shift_jis' && /[｡-ﾟ]/u.test(letter)) ? 1 : 2;
    const kind = kindOf(letter);
    const [lower, upper] = [letter !== letter.toUpperCase(), letter !== letter.toLowerCase()];
    sum += ascii ? (letter === '\\' || letter < ' ' ? SYMBOL : ASCII) : likelihood(letter, lead, encoding);
    if (before !== null && !(ascii && before.ascii)) {
      if (kind !== before.kind && kind !== 'other' && before.kind !== 'other') sum += BREAK;
      if (upper ? before.lower : lower && capitals > 1) sum += ODD_CASE;
      if (kind === 'latin' && before.kind === 'latin' && !ascii && !before.ascii) sum += TWO_ACCENTS;
    }
    before = { kind, lower, ascii };
    capitals = upper ? capitals + 1 : 0;
  }
  return sum;
}
