/** Names from strangers' files as text that every LaTeX engine sets, whatever characters they hold. */
import type { PaperWords } from './paper-words';

const SPECIAL: Readonly<Record<string, string>> = {
  ...{ '\\': '\\textbackslash{}', '{': '\\{', '}': '\\}', $: '\\$', '&': '\\&', '#': '\\#', _: '\\_', '%': '\\%' },
  ...{ '~': '\\textasciitilde{}', '^': '\\textasciicircum{}', '|': '\\textbar{}', '<': '\\textless{}', '>': '\\textgreater{}' },
  // babel makes a bare " the beginning of a command in German and other languages.
  ...{ '"': '{\\string"}', '`': '\\textasciigrave{}' },
};

/** Beside ASCII, what pdfLaTeX sets with the fonts that it begins with: Latin letters but for those of other font encodings. */
const PLAIN = /^[\x20-\x7e¡-ªº¬®-¹¼-ÏÑ-Ýß-ïñ-ýÿ-ăĆ-ďĒ-ėĚ-ĥĨ-ĭİ-ķĹ-ľŁ-ňŌ-ťŨ-űŴ-žȘ-ț–—‘’“”†‡•…‰€™←-↓]$/u;

/** The letter without its marks, or "U+4E2D". */
function withoutGlyph(character: string): string {
  const letter = character.normalize('NFKD').replace(/\p{M}/gu, '');
  return /^[A-Za-z0-9]+$/.test(letter) ? letter : `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/**
 * Declares what sets a character that is not in every font: XeLaTeX and LuaLaTeX print it where the document's font has it,
 * others (and pdfLaTeX) print its third argument. Numbers are decimal, since " may be active.
 */
const OTHER_CHARACTERS = `% Names in other scripts need XeLaTeX or LuaLaTeX and a font that has them: \\usepackage{fontspec}\\setmainfont{...}
\\providecommand{\\otherchar}[3]{\\ifdefined\\Umathcode\\iffontchar\\font #1 #2\\else#3\\fi\\else#3\\fi}`;

/**
 * Characters that change the direction or are invisible go; none acts as a command, an option or a ligature. `script`: what the
 * document's own language sets as it is.
 */
export function escapeLatex(text: string, script: RegExp | null = null): string {
  const visible = text
    .normalize('NFC')
    .replace(/\u200d|[\ufe00-\ufe0f]/gu, '')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  // Two hyphens, commas or apostrophes would melt into one sign.
  const isDouble = (i: number): boolean => /^[-,']$/.test(visible[i] ?? '') && visible[i] === visible[i + 1];
  let at = 0;
  const set = Array.from(visible, (character) => {
    const i = at;
    at += character.length;
    if (isDouble(i)) return `${character}{}`;
    if (Object.hasOwn(SPECIAL, character)) return SPECIAL[character] ?? '';
    if (PLAIN.test(character) || script?.test(character)) return character;
    if (/\p{Zs}/u.test(character)) return ' ';
    return `\\otherchar{${character.codePointAt(0)}}{${character}}{${withoutGlyph(character)}}`;
  });
  return set.join('');
}

/** The same as one group, whose brackets no command takes for its options. */
export const latexGroup = (text: string, script: RegExp | null = null): string => `{${escapeLatex(text, script)}}`;

/** The file with the declaration in front where its names need it. */
export const declareCharacters = (tex: string): string => (tex.includes('\\otherchar') ? `${OTHER_CHARACTERS}\n\n${tex}` : tex);

/** Strangers' names in a document of one language. */
export const writing = ({ script }: Pick<PaperWords, 'script'>) => ({
  escaped: (text: string): string => escapeLatex(text, script),
  group: (text: string): string => latexGroup(text, script),
});

/** A file of these parts, with what it needs in front. */
export const finished = ({ needs }: Pick<PaperWords, 'needs'>, parts: readonly string[]): string =>
  declareCharacters([...(needs === '' ? [] : [needs]), ...parts].join('\n\n').concat('\n'));
