/** Eight tables of 256 (slicing by eight, Kounavis and Berry 2008): a state of tens of megabytes is summed while a run stands still. */
const TABLES = new Uint32Array(8 * 256);
for (let byte = 0; byte < 256; byte++) {
  let c = byte;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  TABLES[byte] = c;
}
const entry = (table: number, byte: number): number => TABLES[256 * table + (byte & 0xff)] ?? 0;
for (let at = 256; at < TABLES.length; at++) TABLES[at] = ((TABLES[at - 256] ?? 0) >>> 8) ^ entry(0, TABLES[at - 256] ?? 0);

/** CRC-32 as zip and PNG use it (reflected polynomial 0xEDB88320). */
export function crc32(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const eights = bytes.length - (bytes.length % 8);
  let c = 0xffffffff;
  for (let i = 0; i < eights; i += 8) {
    const low = c ^ view.getUint32(i, true);
    const high = view.getUint32(i + 4, true);
    const ofLow = entry(7, low) ^ entry(6, low >>> 8) ^ entry(5, low >>> 16) ^ entry(4, low >>> 24);
    c = ofLow ^ entry(3, high) ^ entry(2, high >>> 8) ^ entry(1, high >>> 16) ^ entry(0, high >>> 24);
  }
  for (let i = eights; i < bytes.length; i++) c = entry(0, c ^ (bytes[i] ?? 0)) ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
