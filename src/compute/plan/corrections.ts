import type { Correction } from '../backbone';
import type { Projection } from '../corrections';
import { clipGradients, type Span } from './clip';
import type { Learned, Network } from './network';
import { fixed, type View } from './ops';

/** A correction with the matrix [rows, columns] that it is of. */
export interface PlacedCorrection {
  readonly tensor: Learned;
  readonly basis: Float32Array;
  readonly columns: number;
  readonly rank: number;
}

/** Throws on a name that is none of these, or no matrix, and on a basis that does not fit it. */
export function placed(learned: readonly Learned[], { name, basis }: Projection): PlacedCorrection {
  const tensor = learned.find((one) => one.name === name);
  if (!tensor || tensor.rows === tensor.count) {
    throw new Error(`The gradient of "${name}" is to be projected, but no matrix of that name is trained`);
  }
  const columns = tensor.count / tensor.rows;
  const rank = basis.length / columns;
  if (!Number.isInteger(rank) || rank < 1) {
    throw new RangeError(`The basis for "${name}" has ${basis.length} values; its rows must be ${columns} wide`);
  }
  return { tensor, basis, columns, rank };
}

/** Corrects the gradients that lie ready, of all that is `learned`, in the order given; returns the constants that this reads, by buffer. Throws as `placed`. */
export function correctGradients(net: Network, corrections: readonly Correction[], learned: readonly Span[]): Map<string, Float32Array> {
  const { builder } = net;
  const constants = new Map<string, Float32Array>();
  corrections.forEach((correction, i) => {
    if (correction.kind === 'clip') return clipGradients(net, correction.norm, learned);
    const { tensor, basis, columns, rank } = placed(net.learned(), correction);
    const m = fixed(tensor.rows);
    const gradient: View = { buffer: `gradient.${tensor.buffer}`, offset: tensor.offset, stride: columns };
    // Both signs: products add, and cannot take away.
    const buffer = builder.declare(`basis.${i}`, 'trainer', fixed(2 * basis.length));
    const signed = new Float32Array(2 * basis.length);
    signed.set(basis);
    basis.forEach((value, at) => (signed[basis.length + at] = -value));
    constants.set(buffer, signed);
    const plus: View = { buffer, offset: 0, stride: columns };
    const minus: View = { ...plus, offset: basis.length };
    const along = builder.matrix(`along.${i}`, m, rank);
    builder.push(
      { kind: 'gemm', form: 'NT', a: gradient, b: plus, out: along, m, n: rank, k: fixed(columns) },
      { kind: 'gemm', form: 'NN', a: along, b: minus, out: gradient, add: gradient, m, n: columns, k: fixed(rank) },
    );
  });
  return constants;
}
