import { launch, type KernelTemplate } from '../kernel';
import type { Lowering } from '../lowering';
import { finishCode, finishUses, PRODUCT_PARAMETERS, productBuffers, productParameters, productsIn, type Product } from './product';

/**
 * Products for software adapters, which run neighbouring invocations as the lanes of one SIMD register. There every load
 * from a buffer is a gather of some 20 ns whatever the addresses, a multiplication with an addition costs 1.5 ns, a fused
 * one 14 ns (no such instruction), a turn of a loop 36 ns and 2 ns more for every variable that it carries (SwiftShader on
 * a 2.5 GHz Xeon): hence a large block of results an invocation, no fma, no transposed copies, no shared memory.
 */
interface Block {
  /** Rows and columns an invocation computes; its columns lie `LANES` apart. */
  readonly rows: number;
  readonly columns: number;
}

/** Invocations side by side in a workgroup: one SIMD register. */
const LANES = 4;

const lines = (count: number, code: (i: number) => string): string => Array.from({ length: count }, (_, i) => code(i)).join('\n');

function template(product: Product, { rows, columns }: Block): KernelTemplate {
  const { form } = product;
  const [rowStep, aDepth] = form === 'TN' ? ['1u', 'p.aRow'] : ['p.aRow', '1u'];
  const [columnStep, bDepth] = form === 'NT' ? ['p.bRow', '1u'] : ['1u', 'p.bRow'];
  const sum = (r: number, c: number): string => `s${r * columns + c}`;
  return {
    name: `product ${form} registers`,
    workgroup: LANES,
    parameters: PRODUCT_PARAMETERS,
    buffers: { a: { access: 'read' }, b: { access: 'read' }, out: { access: 'write' }, ...finishUses(product.finish) },
    declarations: finishCode(product),
    body: `
  let tile = group % (p.across * p.down);
  let z = group / (p.across * p.down);
  let row0 = (tile / p.across) * ${rows}u;
  let column0 = (tile % p.across) * ${LANES * columns}u + lane;
  let aBase = p.aAt + (z / p.heads) * p.aImage + (z % p.heads) * p.aHead;
  let bBase = p.bAt + (z / p.heads) * p.bImage + (z % p.heads) * p.bHead;
  let outBase = p.outAt + (z / p.heads) * p.outImage + (z % p.heads) * p.outHead;
  ${lines(rows, (r) => `let a${r} = aBase + min(row0 + ${r}u, p.m - 1u) * ${rowStep};`)}
  ${lines(columns, (c) => `let b${c} = bBase + min(column0 + ${c * LANES}u, p.n - 1u) * ${columnStep};`)}
  ${lines(rows * columns, (i) => `var s${i} = 0.0;`)}
  for (var d = 0u; d < p.k; d++) {
    let da = d * ${aDepth};
    let db = d * ${bDepth};
    ${lines(columns, (c) => `let y${c} = $b[b${c} + db];`)}
    ${lines(rows, (r) => `let x${r} = $a[a${r} + da];\n${lines(columns, (c) => `${sum(r, c)} += x${r} * y${c};`)}`)}
  }
  // Finishing is written once, in a loop: unrolled, it would make most of the code and of the time to compile it.
  var sums = array<f32, ${rows * columns}>(${Array.from({ length: rows * columns }, (_, i) => `s${i}`).join(', ')});
  for (var i = 0u; i < ${rows * columns}u; i++) {
    let row = row0 + i / ${columns}u;
    let column = column0 + (i % ${columns}u) * ${LANES}u;
    if (row < p.m && column < p.n) { finish(sums[i], row, column, outBase); }
  }`,
  };
}

/** The block that wastes little on the edges of an m x n result. */
function blockFor(m: number, n: number): Block {
  const rows = m >= 12 ? 16 : m >= 3 ? 4 : 1;
  const padded = (columns: number): number => Math.ceil(n / (LANES * columns)) * columns;
  return { rows, columns: n <= LANES ? 1 : padded(8) > 1.2 * padded(4) ? 4 : 8 };
}

/** A product with the result in registers. */
export function lowerToRegisters(to: Lowering, product: Product): void {
  const block = blockFor(product.m(to.maxBatch), product.n);
  const across = Math.ceil(product.n / (LANES * block.columns));
  const down = (batch: number): number => Math.ceil(product.m(batch) / block.rows);
  to.push(
    launch(template(product, block), {
      buffers: productBuffers(product),
      parameters: (batch) => ({ ...productParameters(product, batch), across, down: down(batch) }),
      groups: (batch) => across * down(batch) * productsIn(product, batch),
    }),
  );
}
