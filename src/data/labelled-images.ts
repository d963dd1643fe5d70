/** Images of a data set: what a source lists before anything is decoded, and what it holds afterwards. */
import type { DecodeImage, RgbImage } from './decode';
import type { Skipped } from './file-tree';
import type { Understood } from './understood';

export type StreamKind = 'class-incremental' | 'domain-incremental';
export type Split = 'train' | 'test';

/** One image that a source can deliver. */
export interface ListedImage {
  /** Path inside the source; images of a class are ordered by it. */
  readonly name: string;
  readonly split: Split;
  readonly classIndex: number;
  /** Index into `domainNames`; null where the source knows no domains. */
  readonly domain: number | null;
  /** Place in the source, where reading in that order is quicker. */
  readonly at?: number;
  /** Reads and decodes. Rejects with a reason for people where that fails. */
  read(decode: DecodeImage): Promise<RgbImage>;
}

/** A task that the source itself proposes (a pack's tasks, one alphabet of Omniglot). */
export interface GivenTask {
  readonly name: string;
  readonly classes: readonly number[];
  readonly domain: number | null;
}

/** The structure of a source: classes, splits and counts, nothing decoded. */
export interface ImageListing {
  readonly title: string;
  readonly kind: StreamKind;
  /** In natural order: by name as Python sorts, or as a pack gives them. */
  readonly classNames: readonly string[];
  readonly domainNames: readonly string[];
  /** Grouped by split and class, each class by name. */
  readonly images: readonly ListedImage[];
  readonly givenTasks: readonly GivenTask[] | null;
  /** True where train and test were divided here (`testFraction`, seed), not by the source. */
  readonly dividedHere: boolean;
  readonly skipped: readonly Skipped[];
  readonly understood: readonly Understood[];
  /** Gives back the disk or memory that the source was unpacked to; its images cannot be read afterwards. */
  readonly discard?: () => Promise<void>;
}

/** Bytes of which one image at a time is asked for: an array, or a file on disk. */
export interface Pixels {
  readonly length: number;
  /** The bytes of one image; not to be written to. */
  subarray(from: number, to: number): Uint8Array;
}

/** All images of one split in one array: pixels [count, size, size, 3]. */
export interface ImageStore {
  readonly count: number;
  readonly size: number;
  readonly pixels: Pixels;
  /** Index into `classNames`, per image. */
  readonly classes: Int32Array;
  /** Index into `domainNames`, -1 for none, per image. */
  readonly domains: Int32Array;
  /** Path inside the source, per image. */
  readonly names: readonly string[];
}

/** A data set in memory, as bytes, at the model's input size. */
export interface LabelledImages {
  readonly title: string;
  readonly kind: StreamKind;
  readonly classNames: readonly string[];
  readonly domainNames: readonly string[];
  readonly imageSize: number;
  readonly train: ImageStore;
  readonly test: ImageStore;
  readonly givenTasks: readonly GivenTask[] | null;
  readonly skipped: readonly Skipped[];
  /** What was understood of the files, with counts; for people. */
  readonly understood: readonly Understood[];
  /** Digest of the source's content: of its manifest (`manifest-digest.ts`) where it is the user's own. */
  readonly sha256: string;
  /** Gives back the disk that the pixels lie on; they cannot be read afterwards. */
  readonly discard?: () => Promise<void>;
}
