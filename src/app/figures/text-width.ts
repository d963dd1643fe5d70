/** Widths of words, from a table: the same in a page, in Node and in a file, whatever is installed there. */

/** Advance widths of Helvetica (Adobe's metrics, which Arial and Liberation Sans keep), thousandths of the size, from U+0020 on. */
const LATIN = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278,
  278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722,
  667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556,
  556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];
const OTHER = 600;
/** Chinese, Japanese and Korean letters fill a square. */
const SQUARE = /[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff00-\uff60]/;
/** Bold letters are wider, and so are the fonts of some systems (DejaVu Sans). */
const BOLD = 1.12;
const MARGIN = 1.1;

/** Pixels that `words` take at this size and weight, at most in most fonts. */
export function textWidth(words: string, size: number, weight = 400): number {
  let sum = 0;
  for (const letter of words) sum += SQUARE.test(letter) || letter === '—' ? 1000 : (LATIN[(letter.codePointAt(0) ?? 0) - 32] ?? OTHER);
  return (sum / 1000) * size * MARGIN * (weight >= 600 ? BOLD : 1);
}

/** Cut with an ellipsis to what fits. */
export function fitted(words: string, pixels: number, size: number, weight = 400): string {
  if (textWidth(words, size, weight) <= pixels) return words;
  let length = words.length - 1;
  while (length > 1 && textWidth(`${words.slice(0, length)}…`, size, weight) > pixels) length -= 1;
  return `${words.slice(0, length)}…`;
}

/** What begins no line, and what ends none. */
const [CLOSING, OPENING] = ['，。、；：！？）》」』】”’…%', '（《「『【“‘'];
/** A word, or one square letter, with the signs that stay at it; a space before it goes where a line breaks. */
const PIECES = new RegExp(
  ` ?[${OPENING}]*(?:(?![${CLOSING}${OPENING}])${SQUARE.source}|(?:(?!${SQUARE.source})[^ ${OPENING}])+|)[${CLOSING}]*`,
  'g',
);

/** Lines that fit, broken between words, and between square letters. */
export function wrapped(words: string, pixels: number, size: number): string[] {
  const lines: string[] = [];
  for (const piece of words.match(PIECES) ?? []) {
    const longer = `${lines.at(-1) ?? ''}${piece}`;
    if (lines.length > 0 && textWidth(longer, size) <= pixels) lines[lines.length - 1] = longer;
    else if (piece !== '') lines.push(piece.trimStart());
  }
  return lines.length === 0 ? [words] : lines;
}
