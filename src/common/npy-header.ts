/** The header of NumPy's `.npy`, versions 1 to 3: a Python literal in front of the numbers. */
import { said, type Sentence } from './said';

export interface NpyHeader {
  /** As NumPy writes the type: '|u1', '<f4', '<U12'; '|O' are Python objects, which nothing here reads. */
  readonly descr: string;
  readonly shape: readonly number[];
  /** Stored column by column. */
  readonly fortran: boolean;
  /** Where the numbers start. */
  readonly offset: number;
}

/** Throws what `damaged` makes of "is no NumPy array", "is cut off within its header" and the like. */
export function readNpyHeader(bytes: Uint8Array, damaged: (what: Sentence) => Error): NpyHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || view.getUint32(0) !== 0x934e554d || view.getUint16(4) !== 0x5059) throw damaged(said`is no NumPy array`);
  const wide = view.getUint8(6) > 1;
  const start = wide ? 12 : 10;
  const offset = start + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  if (offset > bytes.length) throw damaged(said`is cut off within its header`);
  const header = new TextDecoder().decode(bytes.subarray(start, offset));
  const descr = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const sides = /'shape':\s*\(([\d,\sL]*)\)/.exec(header)?.[1];
  if (descr === undefined || sides === undefined) throw damaged(said`has a header without type or shape`);
  const shape = sides
    .split(',')
    .map((side) => side.trim().replace(/L$/, ''))
    .filter((side) => side !== '')
    .map(Number);
  return { descr, shape, fortran: /'fortran_order':\s*True/.test(header), offset };
}
