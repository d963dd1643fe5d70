/**
 * The operations of a plan as plain float64 loops, written from their definitions in ops.ts alone: the judge of every
 * executor's kernels, and what `PlainExecutor` runs. Attention's statistics, whose layout is an executor's own, stay unused.
 */
import { ACTIVATIONS } from '../../testing/oracle-vit';
import {
  extentOf,
  NO_TARGET,
  type Gemm,
  type LayerNorm,
  type LayerNormBackward,
  type Op,
  type Pool,
  type TargetLoss,
  type View,
} from '../ops';
import { attention, attentionBackward } from './plain-attention';
import { matrixIn, sumOver, type Matrix, type PlainBuffers } from './plain-matrix';
import { addSquares, penalise, update } from './plain-update';

type MatrixOf = (view: View) => Matrix;

function fill(out: Matrix, rows: number, columns: number, value: (row: number, column: number) => number): void {
  for (let row = 0; row < rows; row++) for (let c = 0; c < columns; c++) out.set(row, c, value(row, c));
}

/** Runs one operation for a batch. */
export function runPlain(op: Op, buffers: PlainBuffers, batch: number): void {
  const matrix: MatrixOf = (view) => matrixIn(buffers, view);
  const vector = (view: View): ((i: number) => number) => {
    const values = matrix(view);
    return (i) => values.get(0, i);
  };
  switch (op.kind) {
    case 'gemm':
      return gemm(op, batch, matrix);
    case 'patchify': {
      const { images, out, imageSize, patchSize, front, mean, std } = op;
      const pixels = buffers.get(images) ?? new Float64Array();
      const across = imageSize / patchSize;
      const tokens = across ** 2 + front;
      return fill(matrix(out), batch * tokens, 3 * patchSize ** 2, (row, column) => {
        const patch = (row % tokens) - front;
        if (patch < 0) return 0;
        const channel = Math.floor(column / patchSize ** 2);
        const y = Math.floor(patch / across) * patchSize + (Math.floor(column / patchSize) % patchSize);
        const x = (patch % across) * patchSize + (column % patchSize);
        const pixel = pixels[((Math.floor(row / tokens) * imageSize + y) * imageSize + x) * 3 + channel] ?? NaN;
        return (pixel / 255 - (mean[channel] ?? NaN)) / (std[channel] ?? NaN);
      });
    }
    case 'tokenTable': {
      const [cls, bias, positions] = [vector(op.cls), vector(op.bias), matrix(op.positions)];
      const added = (t: number, c: number): number => (t >= op.front ? bias(c) : t === 0 ? cls(c) : 0);
      return fill(matrix(op.out), op.tokens, op.columns, (t, c) => positions.get(t, c) + added(t, c));
    }
    case 'layerNorm':
      return layerNorm(op, batch, matrix);
    case 'layerNormBackward':
      return layerNormBackward(op, batch, matrix);
    case 'layerNormParameters': {
      const rows = extentOf(op.rows, batch);
      const [x, gradient, statistics] = [matrix(op.x), matrix(op.gradient), matrix(op.statistics)];
      const normal = (row: number, c: number): number => (x.get(row, c) - statistics.get(row, 0)) * statistics.get(row, 1);
      fill(matrix(op.weightGradient), 1, op.columns, (_, c) => sumOver(rows, (row) => gradient.get(row, c) * normal(row, c)));
      return fill(matrix(op.biasGradient), 1, op.columns, (_, c) => sumOver(rows, (row) => gradient.get(row, c)));
    }
    case 'attention':
      return attention(op, batch, buffers);
    case 'attentionBackward':
      return attentionBackward(op, batch, buffers);
    case 'addLowRank': {
      const { rows, columns, increment } = op;
      const [weight, up, down] = [matrix(op.weight), increment && matrix(increment.up), increment && matrix(increment.down)];
      const product = (row: number, c: number): number =>
        sumOver(increment?.rank ?? 0, (r) => (up?.get(row, r) ?? NaN) * (down?.get(r, c) ?? NaN));
      return fill(matrix(op.out), rows, columns, (row, c) => weight.get(row, c) + product(row, c));
    }
    case 'columnSum': {
      const x = matrix(op.x);
      return fill(matrix(op.out), 1, op.columns, (_, c) => sumOver(extentOf(op.rows, batch), (row) => x.get(row, c)));
    }
    case 'addRows': {
      const [a, b] = [matrix(op.a), matrix(op.b)];
      return fill(matrix(op.out), extentOf(op.rows, batch), op.columns, (row, c) => a.get(row, c) + b.get(row, c));
    }
    case 'copyRows': {
      const { rows, xRows, outRows, columns } = op;
      const [x, out, add] = [matrix(op.x), matrix(op.out), op.add && vector(op.add)];
      for (let i = 0; i < batch; i++)
        for (let r = 0; r < rows; r++)
          for (let c = 0; c < columns; c++) out.set(i * outRows + r, c, x.get(i * xRows + r, c) + (add ? add(c) : 0));
      return;
    }
    case 'squares': {
      const x = vector(op.x);
      const total = sumOver(op.count, (i) => x(i) ** 2);
      return matrix(op.out).set(0, 0, total);
    }
    case 'limit': {
      const [x, squares] = [matrix(op.x), vector(op.squares)];
      const factor = Math.min(1, op.limit / (Math.sqrt(sumOver(op.parts, squares)) + 1e-6));
      return fill(x, 1, op.count, (_, c) => x.get(0, c) * factor);
    }
    case 'pool': {
      const { columns, maximum } = op;
      const pooled = pooledColumn(op, matrix(op.x));
      const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
      const value = (values: readonly number[]): number => (1 - maximum) * mean(values) + maximum * Math.max(...values);
      return fill(matrix(op.out), batch, columns, (i, c) => value(pooled(i, c)));
    }
    case 'poolBackward': {
      const { tokens, front, columns, maximum } = op;
      const [gradient, x] = [matrix(op.gradient), op.x && matrix(op.x)];
      const share = (row: number, c: number): number => {
        const image = Math.floor(row / tokens);
        const values = x ? pooledColumn(op, x)(image, c) : [];
        const largest = Math.max(...values);
        const among = x?.get(row, c) === largest ? 1 / values.filter((value) => value === largest).length : 0;
        return gradient.get(image, c) * ((1 - maximum) / (tokens - front) + maximum * among);
      };
      return fill(matrix(op.out), batch * tokens, columns, (row, c) => (row % tokens < front ? 0 : share(row, c)));
    }
    case 'crossEntropy': {
      const { classes, first } = op;
      const rows = extentOf(op.rows, batch);
      const logits = matrix(op.logits);
      const labels = buffers.get(op.labels) ?? new Float64Array();
      const label = (row: number): number => (labels[row] ?? NaN) - first;
      const total = (row: number): number => sumOver(classes, (c) => Math.exp(logits.get(row, c)));
      const [loss, gradient, weights] = [matrix(op.loss), matrix(op.gradient), op.weights && vector(op.weights)];
      // Weighted rows are added to what is there; what is not looked at may have a label of any other class.
      const before = (values: Matrix, row: number, c: number): number => (weights ? values.get(row, c) : 0);
      const weight = (row: number): number => (weights ? weights(row) : 1 / rows);
      const surprise = (row: number): number => (weight(row) === 0 ? 0 : Math.log(total(row)) - logits.get(row, label(row)));
      loss.set(0, 0, before(loss, 0, 0) + sumOver(rows, (row) => weight(row) * surprise(row)));
      const slope = (row: number, c: number): number => Math.exp(logits.get(row, c)) / total(row) - (c === label(row) ? 1 : 0);
      return fill(gradient, rows, classes, (row, c) => before(gradient, row, c) + weight(row) * slope(row, c));
    }
    case 'penalise':
      return penalise(op, matrix);
    case 'addSquares':
      return addSquares(op, matrix);
    case 'targetLoss':
      return targetLoss(op, batch, matrix);
    case 'update':
      return update(op, matrix, vector({ buffer: 'scalars', offset: 0, stride: 1 }));
  }
}

