import type { Correction } from '../backbone';
import type { Projection } from '../corrections';
import { clipGradients, type Span } from './clip';
import type { Learned, Network } from './network';
import { fixed, type View } from './ops';
import type { Constant } from './penalties';

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
    throw new Error(`The change of "${name}" is to be projected, but no matrix of that name is trained`);
  }
  const columns = tensor.count / tensor.rows;
  const rank = basis.length / columns;
  if (!Number.isInteger(rank) || rank < 1) {
    throw new RangeError(`The basis for "${name}" has ${basis.length} values; its rows must be ${columns} wide`);
  }
  return { tensor, basis, columns, rank };
}

/** Corrections being written down: the constants that they read, and what is left to do once all is updated. */
export interface Corrections {
  readonly constants: readonly Constant[];
  readonly afterUpdate: () => void;
}

/**
 * Clips the gradients that lie ready, of all that is `learned`, and holds the update that follows to the projections: what it must not
 * change is put down before and taken back after. Throws as `placed`.
 */
export function correctUpdate(net: Network, corrections: readonly Correction[], learned: readonly Span[]): Corrections {
  const { builder } = net;
  for (const correction of corrections) if (correction.kind === 'clip') clipGradients(net, correction.norm, learned);
  const projections = corrections.filter((correction) => correction.kind === 'project');
  const held = projections.map((projection, i) => {
    const { tensor, basis, columns, rank } = placed(net.learned(), projection);
    const [m, k] = [fixed(tensor.rows), fixed(columns)];
    const weight: View = { buffer: tensor.buffer, offset: tensor.offset, stride: columns };
    // Both signs: products add, and cannot take away.
    const buffer = builder.declare(`basis.${i}`, 'trainer', fixed(2 * basis.length));
    const values = new Float32Array(2 * basis.length);
    values.set(basis);
    basis.forEach((value, at) => (values[basis.length + at] = -value));
    const plus: View = { buffer, offset: 0, stride: columns };
    const minus: View = { ...plus, offset: basis.length };
    const before = builder.matrix(`held.${i}`, m, rank);
    builder.push({ kind: 'gemm', form: 'NT', a: weight, b: minus, out: before, m, n: rank, k });
    const afterUpdate = (): void => {
      const moved = builder.matrix(`moved.${i}`, m, rank);
      builder.push(
        { kind: 'gemm', form: 'NT', a: weight, b: plus, out: moved, add: before, m, n: rank, k },
        { kind: 'gemm', form: 'NN', a: moved, b: minus, out: weight, add: weight, m, n: columns, k: fixed(rank) },
      );
    };
    return { constant: { buffer, values }, afterUpdate };
  });
  return { constants: held.map(({ constant }) => constant), afterUpdate: () => held.forEach(({ afterUpdate }) => afterUpdate()) };
}
