/** The bytes of a pickle, read from the front. `damaged` makes the error of a read beyond the end. */
import { said, type Sentence } from '../common/said';
export class PickleCursor {
  private readonly view: DataView;
  at = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly damaged: (what: Sentence) => Error,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The next bytes, not copied. */
  take(length: number): Uint8Array {
    const from = this.skip(length);
    return this.bytes.subarray(from, from + length);
  }

  u8(): number {
    return this.view.getUint8(this.skip(1));
  }

  u16(): number {
    return this.view.getUint16(this.skip(2), true);
  }

  u32(): number {
    return this.view.getUint32(this.skip(4), true);
  }

  i32(): number {
    return this.view.getInt32(this.skip(4), true);
  }

  u64(): number {
    return Number(this.view.getBigUint64(this.skip(8), true));
  }

  f64(): number {
    return this.view.getFloat64(this.skip(8), false);
  }

  /** A little-endian two's complement integer; beyond 2^53 it is rounded, beyond 16 bytes NaN, and neither passes for a size. */
  long(length: number): number {
    if (length > 16) {
      this.take(length);
      return NaN;
    }
    let value = 0n;
    for (const byte of this.take(length).toReversed()) value = value * 256n + BigInt(byte);
    return Number(BigInt.asIntN(8 * Math.max(1, length), value));
  }

  /** Up to the end of the line, which is read too: protocol 0 and names of globals. */
  line(): Uint8Array {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end < 0) throw this.damaged(said`it is cut off`);
    const line = this.take(end - this.at);
    this.at++;
    return line;
  }

  private skip(length: number): number {
    const from = this.at;
    if (!(from + length <= this.bytes.byteLength)) throw this.damaged(said`it is cut off`);
    this.at += length;
    return from;
  }
}
