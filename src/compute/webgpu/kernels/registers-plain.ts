import type { KernelTemplate } from '../kernel';
import { LANES, type Block } from './block';
import { finishCode } from './finish';
import { finishUses, PRODUCT_PARAMETERS, type Product } from './product';
import { blockStart, lines, storeBlock } from './block-code';

/** A block in registers, step by step, for adapters whose lanes cannot hand values to each other. */
export function plainTemplate(product: Product, { rows, columns }: Block): KernelTemplate {
  const { form } = product;
  const [rowStep, aDepth] = form === 'TN' ? ['1u', 'p.aRow'] : ['p.aRow', '1u'];
  const [columnStep, bDepth] = form === 'NT' ? ['p.bRow', '1u'] : ['1u', 'p.bRow'];
  const column = (c: number): string => `column0 + lane + ${c * LANES}u`;
  return {
    name: `product ${form} registers`,
    workgroup: LANES,
    parameters: PRODUCT_PARAMETERS,
    buffers: { a: { access: 'read' }, b: { access: 'read' }, ...finishUses(product.finish) },
    declarations: finishCode(product),
    body: `
  ${blockStart(product, { rows, columns }, column)}
  ${lines(rows, (r) => `let a${r} = aBase + min(row0 + ${r}u, p.m - 1u) * ${rowStep};`)}
  ${lines(columns, (c) => `let b${c} = bBase + min(${column(c)}, p.n - 1u) * ${columnStep};`)}
  for (var d = 0u; d < p.k; d++) {
    let da = d * ${aDepth};
    let db = d * ${bDepth};
    ${lines(columns, (c) => `let y${c} = $b[b${c} + db];`)}
    ${lines(rows, (r) => `let x${r} = $a[a${r} + da];\n${lines(columns, (c) => `s${r * columns + c} += x${r} * y${c};`)}`)}
  }
  ${storeBlock({ rows, columns }, column)}`,
  };
}
