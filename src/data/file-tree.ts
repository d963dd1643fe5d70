import type { Said } from '../common/said';
import type { Understood } from './understood';

/** What every container opens as: a list of files whose bytes are fetched one at a time, on demand. */
export interface FileEntry {
  /** Relative path with forward slashes, without `.`, `..`, drive or leading slash. Text from strangers: never markup. */
  readonly path: string;
  /** Bytes after decompression, as declared. */
  readonly size: number;
  /** The whole file. Throws DataError where it is damaged or larger than declared. */
  bytes(): Promise<Uint8Array>;
  /** The file as a Blob of which any part can be read alone; absent where it has to be unpacked from its start. */
  blob?(): Promise<Blob>;
}

export interface FileTree {
  readonly files: readonly FileEntry[];
  /** Entries that were left out (unsafe names, duplicates, encrypted ones), with the reason. */
  readonly skipped: readonly Skipped[];
  /** How names were read, where that had to be found out. */
  readonly understood?: readonly Understood[];
}

/** Something that was not used, and why; both are shown to people. */
export interface Skipped {
  readonly name: Said;
  readonly reason: Said;
}

/** A file as the page holds it; `name` is a relative path where a folder was dropped. */
export interface NamedBlob {
  readonly name: string;
  readonly file: Blob;
}