/** What is pooled to one number of an image. */
const pooledColumn =
  ({ tokens, front }: Pick<Pool, 'tokens' | 'front'>, x: Matrix) =>
  (image: number, c: number): number[] =>
    Array.from({ length: tokens - front }, (_, t) => x.get(image * tokens + front + t, c));

function targetLoss(op: TargetLoss, batch: number, matrix: MatrixOf): void {
  const { classes, temperature, form } = op;
  const [z, t, loss, gradient, weights] = [op.logits, op.targets, op.loss, op.gradient, op.weights].map(matrix) as [
    Matrix,
    Matrix,
    Matrix,
    Matrix,
    Matrix,
  ];
  const rows = extentOf(op.rows, batch);
  const softmax = (of: Matrix, row: number, c: number): number =>
    Math.exp(of.get(row, c) / temperature) / sumOver(classes, (other) => Math.exp(of.get(row, other) / temperature));
  const there = (row: number, c: number): number => (t.get(row, c) < NO_TARGET ? 1 : 0);
  const off = (row: number, c: number): number => (there(row, c) === 1 ? z.get(row, c) - t.get(row, c) : 0);
  const columns = (row: number): number =>
    Math.max(
      1,
      sumOver(classes, (c) => there(row, c)),
    );
  const forms = {
    distil: {
      loss: (row: number) => -sumOver(classes, (c) => softmax(t, row, c) * Math.log(softmax(z, row, c))),
      slope: (row: number, c: number) => (softmax(z, row, c) - softmax(t, row, c)) / temperature,
    },
    squared: {
      loss: (row: number) => sumOver(classes, (c) => off(row, c) ** 2) / columns(row),
      slope: (row: number, c: number) => (2 * off(row, c)) / columns(row),
    },
  };
  const seen = (row: number, value: () => number): number => (weights.get(0, row) === 0 ? 0 : weights.get(0, row) * value());
  loss.set(0, 0, loss.get(0, 0) + sumOver(rows, (row) => seen(row, () => forms[form].loss(row))));
  fill(gradient, rows, classes, (row, c) => gradient.get(row, c) + seen(row, () => forms[form].slope(row, c)));
}

