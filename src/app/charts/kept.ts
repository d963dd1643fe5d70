/** What a method keeps of earlier tasks, heads aside, in words. */
import type { RunRecord, TaskResult } from '../../session/record';
import { formatBytes } from '../../common/bytes';
import type { Texts } from '../text/en';
import { methodRun } from './matrices';
import { ownAlone } from './readings';

type Kept = TaskResult['kept'];

/** After the newest task; null before the first one, and in records that did not say. */
export const keptOf = (record: RunRecord, id: string): Kept | null =>
  ownAlone(record) ? null : (methodRun(record, id)?.results.at(-1)?.kept ?? null);
const imagesOf = (kept: Kept) => kept.reduce((sum, { images }) => sum + images, 0);
const imageWords = (text: Texts, images: number) => {
  const words = text.charts.keeps;
  return images === 0 ? words.noImages : words.images(images);
};

/** "keeps 96 KB of bases, no images". */
export function keptWords(text: Texts, kept: Kept): string {
  const words = text.charts.keeps;
  const whatWords: Readonly<Record<string, string>> = text.setup.methods.kept;
  if (kept.length === 0) return words.nothing;
  const parts = kept.map(({ what, bytes, images }) =>
    words.part(formatBytes(bytes), images > 0 ? imageWords(text, images) : (whatWords[what] ?? what)),
  );
  return words.some(imagesOf(kept) === 0 ? [...parts, words.noImages] : parts);
}

/** "keeps 96 KB, no images": all kinds together, for narrow places. */
export const keptInShort = (text: Texts, kept: Kept): string => {
  const words = text.charts.keeps;
  return kept.length === 0
    ? words.nothingShort
    : words.some([formatBytes(kept.reduce((sum, { bytes }) => sum + bytes, 0)), imageWords(text, imagesOf(kept))]);
};
