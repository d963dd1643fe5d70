/** Names of encodings, without their tables: all that an experiment needs of them. */

/** In the order in which they are believed where the text itself does not tell. */
export const ENCODINGS = [
  'utf-8',
  'cp437',
  'cp850',
  'windows-1252',
  'shift_jis',
  'gbk',
  'big5',
  'euc-kr',
  'windows-1251',
  'ibm866',
  'utf-16le',
  'utf-16be',
] as const;
export type TextEncoding = (typeof ENCODINGS)[number];
