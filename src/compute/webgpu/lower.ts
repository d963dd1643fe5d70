import type { Program } from '../plan/ops';
import { lowerAttention, lowerAttentionBackward } from './kernels/attention';
import { lowerAddRows, lowerCopyRows, lowerPatchify, lowerTokenTable } from './kernels/elementwise';
import { lowerGemm } from './kernels/gemm';
import { lowerLayerNorm, lowerLayerNormBackward, lowerLayerNormParameters } from './kernels/layer-norm';
import { lowerAddSquares, lowerPenalise } from './kernels/penalty';
import { lowerPool, lowerPoolBackward } from './kernels/pool';
import { lowerColumnSum } from './kernels/sums';
import { lowerAddLowRank, lowRankRun } from './kernels/low-rank';
import { lowerLimit, lowerSquares } from './kernels/limit';
import { lowerCrossEntropy, lowerTargetLoss, lowerUpdate } from './kernels/training';
import { Lowering } from './lowering';
import type { KernelChoice } from './table';

/** The launches that a program comes down to. Throws OutOfMemoryError where an operation needs more than one binding holds. */
export function lower(program: Program, choice: KernelChoice, maxFloats: number): Lowering {
  const to = new Lowering(choice, program.maxBatch, maxFloats);
  // Operations that an earlier one's launch has done.
  let done = 0;
  program.ops.forEach((op, i) => {
    switch (op.kind) {
      case 'gemm':
        lowerGemm(to, op);
        break;
      case 'patchify':
        lowerPatchify(to, op);
        break;
      case 'tokenTable':
        lowerTokenTable(to, op);
        break;
      case 'layerNorm':
        lowerLayerNorm(to, op);
        break;
      case 'layerNormBackward':
        lowerLayerNormBackward(to, op);
        break;
      case 'layerNormParameters':
        lowerLayerNormParameters(to, op);
        break;
      case 'attention':
        lowerAttention(to, op);
        break;
      case 'attentionBackward':
        lowerAttentionBackward(to, op);
        break;
      case 'addLowRank':
        if (i >= done) {
          const run = lowRankRun(program.ops, i);
          lowerAddLowRank(to, run);
          done = i + run.length;
        }
        break;
      case 'columnSum':
        lowerColumnSum(to, op);
        break;
      case 'addRows':
        lowerAddRows(to, op);
        break;
      case 'copyRows':
        lowerCopyRows(to, op);
        break;
      case 'squares':
        lowerSquares(to, op);
        break;
      case 'limit':
        lowerLimit(to, op);
        break;
      case 'pool':
        lowerPool(to, op);
        break;
      case 'poolBackward':
        lowerPoolBackward(to, op);
        break;
      case 'crossEntropy':
        lowerCrossEntropy(to, op);
        break;
      case 'penalise':
        lowerPenalise(to, op);
        break;
      case 'addSquares':
        lowerAddSquares(to, op);
        break;
      case 'targetLoss':
        lowerTargetLoss(to, op);
        break;
      case 'update':
        lowerUpdate(to, op);
        break;
    }
    to.ends.push(to.launches.length);
  });
  return to;
}
