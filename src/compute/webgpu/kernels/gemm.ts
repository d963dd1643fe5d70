import { extentOf, type Gemm } from '../../plan/ops';
import type { Lowering } from '../lowering';
import type { Finish, Product } from './product';
import { lowerToRegisters } from './registers';
import { lowerToTiles } from './tiles';

export function lowerProduct(to: Lowering, product: Product): void {
  const kind = to.choice.products[product.form];
  if (kind === 'registers') lowerToRegisters(to, product);
  else lowerToTiles(to, product, kind);
}

export function lowerGemm(to: Lowering, op: Gemm): void {
  const { form, a, b, out, m, n, k, bias, add, addPeriod, gelu, multiply } = op;
  const finish: Finish = {
    ...(bias ? { bias } : {}),
    ...(add ? { add } : {}),
    ...(addPeriod === undefined ? {} : { addPeriod }),
    ...(gelu ? { gelu } : {}),
    ...(multiply ? { multiply } : {}),
  };
  lowerProduct(to, { form, a, b, out, n, m: (batch) => extentOf(m, batch), k: (batch) => extentOf(k, batch), finish });
}
