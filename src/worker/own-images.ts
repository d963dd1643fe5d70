/** The user's own images, named by a link: what is asked for, and whether what came is that. */
import { SaidError, said, listed, type Sentence } from '../common/said';
import { formatBytes } from '../common/bytes';
import { digestSource } from '../data/digest';
import type { NamedBlob } from '../data/file-tree';

/** A source that names a file the page does not have. */
export class MissingFileError extends SaidError {
  override readonly name = 'MissingFileError';
}

export interface WantedFiles {
  readonly name: string;
  readonly sha256?: string | undefined;
  /** Files inside, and their bytes unpacked. */
  readonly files?: number | undefined;
  readonly bytes?: number | undefined;
}

const isFile = (name: string) => /\.\w{1,8}$/.test(name);

/** `file "photos.zip" (1200 files, 45.1 MB)`, `folder "photos" (…)`. */
export function describeWanted({ name, files = 1, bytes }: WantedFiles): Sentence {
  const facts = [...(files > 1 ? [said`${files} files`] : []), ...(bytes === undefined ? [] : [formatBytes(bytes)])];
  const size = facts.length === 0 ? '' : said` (${listed(facts)})`;
  return files > 1 && !isFile(name) ? said`folder "${name}"${size}` : said`file "${name}"${size}`;
}

export interface Manifest {
  readonly files: number;
  readonly bytes: number;
}

/** How what came differs from what a link asks for, in a sentence. */
function difference(wanted: WantedFiles, came: Manifest): Sentence {
  if (wanted.files === undefined || wanted.bytes === undefined) return said`Its digest differs.`;
  const missing = wanted.files - came.files;
  if (missing > 0) return said`${missing} of ${wanted.files} files are missing.`;
  if (missing < 0) return said`It has ${came.files} files instead of ${wanted.files}.`;
  const same = wanted.bytes === came.bytes ? '' : said`, of ${formatBytes(came.bytes)} instead of ${formatBytes(wanted.bytes)}`;
  return said`It has as many files${same}, but at least one of them differs or has another path.`;
}

const refusal = (wanted: WantedFiles, came: Manifest) =>
  new MissingFileError(
    said`These are not the images that the experiment was made with: it needs the ${describeWanted(wanted)}. ${difference(wanted, came)} Drop the matching folder, or any archive of it.`,
  );

/**
 * Throws MissingFileError where the files are others than the link asks for, as soon as that can be known. Links made
 * before there were manifests carry the digest of the container's own bytes; they are taken, too.
 */
export function recognise(wanted: WantedFiles, files: readonly NamedBlob[], came: Manifest, signal?: AbortSignal) {
  const byContainer = async () => {
    if ((await digestSource(files, signal)) !== wanted.sha256) throw refusal(wanted, came);
  };
  const differs = wanted.files !== undefined && (wanted.files !== came.files || wanted.bytes !== came.bytes);
  let known = wanted.sha256 === undefined;
  return {
    /** Before anything is decoded: numbers that differ tell already. */
    async atOnce(): Promise<void> {
      if (known || !differs) return;
      await byContainer();
      known = true;
    },
    /** Once the digest of the manifest is known. */
    async byDigest(digest: string): Promise<void> {
      if (!known && digest !== wanted.sha256) await byContainer();
    },
  };
}
