import { extentOf, type LayerNorm, type LayerNormBackward, type LayerNormParameters } from '../../plan/ops';
import { at, launch, type KernelTemplate } from '../kernel';
import type { Lowering } from '../lowering';
import { rowWalk, type RowChoice } from './rows';

const forward = (choice: RowChoice, statistics: boolean): KernelTemplate => {
  const walk = rowWalk(choice);
  const loop = walk.loop('p.columns');
  return {
    name: 'layerNorm',
    ...walk.frame,
    parameters: {
      ...{ rows: 'u32', columns: 'u32', eps: 'f32', xAt: 'u32', xRow: 'u32', weightAt: 'u32', biasAt: 'u32' },
      ...{ outAt: 'u32', outRow: 'u32', statisticsAt: 'u32' },
    },
    buffers: {
      ...{ x: { access: 'read' }, weight: { access: 'read' }, bias: { access: 'read' }, out: { access: 'write' } },
      ...(statistics ? { statistics: { access: 'write' } } : {}),
    },
    body: walk.body(`
  let x0 = p.xAt + row * p.xRow;
  let count = f32(p.columns);
  var sum = 0.0;
  ${loop} { sum += $x[x0 + c]; }
  let mean = total(sum, lane) / count;
  var squares = 0.0;
  ${loop} { let d = $x[x0 + c] - mean; squares += d * d; }
  let scale = 1.0 / sqrt(total(squares, lane) / count + p.eps);
  let out0 = p.outAt + row * p.outRow;
  ${loop} { $out[out0 + c] = ($x[x0 + c] - mean) * scale * $weight[p.weightAt + c] + $bias[p.biasAt + c]; }
  ${statistics ? `if (${walk.first}) { $statistics[p.statisticsAt + 2u * row] = mean; $statistics[p.statisticsAt + 2u * row + 1u] = scale; }` : ''}`),
  };
};

const backward = (choice: RowChoice, add: boolean): KernelTemplate => {
  const walk = rowWalk(choice);
  const loop = walk.loop('p.columns');
  return {
    name: 'layerNormBackward',
    ...walk.frame,
    parameters: {
      ...{ rows: 'u32', columns: 'u32', gradientAt: 'u32', gradientRow: 'u32', xAt: 'u32', xRow: 'u32' },
      ...{ statisticsAt: 'u32', weightAt: 'u32', addAt: 'u32', addRow: 'u32', outAt: 'u32', outRow: 'u32' },
    },
    buffers: {
      ...{ gradient: { access: 'read' }, x: { access: 'read' }, statistics: { access: 'read' }, weight: { access: 'read' } },
      ...(add ? { add: { access: 'read' } } : {}),
      out: { access: 'write' },
    },
    body: walk.body(`
  let mean = $statistics[p.statisticsAt + 2u * row];
  let scale = $statistics[p.statisticsAt + 2u * row + 1u];
  let x0 = p.xAt + row * p.xRow;
  let g0 = p.gradientAt + row * p.gradientRow;
  var sum = 0.0;
  var along = 0.0;
  ${loop} {
    let g = $gradient[g0 + c] * $weight[p.weightAt + c];
    sum += g;
    along += g * ($x[x0 + c] - mean) * scale;
  }
  let meanGradient = total(sum, lane) / f32(p.columns);
  let meanAlong = total(along, lane) / f32(p.columns);
  let out0 = p.outAt + row * p.outRow;
  ${loop} {
    let g = $gradient[g0 + c] * $weight[p.weightAt + c];
    let value = scale * (g - meanGradient - ($x[x0 + c] - mean) * scale * meanAlong);
    $out[out0 + c] = value${add ? ' + $add[p.addAt + row * p.addRow + c]' : ''};
  }`),
  };
};

/** Partial sums over a share of the rows, a column an invocation: [share, 2, columns]. */
const parameterGradients: KernelTemplate = {
  name: 'layerNormParameters',
  workgroup: 64,
  parameters: {
    ...{ rows: 'u32', columns: 'u32', rowsAShare: 'u32', shares: 'u32', gradientAt: 'u32', gradientRow: 'u32' },
    ...{ xAt: 'u32', xRow: 'u32', statisticsAt: 'u32' },
  },
  buffers: { gradient: { access: 'read' }, x: { access: 'read' }, statistics: { access: 'read' }, out: { access: 'write' } },
  body: `
  let c = index % p.columns;
  let share = index / p.columns;
  if (share >= p.shares) { return; }
  var weight = 0.0;
  var bias = 0.0;
  for (var row = share * p.rowsAShare; row < min(p.rows, (share + 1u) * p.rowsAShare); row++) {
    let g = $gradient[p.gradientAt + row * p.gradientRow + c];
    let mean = $statistics[p.statisticsAt + 2u * row];
    let scale = $statistics[p.statisticsAt + 2u * row + 1u];
    weight += g * ($x[p.xAt + row * p.xRow + c] - mean) * scale;
    bias += g;
  }
  $out[2u * share * p.columns + c] = weight;
  $out[(2u * share + 1u) * p.columns + c] = bias;`,
};

