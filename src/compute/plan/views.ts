import type { Op, View } from './ops';

/** What an operation touches: the views and whole buffers that it reads and that it writes. */
export interface Access {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

/** Names of the buffers read and written; a buffer updated in place is in both. */
export function accessOf(op: Op): Access {
  const reads: string[] = [];
  const writes: string[] = [];
  const read = (...views: (View | undefined)[]): void => {
    for (const view of views) if (view) reads.push(view.buffer);
  };
  const write = (...views: (View | undefined)[]): void => {
    for (const view of views) if (view) writes.push(view.buffer);
  };
  switch (op.kind) {
    case 'gemm':
      read(op.a, op.b, op.bias, op.add, op.multiply);
      write(op.out, op.gelu?.derivative);
      break;
    case 'patchify':
      reads.push(op.images);
      write(op.out);
      break;
    case 'tokenTable':
      read(op.cls, op.positions, op.bias);
      write(op.out);
      break;
    case 'layerNorm':
      read(op.x, op.weight, op.bias);
      write(op.out, op.statistics);
      break;
    case 'layerNormBackward':
      read(op.gradient, op.x, op.statistics, op.weight, op.add);
      write(op.out);
      break;
    case 'layerNormParameters':
      read(op.gradient, op.x, op.statistics);
      write(op.weightGradient, op.biasGradient);
      break;
    case 'attention':
      read(op.q, op.k, op.v);
      write(op.out, op.statistics);
      break;
    case 'attentionBackward':
      read(op.q, op.k, op.v, op.statistics, op.gradient);
      write(op.dq, op.dk, op.dv);
      break;
    case 'addLowRank':
      read(op.weight, op.increment?.up, op.increment?.down);
      write(op.out);
      break;
    case 'columnSum':
      read(op.x);
      write(op.out);
      break;
    case 'addRows':
      read(op.a, op.b);
      write(op.out);
      break;
    case 'copyRows':
      read(op.x, op.add);
      write(op.out);
      break;
    case 'squares':
      read(op.x);
      write(op.out);
      break;
    case 'limit':
      read(op.x, op.squares);
      write(op.x);
      break;
    case 'pool':
      read(op.x);
      write(op.out);
      break;
    case 'poolBackward':
      read(op.gradient, op.x);
      write(op.out);
      break;
    case 'crossEntropy':
      read(op.logits, op.weights, ...(op.weights ? [op.gradient, op.loss] : []));
      reads.push(op.labels);
      write(op.gradient, op.loss);
      break;
    case 'penalise':
      read(op.of, op.importance, op.anchor, op.add);
      write(op.out, op.value);
      break;
    case 'addSquares':
      read(op.gradient, op.loss, op.out);
      write(op.out);
      break;
    case 'targetLoss':
      read(op.logits, op.targets, op.weights, op.gradient, op.loss);
      write(op.gradient, op.loss);
      break;
    case 'update':
      read(op.parameter, op.gradient, op.first, op.second);
      reads.push('scalars');
      write(op.parameter, op.first, op.second);
      break;
  }
  return { reads, writes };
}
