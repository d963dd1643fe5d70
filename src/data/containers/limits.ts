/** What an archive may cost before it counts as a bomb rather than a data set. */
export interface ArchiveLimits {
  /** Bytes of one file, unpacked. */
  readonly entryBytes: number;
  /** Bytes of all files together, unpacked. */
  readonly totalBytes: number;
  /** Unpacked over packed size of one file beyond `ratioFloor` bytes; deflate itself cannot exceed 1032. */
  readonly ratio: number;
  readonly ratioFloor: number;
  readonly entries: number;
}

export const ARCHIVE_LIMITS: ArchiveLimits = {
  entryBytes: 512e6,
  totalBytes: 16e9,
  ratio: 200,
  ratioFloor: 4 * 2 ** 20,
  entries: 1_000_000,
};
