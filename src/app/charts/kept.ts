/** What a method keeps of earlier tasks, heads aside, in words. */
import type { RunRecord, TaskResult } from '../../session/record';
import { formatBytes } from '../../common/bytes';
import { text } from '../text';
import { methodRun } from './matrices';
import { ownAlone } from './readings';

const words = text.charts.keeps;
type Kept = TaskResult['kept'];

/** After the newest task; null before the first one, and in records that did not say. */
export const keptOf = (record: RunRecord, id: string): Kept | null =>
  ownAlone(record) ? null : (methodRun(record, id)?.results.at(-1)?.kept ?? null);

const whatWords: Readonly<Record<string, string>> = text.setup.methods.kept;
const imagesOf = (kept: Kept) => kept.reduce((sum, { images }) => sum + images, 0);
const imageWords = (images: number) => (images === 0 ? words.noImages : words.images(images));

/** "keeps 96 KB of bases, no images". */
export function keptWords(kept: Kept): string {
  if (kept.length === 0) return words.nothing;
  const parts = kept.map(({ what, bytes, images }) =>
    words.part(formatBytes(bytes), images > 0 ? imageWords(images) : (whatWords[what] ?? what)),
  );
  return words.some(imagesOf(kept) === 0 ? [...parts, words.noImages] : parts);
}

/** "keeps 96 KB, no images": all kinds together, for narrow places. */
export const keptInShort = (kept: Kept): string =>
  kept.length === 0
    ? words.nothingShort
    : words.some([formatBytes(kept.reduce((sum, { bytes }) => sum + bytes, 0)), imageWords(imagesOf(kept))]);
