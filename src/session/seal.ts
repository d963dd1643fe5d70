import { crc32 } from '../common/crc32';

/** Writes the check sum of a packed state file into its last four bytes. */
export function seal(file: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  new DataView(file.buffer, file.byteOffset, file.byteLength).setUint32(file.length - 4, crc32(file.subarray(0, -4)), true);
  return file;
}
