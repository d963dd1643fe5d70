/**
 * A batch that does not fit at once, a few images at a time: the gradients of the parts add up, then the step goes on as if it had
 * seen them together. Equal to the whole batch but for the order of sums.
 */
import type { LabelledBatch } from '../images';
import type { Network } from './network';
import { SCALARS, fixed, type Op, type Program, type Update, type View } from './ops';

/** Programs of a step in parts. */
export interface PartPrograms {
  /** Gradients of a batch that is one part. */
  readonly only: Program;
  /** Gradients of the first part of several, of further ones, and of the last, which leaves the sum where a whole batch's gradients lie. */
  readonly first: Program;
  readonly further: Program;
  readonly last: Program;
  /** What follows, once; of one image, which it does not read. */
  readonly rest: Program;
}

/** What the rate of the moving average has to be while parts are computed: sums are made by it. */
export const ADDS = -1;

const VIEW = { offset: 0, stride: 1 } as const;

/**
 * sum ← gradient, or sum ← sum + gradient: steps of plain SGD at rate −1, with weight decay −1 or 0. The momentum that they would
 * keep is scratch.
 */
function summing(net: Network, gradients: readonly string[], form: 'take' | 'add' | 'give'): Op[] {
  const { builder } = net;
  return gradients.flatMap((gradient): Op[] => {
    const count = builder.program().buffers.get(gradient)?.size.fixed ?? 0;
    const sum: View = { ...VIEW, buffer: builder.declare(`sum.${gradient}`, 'trainer', fixed(count)) };
    const own: View = { ...VIEW, buffer: gradient };
    const [parameter, from] = form === 'give' ? [own, sum] : [sum, own];
    const first = builder.matrix('sum.scratch', fixed(1), count);
    const step: Update = {
      ...{ kind: 'update', optimizer: { kind: 'sgd', momentum: 0, weightDecay: form === 'add' ? 0 : -1 }, count },
      ...{ parameter, gradient: from, first, rate: SCALARS.average, corrections: SCALARS.corrections },
    };
    // The sum over no rows clears: no times whatever was there need not be nothing.
    return [{ kind: 'columnSum', x: own, out: first, rows: fixed(0), columns: count }, step];
  });
}

/** `data`: forward and backward pass, which leave the gradients of these buffers; `rest`: what a step does with them. */
export function inParts(net: Network, gradients: readonly string[], data: readonly Op[], rest: readonly Op[]): PartPrograms {
  const [take, add, give] = (['take', 'add', 'give'] as const).map((form) => summing(net, gradients, form));
  const program = (...ops: readonly (readonly Op[] | undefined)[]): Program => ({
    ...net.builder.program(),
    ops: ops.flatMap((some) => some ?? []),
  });
  return {
    only: program(data),
    first: program(data, take),
    further: program(data, add),
    last: program(data, add, give),
    rest: program(rest),
  };
}

/** Consecutive rows of a batch, at most `most` at a time. */
export function partsOf(batch: Pick<LabelledBatch, 'count'>, most: number): { readonly from: number; readonly to: number }[] {
  const parts = [];
  for (let from = 0; from < batch.count; from += most) parts.push({ from, to: Math.min(from + most, batch.count) });
  return parts;
}
