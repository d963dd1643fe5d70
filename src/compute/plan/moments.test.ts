import { describe, expect, it } from 'vitest';
import type { MapInput } from '../backbone';
import { tinyConfig } from '../testing/fixtures';
import { adapterLayout } from './adapter-layout';
import type { Op } from './ops';
import { featuresProgram, momentsProgram } from './programs';

const DEPTH = 3;

function counts(pooling: 'token' | 'mean', inputs: readonly MapInput[], features: boolean) {
  const config = tinyConfig({ depth: DEPTH, pooling });
  const spec = { config, adapters: adapterLayout(config, []), maxBatch: 2 };
  const of = (ops: readonly Op[], kind: Op['kind']): number => ops.filter((op) => op.kind === kind).length;
  const { ops } = momentsProgram(spec, { inputs, features });
  const all = featuresProgram(spec).ops;
  return {
    ...{ norms: of(ops, 'layerNorm'), attentions: of(ops, 'attention') },
    /** Products beside those of the features and those that add up moments. */
    products: of(ops, 'gemm') - of(all, 'gemm') - inputs.length * DEPTH,
  };
}

describe('a pass to second moments', () => {
  // A block has a product for q, k and v (two where the class token goes alone), for proj, fc1 and fc2, and two norms.
  it.each([
    ['token', ['qkv'], false, { norms: 2 * (DEPTH - 1) + 1, attentions: DEPTH - 1, products: -5 }],
    ['mean', ['qkv'], false, { norms: 2 * (DEPTH - 1) + 1, attentions: DEPTH - 1, products: -4 }],
    ['token', ['proj'], false, { norms: 2 * (DEPTH - 1) + 1, attentions: DEPTH, products: -4 }],
    ['token', ['fc1', 'qkv'], false, { norms: 2 * DEPTH, attentions: DEPTH, products: -3 }],
    ['token', ['fc2'], false, { norms: 2 * DEPTH, attentions: DEPTH, products: -2 }],
    ['token', ['qkv'], true, { norms: 2 * DEPTH + 1, attentions: DEPTH, products: 0 }],
    ['token', ['fc2'], true, { norms: 2 * DEPTH + 1, attentions: DEPTH, products: -1 }],
  ] as const)('of a model pooled by %s, to %j, features: %s, computes what it needs and no more', (pooling, inputs, features, expected) => {
    expect(counts(pooling, inputs, features)).toEqual(expected);
  });
});
