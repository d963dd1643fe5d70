import { launch } from '../kernel';
import type { Lowering } from '../lowering';
import { blockFor, LANES, sharesLoads } from './block';
import { flopsIn, productBuffers, productParameters, productsIn, type Product } from './product';
import { plainTemplate } from './registers-plain';
import { sharedTemplate } from './registers-shared';

/** A product with the result in registers. */
export function lowerToRegisters(to: Lowering, product: Product): void {
  const { maxBatch, choice } = to;
  const shape = { m: product.m(maxBatch), n: product.n, k: product.k(maxBatch), products: productsIn(product, maxBatch) };
  const block = blockFor(shape);
  const across = Math.ceil(product.n / (LANES * block.columns));
  const down = (batch: number): number => Math.ceil(product.m(batch) / block.rows);
  to.pushWork(
    launch(sharesLoads(choice) ? sharedTemplate(product, block) : plainTemplate(product, block), {
      buffers: productBuffers(product),
      parameters: (batch) => ({ ...productParameters(product, batch), across, down: down(batch) }),
      groups: (batch) => across * down(batch) * productsIn(product, batch),
    }),
    flopsIn(product, maxBatch),
  );
}
