/** What a program costs in time: a few rates of the device, and the arithmetic and traffic of its operations. */
import { type CostKind, type Rates, type Calibration } from '../calibration';
import { flopsOf } from './flops';
import { attentionStatistics, extentOf, type Op, type Program } from './ops';

export const costKind = (op: Op): CostKind => {
  switch (op.kind) {
    case 'gemm':
      return op.form === 'NT' ? 'forward' : op.form === 'NN' ? 'inputGradients' : 'weightGradients';
    case 'attention':
    case 'attentionBackward':
    case 'update':
      return op.kind;
    default:
      return 'rows';
  }
};

/** Numbers that an operation reads and writes. */
export function numbersOf(op: Op, batch: number): number {
  switch (op.kind) {
    case 'gemm': {
      const [m, k] = [extentOf(op.m, batch), extentOf(op.k, batch)];
      const passes = 1 + (op.add ? 1 : 0) + (op.multiply ? 1 : 0) + (op.gelu ? 4 : 0) + (op.gelu?.derivative ? 3 : 0);
      return m * k + k * op.n + passes * m * op.n;
    }
    case 'attention':
      return (
        batch *
        (2 * (op.queries + op.keys) * op.heads * op.width + attentionStatistics(op.heads, op.queries) + op.heads * op.queries * op.keys)
      );
    case 'attentionBackward':
      return batch * (4 * (op.queries + op.keys) * op.heads * op.width + op.heads * op.queries * op.keys);
    case 'patchify':
      return 2 * batch * 3 * op.imageSize ** 2;
    case 'tokenTable':
      return 2 * op.tokens * op.columns;
    case 'layerNorm':
    case 'columnSum':
    case 'addRows':
      return 2 * extentOf(op.rows, batch) * op.columns;
    case 'layerNormBackward':
    case 'layerNormParameters':
      return 3 * extentOf(op.rows, batch) * op.columns;
    case 'copyRows':
      return 2 * batch * op.rows * op.columns;
    case 'squares':
      return op.count;
    case 'limit':
      return 2 * op.count;
    case 'addLowRank':
      return 2 * op.rows * op.columns;
    case 'pool':
    case 'poolBackward':
      return batch * op.tokens * op.columns;
    case 'crossEntropy':
    case 'targetLoss':
      return 2 * extentOf(op.rows, batch) * op.classes;
    case 'penalise':
    case 'addSquares':
      return 3 * op.count;
    case 'update':
      return 4 * op.count;
  }
}

export function operationTime(op: Op, batch: number, { rates }: Pick<Calibration, 'rates'>): number {
  const { each, perMflop, perMnumber } = rates[costKind(op)];
  return each + (perMflop * flopsOf(op, batch) + perMnumber * numbersOf(op, batch)) / 1e6;
}

/** Milliseconds of one run of a program. */
export function programTime(program: Program, batch: number, calibration: Calibration): number {
  const { together, eachRun } = calibration;
  return eachRun + together * program.ops.reduce((sum, op) => sum + operationTime(op, batch, calibration), 0);
}

/** An operation as it was measured. */
export interface Sample {
  readonly op: Op;
  readonly batch: number;
  readonly milliseconds: number;
}

/** Rates that explain the samples of each kind best, relatively; none below zero. Kinds without samples cost nothing. */
export function fitRates(samples: readonly Sample[]): Record<CostKind, Rates> {
  const fit = (kind: CostKind): Rates => {
    const own = samples.filter(({ op }) => costKind(op) === kind);
    const rows = own.map(({ op, batch }) => [1, flopsOf(op, batch) / 1e6, numbersOf(op, batch) / 1e6]);
    const [each = 0, perMflop = 0, perMnumber = 0] = leastSquares(
      rows,
      own.map(({ milliseconds }) => milliseconds),
    );
    return { each, perMflop, perMnumber };
  };
  return {
    ...{ forward: fit('forward'), inputGradients: fit('inputGradients'), weightGradients: fit('weightGradients') },
    ...{ attention: fit('attention'), attentionBackward: fit('attentionBackward'), rows: fit('rows'), update: fit('update') },
  };
}

/**
 * Non-negative weights w that bring Σ ((row · w − target)² / (target · scale)) down, by coordinate descent. Errors count
 * between absolutely and relatively: large operations decide, small ones are not forgotten.
 */
function leastSquares(rows: readonly (readonly number[])[], targets: readonly number[]): number[] {
  const width = rows[0]?.length ?? 0;
  const weights = new Array<number>(width).fill(0);
  const trust = targets.map((target) => 1 / Math.max(target, 1e-3));
  for (let round = 0; round < 400; round++) {
    for (let j = 0; j < width; j++) {
      let [against, along] = [0, 0];
      rows.forEach((row, i) => {
        const value = row[j] ?? 0;
        const rest = row.reduce((sum, each, k) => (k === j ? sum : sum + each * (weights[k] ?? 0)), 0);
        against += (trust[i] ?? 0) * value * ((targets[i] ?? 0) - rest);
        along += (trust[i] ?? 0) * value * value;
      });
      weights[j] = along > 0 ? Math.max(0, against / along) : 0;
    }
  }
  return weights;
}
