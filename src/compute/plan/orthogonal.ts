import type { Network } from './network';
import { fixed, type View } from './ops';
import type { Constant } from './penalties';
import type { PromptLayout } from './prompt-layout';

/** Name of the result with one sum an attached pool, of which `orthogonalLoss` makes the penalty. */
export const ORTHOGONALITY = 'orthogonality';

/**
 * weight · mean((X Xᵀ − 1)²), X [m, length · D] the entries of a pool, summed over the pools: adds the gradient 4 weight / m² · (X Xᵀ − 1) X
 * to that of the entries that learn. Returns the constants that this reads.
 */
export function orthogonalPrompts(net: Network, weight: number): Constant[] {
  const { builder, prompts } = net;
  const constants: Constant[] = [];
  builder.declare(ORTHOGONALITY, 'result', fixed(prompts.pools.length));
  prompts.pools.forEach(({ name, size: m, view, learns: { from, to } }, i) => {
    // −1, and beside it the factor of every element.
    const buffer = builder.declare(`${name}.identity`, 'trainer', fixed(2 * m * m));
    const values = new Float32Array(2 * m * m).fill((4 * weight) / m ** 2, m * m);
    for (let at = 0; at < m; at++) values[at * (m + 1)] = -1;
    constants.push({ buffer, values });
    const minus: View = { buffer, offset: 0, stride: m };
    const errors = builder.matrix(`${name}.errors`, fixed(m), m);
    const gradient: View = { ...view, buffer: 'gradient.prompts', offset: view.offset + from * view.stride };
    const a: View = { ...errors, offset: from * m };
    builder.push(
      {
        ...{ kind: 'gemm', form: 'NT', a: view, b: view, out: errors, m: fixed(m), n: m, k: fixed(view.stride) },
        ...{ add: minus, multiply: { ...minus, offset: m * m } },
      },
      { kind: 'squares', x: errors, count: m * m, out: { buffer: ORTHOGONALITY, offset: i, stride: 1 } },
    );
    if (to === from) return;
    builder.push({
      ...{ kind: 'gemm', form: 'NN', a, b: view, out: gradient, add: gradient },
      ...{ m: fixed(to - from), n: view.stride, k: fixed(m) },
    });
  });
  return constants;
}

/** The penalty that these sums stand for. */
export const orthogonalLoss = ({ pools }: PromptLayout, weight: number, sums: Float32Array): number =>
  pools.reduce((total, { size }, i) => total + ((sums[i] ?? NaN) * size ** 2) / (16 * weight), 0);