const joinParameters: KernelTemplate = {
  name: 'layerNormParametersJoin',
  workgroup: 64,
  parameters: { columns: 'u32', shares: 'u32', weightAt: 'u32', biasAt: 'u32' },
  buffers: { x: { access: 'read' }, weightGradient: { access: 'write' }, biasGradient: { access: 'write' } },
  body: `
  if (index >= p.columns) { return; }
  var weight = 0.0;
  var bias = 0.0;
  for (var share = 0u; share < p.shares; share++) {
    weight += $x[2u * share * p.columns + index];
    bias += $x[(2u * share + 1u) * p.columns + index];
  }
  $weightGradient[p.weightAt + index] = weight;
  $biasGradient[p.biasAt + index] = bias;`,
};

/** Rows that one invocation of a sum over rows takes: few enough to share the work, many enough to be worth a share. */
export const ROWS_A_SHARE = 64;

export function lowerLayerNorm(to: Lowering, op: LayerNorm): void {
  const { x, weight, bias, out, statistics, columns, eps } = op;
  const walk = rowWalk(to.choice);
  to.push(
    launch(forward(to.choice, statistics !== undefined), {
      buffers: { x: x.buffer, weight: weight.buffer, bias: bias.buffer, out: out.buffer, statistics: statistics?.buffer ?? '' },
      parameters: (batch) => ({
        ...{ rows: extentOf(op.rows, batch), columns, eps, ...at('x', x), ...at('out', out) },
        ...{ weightAt: weight.offset, biasAt: bias.offset, statisticsAt: statistics?.offset ?? 0 },
      }),
      groups: (batch) => walk.groups(extentOf(op.rows, batch)),
    }),
  );
}

export function lowerLayerNormBackward(to: Lowering, op: LayerNormBackward): void {
  const { gradient, x, statistics, weight, add, out, columns } = op;
  const walk = rowWalk(to.choice);
  to.push(
    launch(backward(to.choice, add !== undefined), {
      buffers: {
        ...{ gradient: gradient.buffer, x: x.buffer, statistics: statistics.buffer, weight: weight.buffer },
        ...{ add: add?.buffer ?? '', out: out.buffer },
      },
      parameters: (batch) => ({
        ...{ rows: extentOf(op.rows, batch), columns, ...at('gradient', gradient), ...at('x', x), ...at('out', out) },
        ...{ statisticsAt: statistics.offset, weightAt: weight.offset, ...at('add', add) },
      }),
      groups: (batch) => walk.groups(extentOf(op.rows, batch)),
    }),
  );
}

export function lowerLayerNormParameters(to: Lowering, op: LayerNormParameters): void {
  const { gradient, x, statistics, weightGradient, biasGradient, columns } = op;
  const shares = (batch: number): number => Math.ceil(extentOf(op.rows, batch) / ROWS_A_SHARE);
  const partial = to.room('partial', 2 * columns * shares(to.maxBatch));
  to.push(
    launch(parameterGradients, {
      buffers: { gradient: gradient.buffer, x: x.buffer, statistics: statistics.buffer, out: partial },
      parameters: (batch) => ({
        ...{ rows: extentOf(op.rows, batch), columns, rowsAShare: ROWS_A_SHARE, shares: shares(batch) },
        ...{ ...at('gradient', gradient), ...at('x', x), statisticsAt: statistics.offset },
      }),
      groups: (batch) => Math.ceil((columns * shares(batch)) / 64),
    }),
    launch(joinParameters, {
      buffers: { x: partial, weightGradient: weightGradient.buffer, biasGradient: biasGradient.buffer },
      parameters: (batch) => ({ columns, shares: shares(batch), weightAt: weightGradient.offset, biasAt: biasGradient.offset }),
      groups: () => Math.ceil(columns / 64),
    }),
  );
}
