/** gzip, unpacked as it is read: never more of it in memory than a piece. */
import { said } from '../../common/said';
import { formatBytes } from '../../common/bytes';
import { DataError } from '../errors';
import type { Scratch } from '../scratch';
import { ARCHIVE_LIMITS, type ArchiveLimits } from './limits';

export const isGzip = (head: Uint8Array) => head[0] === 0x1f && head[1] === 0x8b;

export interface UnpackOptions {
  readonly scratch: Scratch;
  readonly limits?: ArchiveLimits | undefined;
  /** Packed bytes read so far, and all of them. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Rejects with the signal's reason once aborted; what was unpacked is discarded. */
  readonly signal?: AbortSignal | undefined;
}

const READ = 4 * 2 ** 20;

/** The packed bytes, piece by piece, counted as they are asked for. */
function piecesOf(blob: Blob, onRead: (done: number) => void): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    async pull(controller) {
      const piece = new Uint8Array(await blob.slice(at, at + READ).arrayBuffer());
      at += piece.length;
      if (piece.length === 0) return controller.close();
      onRead(at);
      controller.enqueue(piece);
    },
  });
}

/** What it says of its unpacked size, in its last four bytes (modulo 4 GB), where that can be; of one cut off they say anything. */
async function declaredSize(blob: Blob, { ratio }: ArchiveLimits): Promise<number> {
  const end = new DataView(await blob.slice(-4).arrayBuffer());
  const declared = end.byteLength === 4 ? end.getUint32(0, true) : 0;
  return declared > blob.size * ratio ? blob.size : Math.max(blob.size, declared);
}

/**
 * Unpacks into scratch space. Throws DataError on damaged or cut off data and on what only a bomb does: more than the
 * allowed total or ratio. Whatever goes wrong, nothing is left behind.
 */
export async function gunzip(
  blob: Blob,
  { scratch, limits = ARCHIVE_LIMITS, onProgress, signal }: UnpackOptions,
): Promise<{ blob: Blob; discard: () => Promise<void> }> {
  const file = await scratch.create(await declaredSize(blob, limits));
  let size = 0;
  const reader = piecesOf(blob, (done) => onProgress?.(done, blob.size))
    .pipeThrough(new DecompressionStream('gzip'))
    .getReader();
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { value, done } = await reader.read().catch((cause: unknown) => {
        throw new DataError(said`The gzip file is cut off or damaged. Download or pack it again.`, null, { cause });
      });
      if (done) break;
      size += value.length;
      if (size > limits.totalBytes)
        throw new DataError(said`The gzip file unpacks to more than ${formatBytes(limits.totalBytes)}. Split it.`);
      if (size > limits.ratioFloor && size > blob.size * limits.ratio) {
        throw new DataError(said`The gzip file unpacks to more than ${limits.ratio} times its size, as only a bomb does.`);
      }
      await file.write(value);
    }
    return { blob: await file.finish(), discard: () => file.discard() };
  } catch (error) {
    await reader.cancel().catch(() => undefined);
    await file.discard();
    throw error;
  }
}
