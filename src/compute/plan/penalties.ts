import type { ClassRange, TrainSpec } from '../backbone';
import type { Network } from './network';
import { fixed, penaltyShares, type Penalise, type View } from './ops';

/** Values of a trainer's buffer that no step changes. */
export interface Constant {
  readonly buffer: string;
  readonly values: Float32Array;
}

/** The classifier, as far as penalties are concerned: its rows, and those whose gradient every step writes. */
interface ClassifierRows {
  readonly classes: number;
  readonly written: ClassRange;
}

const gradientOf = (view: View): View => ({ ...view, buffer: `gradient.${view.buffer}` });

/**
 * Adds to the gradients that lie ready what the penalties bring, and puts their value into `loss[1]`; returns the constants that
 * this reads. Throws on a name that is not trained, and on values that do not fit it.
 */
export function addPenalties(net: Network, penalties: TrainSpec['penalties'] = [], classifier: ClassifierRows): Constant[] {
  const { builder } = net;
  const constants: Constant[] = [];
  let shares = 0;
  const constant = (values: Float32Array, stride = 1): View => {
    const buffer = builder.declare(`penalty.${constants.length}`, 'trainer', fixed(values.length));
    constants.push({ buffer, values });
    return { buffer, offset: 0, stride };
  };
  const push = (op: Omit<Penalise, 'kind' | 'value'>): void => {
    builder.push({ kind: 'penalise', value: { buffer: 'penalties', offset: shares, stride: 1 }, ...op });
    shares += penaltyShares(op);
  };
  if (penalties.filter(({ kind }) => kind === 'quadratic').length > 1) throw new Error('There is more than one quadratic penalty');
  for (const penalty of penalties) {
    const { kind, weight } = penalty;
    if (!Number.isFinite(weight)) throw new RangeError(`A penalty has the weight ${weight}`);
    switch (kind) {
      case 'quadratic':
        for (const [name, importance] of penalty.importance) {
          const anchor = penalty.anchor.get(name);
          if (anchor?.length !== importance.length) {
            throw new RangeError(`A penalty on "${name}" has ${importance.length} importances and ${anchor?.length ?? 'no'} anchors`);
          }
          const [s, a] = [constant(importance), constant(anchor)];
          for (const { view, from, count, written } of runsOf(net, name, importance.length, classifier)) {
            const out = gradientOf(view);
            const beside = { importance: { ...s, offset: from }, anchor: { ...a, offset: from }, ...(written ? { add: out } : {}) };
            push({ form: 'quadratic', weight, of: view, ...beside, out, count });
          }
        }
        break;
      case 'row-overlap': {
        const { view, rows: n, columns } = matrixOf(net, penalty.name);
        const count = penalty.rows.length / columns;
        if (!Number.isInteger(count) || count < 1) {
          throw new RangeError(`"${penalty.name}" is to avoid rows of ${penalty.rows.length} values in all; each must be ${columns} wide`);
        }
        const old = constant(penalty.rows, columns);
        const overlap = builder.matrix('overlap', fixed(count), n);
        const out = gradientOf(view);
        builder.push({ kind: 'gemm', form: 'NT', a: old, b: view, out: overlap, m: fixed(count), n, k: fixed(columns) });
        push({ form: 'absolute', weight, of: overlap, out: overlap, count: count * n });
        builder.push({ kind: 'gemm', form: 'TN', a: overlap, b: old, out, add: out, m: fixed(n), n: columns, k: fixed(count) });
        break;
      }
      case 'norm': {
        const { view, count } = matrixOf(net, penalty.name);
        push({ form: 'norm', weight, of: view, add: gradientOf(view), out: gradientOf(view), count });
        break;
      }
      case 'product': {
        const { adapter, past } = penalty;
        const [up, down] = [matrixOf(net, `${adapter}.up`), matrixOf(net, `${adapter}.down`)];
        const [m, n, rank] = [fixed(up.rows), down.columns, down.rows];
        if (past.length !== up.rows * n) {
          throw new RangeError(`The past of "${adapter}" has ${past.length} values; its increment is ${up.rows} x ${n}`);
        }
        const product = builder.matrix('increment', m, n);
        const [dUp, dDown] = [gradientOf(up.view), gradientOf(down.view)];
        builder.push({ kind: 'gemm', form: 'NN', a: up.view, b: down.view, out: product, m, n, k: fixed(rank) });
        const squares = constant(past.map((value) => value * value));
        push({ form: 'quadratic', weight, of: product, importance: squares, out: product, count: past.length });
        builder.push(
          { kind: 'gemm', form: 'NT', a: product, b: down.view, out: dUp, add: dUp, m, n: rank, k: fixed(n) },
          { kind: 'gemm', form: 'TN', a: up.view, b: product, out: dDown, add: dDown, m: fixed(rank), n, k: m },
        );
        break;
      }
    }
  }
  if (shares > 0) {
    const x: View = { buffer: builder.declare('penalties', 'workspace', fixed(shares)), offset: 0, stride: 1 };
    builder.push({ kind: 'columnSum', x, out: { buffer: 'loss', offset: 1, stride: 1 }, rows: fixed(shares), columns: 1 });
  }
  return constants;
}

/** A matrix that learns. Throws on a name that is none. */
function matrixOf(net: Network, name: string) {
  const tensor = net.learned().find((one) => one.name === name);
  if (!tensor || tensor.rows === tensor.count) throw new Error(`A penalty is on "${name}", but no matrix of that name is trained`);
  const columns = tensor.count / tensor.rows;
  return { ...tensor, columns, view: { buffer: tensor.buffer, offset: tensor.offset, stride: columns } };
}

/** Where `count` values of that name lie: a tensor, whole; of the classifier its first rows, apart those whose gradient is written. */
function runsOf(net: Network, name: string, count: number, { classes, written }: ClassifierRows) {
  const refuse = (floats: number): never => {
    throw new RangeError(`A penalty on "${name}" has ${count} values; it has ${floats}`);
  };
  const width = name === 'classifier.weight' ? net.config.dim : name === 'classifier.bias' ? 1 : 0;
  if (width === 0) {
    const tensor = net.learned().find((one) => one.name === name);
    if (!tensor) throw new Error(`A penalty is on "${name}", but nothing of that name is trained`);
    if (tensor.count !== count) refuse(tensor.count);
    return [{ view: { buffer: tensor.buffer, offset: tensor.offset, stride: 1 }, from: 0, count, written: true }];
  }
  if (count > classes * width || count % width > 0) refuse(classes * width);
  const ends = [0, written.from * width, written.to * width, count].map((end) => Math.min(end, count));
  return [0, 1, 2].flatMap((part) => {
    const [from = 0, to = 0] = ends.slice(part);
    return to > from ? [{ view: { buffer: name, offset: from, stride: 1 }, from, count: to - from, written: part === 1 }] : [];
  });
}
