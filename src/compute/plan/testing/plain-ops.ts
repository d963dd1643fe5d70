/**
 * The operations of a plan as plain float64 loops, written from their definitions in ops.ts alone: the judge of every
 * executor's kernels. Attention's statistics, whose layout is an executor's own, stay unused.
 */
import { ACTIVATIONS } from '../../testing/oracle-vit';
import { extentOf, type Gemm, type Op } from '../ops';
import { attention, attentionBackward } from './plain-attention';
import { matrixIn, range, sumOver, vectorIn, type Matrix, type PlainBuffers } from './plain-matrix';
import type { View } from '../ops';
import { update } from './plain-update';

type Fill = (view: View, rows: number, columns: number, value: (row: number, column: number) => number) => void;

/** Runs one operation for a batch. */
export function runPlain(op: Op, buffers: PlainBuffers, batch: number): void {
  const matrix = (view: View): Matrix => matrixIn(buffers, view);
  const vector = (view: View): ((i: number) => number) => vectorIn(buffers, view);
  const fill: Fill = (view, rows, columns, value) => {
    const values = range(rows).map((row) => range(columns).map((column) => value(row, column)));
    const out = matrix(view);
    values.forEach((line, row) => line.forEach((x, column) => out.set(row, column, x)));
  };
  switch (op.kind) {
    case 'gemm':
      return gemm(op, batch, matrix, fill);
    case 'patchify': {
      const { images, out, imageSize, patchSize, front, mean, std } = op;
      const pixels = buffers.get(images) ?? new Float64Array();
      const across = imageSize / patchSize;
      const tokens = across ** 2 + front;
      return fill(out, batch * tokens, 3 * patchSize ** 2, (row, column) => {
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
      return fill(op.out, op.tokens, op.columns, (t, c) => positions.get(t, c) + (t >= op.front ? bias(c) : t === 0 ? cls(c) : 0));
    }
    case 'layerNorm': {
      const { columns, eps, statistics } = op;
      const rows = extentOf(op.rows, batch);
      const [x, weight, bias] = [matrix(op.x), vector(op.weight), vector(op.bias)];
      const found = range(rows).map((row) => {
        const mean = sumOver(columns, (c) => x.get(row, c)) / columns;
        const variance = sumOver(columns, (c) => (x.get(row, c) - mean) ** 2) / columns;
        return [mean, 1 / Math.sqrt(variance + eps)] as const;
      });
      const of = (row: number): readonly [number, number] => found[row] ?? [NaN, NaN];
      fill(op.out, rows, columns, (row, c) => (x.get(row, c) - of(row)[0]) * of(row)[1] * weight(c) + bias(c));
      if (statistics) fill(statistics, rows, 2, (row, i) => of(row)[i] ?? NaN);
      return;
    }
    case 'layerNormBackward': {
      const { columns, add } = op;
      const [x, weight, gradient, statistics] = [matrix(op.x), vector(op.weight), matrix(op.gradient), matrix(op.statistics)];
      const normal = (row: number, c: number): number => (x.get(row, c) - statistics.get(row, 0)) * statistics.get(row, 1);
      const scaled = (row: number, c: number): number => gradient.get(row, c) * weight(c);
      return fill(op.out, extentOf(op.rows, batch), columns, (row, c) => {
        const mean = sumOver(columns, (i) => scaled(row, i)) / columns;
        const along = sumOver(columns, (i) => scaled(row, i) * normal(row, i)) / columns;
        return statistics.get(row, 1) * (scaled(row, c) - mean - normal(row, c) * along) + (add ? matrix(add).get(row, c) : 0);
      });
    }
    case 'layerNormParameters': {
      const rows = extentOf(op.rows, batch);
      const [x, gradient, statistics] = [matrix(op.x), matrix(op.gradient), matrix(op.statistics)];
      const normal = (row: number, c: number): number => (x.get(row, c) - statistics.get(row, 0)) * statistics.get(row, 1);
      fill(op.weightGradient, 1, op.columns, (_, c) => sumOver(rows, (row) => gradient.get(row, c) * normal(row, c)));
      return fill(op.biasGradient, 1, op.columns, (_, c) => sumOver(rows, (row) => gradient.get(row, c)));
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
      return fill(op.out, rows, columns, (row, c) => weight.get(row, c) + product(row, c));
    }
    case 'columnSum': {
      const x = matrix(op.x);
      return fill(op.out, 1, op.columns, (_, c) => sumOver(extentOf(op.rows, batch), (row) => x.get(row, c)));
    }
    case 'addRows': {
      const [a, b] = [matrix(op.a), matrix(op.b)];
      return fill(op.out, extentOf(op.rows, batch), op.columns, (row, c) => a.get(row, c) + b.get(row, c));
    }
    case 'poolMean': {
      const { tokens, front } = op;
      const x = matrix(op.x);
      return fill(op.out, batch, op.columns, (i, c) => sumOver(tokens - front, (t) => x.get(i * tokens + front + t, c)) / (tokens - front));
    }
    case 'poolMeanBackward': {
      const { tokens, front } = op;
      const gradient = matrix(op.gradient);
      const share = (row: number, c: number): number => gradient.get(Math.floor(row / tokens), c) / (tokens - front);
      return fill(op.out, batch * tokens, op.columns, (row, c) => (row % tokens < front ? 0 : share(row, c)));
    }
    case 'crossEntropy': {
      const { classes, first } = op;
      const rows = extentOf(op.rows, batch);
      const logits = matrix(op.logits);
      const labels = buffers.get(op.labels) ?? new Float64Array();
      const label = (row: number): number => (labels[row] ?? NaN) - first;
      const total = (row: number): number => sumOver(classes, (c) => Math.exp(logits.get(row, c)));
      matrix(op.loss).set(0, 0, sumOver(rows, (row) => Math.log(total(row)) - logits.get(row, label(row))) / rows);
      return fill(op.gradient, rows, classes, (row, c) => (Math.exp(logits.get(row, c)) / total(row) - (c === label(row) ? 1 : 0)) / rows);
    }
    case 'update':
      return update(op, matrix, vector({ buffer: 'scalars', offset: 0, stride: 1 }));
  }
}

function gemm(op: Gemm, batch: number, matrix: (view: View) => Matrix, fill: Fill): void {
  const { form, bias, add, addPeriod, gelu, multiply } = op;
  const [m, n, k] = [extentOf(op.m, batch), op.n, extentOf(op.k, batch)];
  const [a, b] = [matrix(op.a), matrix(op.b)];
  const sums = range(m).map((row) =>
    range(n).map(
      (c) =>
        sumOver(k, (d) => (form === 'TN' ? a.get(d, row) : a.get(row, d)) * (form === 'NT' ? b.get(c, d) : b.get(d, c))) +
        (bias ? matrix(bias).get(0, c) : 0) +
        (add ? matrix(add).get(row % (addPeriod ?? Infinity), c) : 0),
    ),
  );
  const of = (row: number, c: number): number => sums[row]?.[c] ?? NaN;
  const activated = ACTIVATIONS[gelu?.kind ?? 'gelu'];
  fill(op.out, m, n, (row, c) => {
    const x = of(row, c);
    return (gelu ? activated(x) : x) * (multiply ? matrix(multiply).get(row, c) : 1);
  });
  // Central differences in float64, which know nothing of how a kernel writes the slope.
  const slope = (x: number): number => (activated(x + 1e-6) - activated(x - 1e-6)) / 2e-6;
  if (gelu?.derivative) fill(gelu.derivative, m, n, (row, c) => slope(of(row, c)));
}
