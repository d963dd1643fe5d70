import { expect, it } from 'vitest';
import { crc32 } from './crc32';

it('is the sum that zip and PNG know', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array())).toBe(0);
});

it('is the same for every length and place, and for parts of a buffer', () => {
  const all = Uint8Array.from({ length: 300 }, (_, i) => (i * i * 31 + 7 * i) & 0xff);
  /** Bit by bit, as it is defined. */
  const plain = (bytes: Uint8Array) => {
    let c = 0xffffffff;
    for (const byte of bytes) {
      c ^= byte;
      for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
    }
    return (c ^ 0xffffffff) >>> 0;
  };
  for (let from = 0; from < 10; from++)
    for (const length of [0, 1, 7, 8, 9, 15, 16, 17, 250]) {
      const part = all.subarray(from, from + length);
      expect(crc32(part)).toBe(plain(part));
    }
});
