import { launch, type KernelTemplate } from '../kernel';
import type { Lowering } from '../lowering';
import { finishCode, finishUses, PRODUCT_PARAMETERS, productBuffers, productParameters, productsIn, type Product } from './product';

/**
 * Products for software adapters, which run neighbouring invocations as the lanes of one SIMD register: neighbours take
 * neighbouring columns, so that B is read by whole registers and A by broadcasts, and each keeps a block of the result.
 */
interface Block {
  /** Rows and columns an invocation computes; its columns lie `lanes` apart. */
  readonly rows: number;
  readonly columns: number;
  /** Invocations side by side; one workgroup. */
  readonly lanes: number;
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

function template(product: Product, { rows, columns, lanes }: Block): KernelTemplate {
  const depth = product.form === 'TN' ? 'p.aRow' : '1u';
  const row = product.form === 'TN' ? '1u' : 'p.aRow';
  return {
    name: `product ${product.form} registers`,
    workgroup: lanes,
    parameters: PRODUCT_PARAMETERS,
    buffers: { a: { access: 'read' }, b: { access: 'read' }, out: { access: 'write' }, ...finishUses(product.finish) },
    declarations: finishCode(product),
    body: `
  let tile = group % (p.across * p.down);
  let z = group / (p.across * p.down);
  let row0 = (tile / p.across) * ${rows}u;
  let column0 = (tile % p.across) * ${lanes * columns}u + lane;
  let aBase = p.aAt + (z / p.heads) * p.aImage + (z % p.heads) * p.aHead;
  let bBase = p.bAt + (z / p.heads) * p.bImage + (z % p.heads) * p.bHead;
  let outBase = p.outAt + (z / p.heads) * p.outImage + (z % p.heads) * p.outHead;
  ${range(rows)
    .map((r) => `var a${r} = aBase + min(row0 + ${r}u, p.m - 1u) * ${row};`)
    .join('\n')}
  ${range(columns)
    .map((c) => `var b${c} = bBase + min(column0 + ${c * lanes}u, p.n - 1u);`)
    .join('\n')}
${range(rows * columns)
  .map((i) => `var s${i} = 0.0;`)
  .join('\n')}
  for (var d = 0u; d < p.k; d++) {
    ${range(columns)
      .map((c) => `let y${c} = $b[b${c}]; b${c} += p.bRow;`)
      .join('\n')}
    ${range(rows)
      .map(
        (r) =>
          `let x${r} = $a[a${r}]; a${r} += ${depth}; ${range(columns)
            .map((c) => `s${r * columns + c} = fma(x${r}, y${c}, s${r * columns + c});`)
            .join(' ')}`,
      )
      .join('\n')}
  }
  // Finishing is written once, in a loop: unrolled, it would make most of the code and of the time to compile it.
  var sums = array<f32, ${rows * columns}>(${range(rows * columns)
    .map((i) => `s${i}`)
    .join(', ')});
  for (var i = 0u; i < ${rows * columns}u; i++) {
    let row = row0 + i / ${columns}u;
    let column = column0 + (i % ${columns}u) * ${lanes}u;
    if (row < p.m && column < p.n) { finish(sums[i], row, column, outBase); }
  }`,
  };
}

const transpose: KernelTemplate = {
  name: 'transpose',
  workgroup: 64,
  parameters: {
    ...{ count: 'u32', rows: 'u32', columns: 'u32', heads: 'u32', xAt: 'u32', xRow: 'u32', xImage: 'u32', xHead: 'u32', outRow: 'u32' },
  },
  buffers: { x: { access: 'read' }, out: { access: 'write' } },
  body: `
  let row = index % p.outRow;
  let column = (index / p.outRow) % p.columns;
  let z = index / (p.outRow * p.columns);
  if (z >= p.count || row >= p.rows) { return; }
  $out[index] = $x[p.xAt + (z / p.heads) * p.xImage + (z % p.heads) * p.xHead + row * p.xRow + column];`,
};

/** B [n, k] of every product to [k, n], so that neighbouring columns lie side by side. */
function transposed(to: Lowering, product: Product): Product {
  const { b, n, k, heads = 1 } = product;
  const depth = k(to.maxBatch);
  const room = to.room('transposed', n * depth * productsIn(product, to.maxBatch));
  to.push(
    launch(transpose, {
      buffers: { x: b.buffer, out: room },
      parameters: (batch) => ({
        ...{ count: productsIn(product, batch), rows: n, columns: depth, heads, outRow: n },
        ...{ xAt: b.offset, xRow: b.stride, xImage: b.image ?? 0, xHead: b.head ?? 0 },
      }),
      groups: (batch) => Math.ceil((productsIn(product, batch) * n * depth) / 64),
    }),
  );
  return { ...product, form: 'NN', b: { buffer: room, offset: 0, stride: n, image: heads * n * depth, head: n * depth } };
}

/** A product with the result in registers. */
export function lowerToRegisters(to: Lowering, given: Product): void {
  const product = given.form === 'NT' ? transposed(to, given) : given;
  const block: Block = product.n <= 4 ? { rows: 8, columns: 1, lanes: 4 } : { rows: 8, columns: 2, lanes: 16 };
  const across = Math.ceil(product.n / (block.lanes * block.columns));
  const down = (batch: number): number => Math.ceil(product.m(batch) / block.rows);
  to.push(
    launch(template(product, block), {
      buffers: productBuffers(product),
      parameters: (batch) => ({ ...productParameters(product, batch), across, down: down(batch) }),
      groups: (batch) => across * down(batch) * productsIn(product, batch),
    }),
  );
}