function layerNorm(op: LayerNorm, batch: number, matrix: MatrixOf): void {
  const { columns, eps } = op;
  const [x, weight, bias, out] = [matrix(op.x), matrix(op.weight), matrix(op.bias), matrix(op.out)];
  const statistics = op.statistics && matrix(op.statistics);
  for (let row = 0; row < extentOf(op.rows, batch); row++) {
    const mean = sumOver(columns, (c) => x.get(row, c)) / columns;
    const inverse = 1 / Math.sqrt(sumOver(columns, (c) => (x.get(row, c) - mean) ** 2) / columns + eps);
    for (let c = 0; c < columns; c++) out.set(row, c, (x.get(row, c) - mean) * inverse * weight.get(0, c) + bias.get(0, c));
    statistics?.set(row, 0, mean);
    statistics?.set(row, 1, inverse);
  }
}

function layerNormBackward(op: LayerNormBackward, batch: number, matrix: MatrixOf): void {
  const { columns } = op;
  const [x, weight, gradient, out] = [matrix(op.x), matrix(op.weight), matrix(op.gradient), matrix(op.out)];
  const [statistics, add] = [matrix(op.statistics), op.add && matrix(op.add)];
  for (let row = 0; row < extentOf(op.rows, batch); row++) {
    const [mean, inverse] = [statistics.get(row, 0), statistics.get(row, 1)];
    const normal = (c: number): number => (x.get(row, c) - mean) * inverse;
    const scaled = (c: number): number => gradient.get(row, c) * weight.get(0, c);
    const average = sumOver(columns, scaled) / columns;
    const along = sumOver(columns, (c) => scaled(c) * normal(c)) / columns;
    for (let c = 0; c < columns; c++) {
      out.set(row, c, inverse * (scaled(c) - average - normal(c) * along) + (add ? add.get(row, c) : 0));
    }
  }
}

function gemm(op: Gemm, batch: number, matrix: MatrixOf): void {
  const { form, addPeriod = Infinity } = op;
  const [m, n, k] = [extentOf(op.m, batch), op.n, extentOf(op.k, batch)];
  const [a, b, out] = [matrix(op.a), matrix(op.b), matrix(op.out)];
  const [bias, add, multiply] = [op.bias && matrix(op.bias), op.add && matrix(op.add), op.multiply && matrix(op.multiply)];
  const activated = ACTIVATIONS[op.gelu?.kind ?? 'gelu'];
  const derivative = op.gelu?.derivative && matrix(op.gelu.derivative);
  const [rowOfA, alongA] = form === 'TN' ? [1, a.stride] : [a.stride, 1];
  const [columnOfB, alongB] = form === 'NT' ? [b.stride, 1] : [1, b.stride];
  for (let row = 0; row < m; row++) {
    for (let c = 0; c < n; c++) {
      let x = (bias ? bias.get(0, c) : 0) + (add ? add.get(row % addPeriod, c) : 0);
      let [i, j] = [a.offset + row * rowOfA, b.offset + c * columnOfB];
      for (let d = 0; d < k; d++, i += alongA, j += alongB) x += (a.values[i] ?? NaN) * (b.values[j] ?? NaN);
      out.set(row, c, (op.gelu ? activated(x) : x) * (multiply ? multiply.get(row, c) : 1));
      // Central differences in float64, which know nothing of how a kernel writes the slope.
      derivative?.set(row, c, (activated(x + 1e-6) - activated(x - 1e-6)) / 2e-6);
    }
  }
}
