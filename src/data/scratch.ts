/** Room for what has to be unpacked before it can be read at any place (tar.gz): the disk in a browser, memory elsewhere. */
import { said } from '../common/said';
import { formatBytes } from '../common/bytes';
import { DataError } from './errors';
import type { Room } from './image-store';

export interface ScratchFile {
  /** Appends. Throws DataError where there is no room left. */
  write(chunk: Uint8Array): Promise<void>;
  /** What was written, readable at any place. */
  finish(): Promise<Blob>;
  /** Takes back everything; also after `finish`. */
  discard(): Promise<void>;
}

export interface Scratch {
  /** For about so many bytes. Throws DataError where the disk is too full for them. */
  create(bytes?: number): Promise<ScratchFile>;
  /** Room for decoded images, readable without waiting; absent where there is only memory. Throws DataError where the disk is too full. */
  room?(bytes: number): Promise<Room & { discard(): Promise<void> }>;
}

const tooLarge = (limit: number) =>
  new DataError(
    said`Unpacked, the archive takes more than ${formatBytes(limit)}, and this browser lends no disk. Unpack it and drop the folder.`,
  );

/** Keeps what is written in memory, up to so many bytes. */
export function memoryScratch(limit = 1e9): Scratch {
  return {
    async create(bytes = 0) {
      if (bytes > limit) throw tooLarge(limit);
      let parts: Blob[] = [];
      let size = 0;
      return {
        async write(chunk) {
          size += chunk.length;
          if (size > limit) {
            throw tooLarge(limit);
          }
          parts.push(new Blob([new Uint8Array(chunk)]));
        },
        finish: async () => new Blob(parts),
        async discard() {
          parts = [];
        },
      };
    },
  };
}
