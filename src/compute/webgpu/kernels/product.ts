import type { Activation } from '../../../vit/config';
import type { BufferUse, ParameterType } from '../kernel';

/** An operand of a batch of products: one per image and head, at regular distances. */
export interface Operand {
  readonly buffer: string;
  readonly offset: number;
  readonly stride: number;
  /** Floats from one image to the next, and from one head to the next. */
  readonly image?: number;
  readonly head?: number;
}

/** out = finish(scale · A · B) for every image and head; forms as in `Gemm`. */
export interface Product {
  readonly form: 'NT' | 'NN' | 'TN';
  readonly a: Operand;
  readonly b: Operand;
  readonly out: Operand;
  readonly m: (batch: number) => number;
  readonly n: number;
  readonly k: (batch: number) => number;
  /** Products in the batch: `images(batch)` · `heads`; default 1. */
  readonly images?: (batch: number) => number;
  readonly heads?: number;
  readonly scale?: number;
  readonly finish?: Finish;
}

/** What happens to a value on its way out, in this order. */
export interface Finish {
  readonly bias?: { readonly buffer: string; readonly offset: number };
  readonly add?: Operand;
  /** Rows after which `add` repeats. */
  readonly addPeriod?: number;
  readonly gelu?: { readonly derivative?: Operand; readonly kind?: Activation };
  readonly multiply?: Operand;
}

/** Parameters that every kernel of products has. */
export const PRODUCT_PARAMETERS = {
  ...{ m: 'u32', n: 'u32', k: 'u32', heads: 'u32', across: 'u32', down: 'u32' },
  ...{ aAt: 'u32', aRow: 'u32', aImage: 'u32', aHead: 'u32', bAt: 'u32', bRow: 'u32', bImage: 'u32', bHead: 'u32' },
  ...{ outAt: 'u32', outRow: 'u32', outImage: 'u32', outHead: 'u32', scale: 'f32', share: 'u32' },
  ...{ biasAt: 'u32', addAt: 'u32', addRow: 'u32', addPeriod: 'u32' },
  ...{ derivativeAt: 'u32', derivativeRow: 'u32', multiplyAt: 'u32', multiplyRow: 'u32' },
} as const satisfies Record<string, ParameterType>;

/** Rows after which a table that never repeats would: more than there are. */
const NEVER = 0xffffffff;

/** Values of the common parameters but for the tiling (`across`, `down`) and the share of the depth. */
export function productParameters(product: Product, batch: number): Record<string, number> {
  const { a, b, out, m, n, k, heads, scale, finish } = product;
  const operand = (name: string, { offset, stride, image, head }: Operand): Record<string, number> => ({
    ...{ [`${name}At`]: offset, [`${name}Row`]: stride, [`${name}Image`]: image ?? 0, [`${name}Head`]: head ?? 0 },
  });
  return {
    ...{ m: m(batch), n, k: k(batch), heads: heads ?? 1, scale: scale ?? 1, share: NEVER },
    ...{ ...operand('a', a), ...operand('b', b), ...operand('out', out) },
    ...{ biasAt: finish?.bias?.offset ?? 0, addAt: finish?.add?.offset ?? 0, addRow: finish?.add?.stride ?? 0 },
    ...{ addPeriod: finish?.addPeriod ?? NEVER, multiplyAt: finish?.multiply?.offset ?? 0, multiplyRow: finish?.multiply?.stride ?? 0 },
    ...{ derivativeAt: finish?.gelu?.derivative?.offset ?? 0, derivativeRow: finish?.gelu?.derivative?.stride ?? 0 },
  };
}

/** Whether every row of an operand starts at a multiple of 4 floats, so that it can be read as vectors. */
export const isAligned = ({ offset, stride, image, head }: Operand): boolean =>
  offset % 4 === 0 && stride % 4 === 0 && (image ?? 0) % 4 === 0 && (head ?? 0) % 4 === 0;

export const productsIn = ({ images, heads }: Product, batch: number): number => (images?.(batch) ?? 1) * (heads ?? 1);

/** Multiplications and additions, for a batch. */
export const flopsIn = (product: Product, batch: number): number =>
  2 * productsIn(product, batch) * product.m(batch) * product.n * product.k(batch);

/** Buffers that finishing touches, by role; all but the bias as `type`. */
export function finishUses({ bias, add, gelu, multiply }: Finish = {}, type: 'f32' | 'vec4f' = 'f32'): Record<string, BufferUse> {
  return {
    out: { access: 'write', type },
    ...(bias ? { bias: { access: 'read' } } : {}),
    ...(add ? { add: { access: 'read', type } } : {}),
    ...(multiply ? { multiply: { access: 'read', type } } : {}),
    ...(gelu?.derivative ? { derivative: { access: 'write', type } } : {}),
  };
}

export function productBuffers({ a, b, out, finish }: Product): Record<string, string> {
  return {
    ...{ a: a.buffer, b: b.buffer, out: out.buffer, bias: finish?.bias?.buffer ?? '', add: finish?.add?.buffer ?? '' },
    ...{ multiply: finish?.multiply?.buffer ?? '', derivative: finish?.gelu?.derivative?.buffer ?? '' },
  };
}
