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

/**
 * Steps of the depth in one turn of a loop, where the lanes can hand values to each other: each lane then loads another of
 * four values that all of them want, and a broadcast, which is a shuffle of a register, stands in for three loads.
 */
const STEPS = 4;

const lines = (count: number, code: (i: number) => string): string => Array.from({ length: count }, (_, i) => code(i)).join('\n');

function template(product: Product, { rows, columns }: Block, shared: boolean): KernelTemplate {
  const { form } = product;
  const sum = (r: number, c: number): string => `s${r * columns + c}`;
  const columnStep = form === 'NT' ? 'p.bRow' : '1u';
  return {
    name: `product ${form} registers`,
    workgroup: LANES,
    ...(shared ? { extension: 'subgroups' } : {}),
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
  ${lines(columns, (c) => `let b${c} = bBase + min(column0 + ${c * LANES}u, p.n - 1u) * ${columnStep};`)}
  ${lines(rows * columns, (i) => `var s${i} = 0.0;`)}
  ${(shared ? sharedLoop : plainLoop)(form, rows, columns, sum)}
  // Finishing is written once, in a loop: unrolled, it would make most of the code and of the time to compile it.
  var sums = array<f32, ${rows * columns}>(${Array.from({ length: rows * columns }, (_, i) => `s${i}`).join(', ')});
  for (var i = 0u; i < ${rows * columns}u; i++) {
    let row = row0 + i / ${columns}u;
    let column = column0 + (i % ${columns}u) * ${LANES}u;
    if (row < p.m && column < p.n) { finish(sums[i], row, column, outBase); }
  }`,
  };
}

type Loop = (form: Product['form'], rows: number, columns: number, sum: (r: number, c: number) => string) => string;

const depthOfB = (form: Product['form']): string => (form === 'NT' ? '1u' : 'p.bRow');

const plainLoop: Loop = (form, rows, columns, sum) => {
  const [rowStep, aDepth] = form === 'TN' ? ['1u', 'p.aRow'] : ['p.aRow', '1u'];
  return `
  ${lines(rows, (r) => `let a${r} = aBase + min(row0 + ${r}u, p.m - 1u) * ${rowStep};`)}
  for (var d = 0u; d < p.k; d++) {
    let da = d * ${aDepth};
    let db = d * ${depthOfB(form)};
    ${lines(columns, (c) => `let y${c} = $b[b${c} + db];`)}
    ${lines(rows, (r) => `let x${r} = $a[a${r} + da];\n${lines(columns, (c) => `${sum(r, c)} += x${r} * y${c};`)}`)}
  }`;
};

/** Lanes load different steps of the depth (A by rows) or different rows (A by columns); beyond the depth A counts as zero. */
const sharedLoop: Loop = (form, rows, columns, sum) => {
  const byRows = form !== 'TN';
  const products = (r: number, i: number, value: string): string =>
    `let x${r}_${i} = ${value};\n${lines(columns, (c) => `${sum(r, c)} += x${r}_${i} * y${i}_${c};`)}`;
  const loads = byRows
    ? lines(rows, (r) => `let w${r} = select(0.0, $a[a${r} + min(d + lane, p.k - 1u)], d + lane < p.k);`)
    : lines(STEPS, (i) =>
        lines(rows / LANES, (q) => `let w${i}_${q} = select(0.0, $a[a${q} + min(d + ${i}u, p.k - 1u) * p.aRow], d + ${i}u < p.k);`),
      );
  const starts = byRows
    ? lines(rows, (r) => `let a${r} = aBase + min(row0 + ${r}u, p.m - 1u) * p.aRow;`)
    : lines(rows / LANES, (q) => `let a${q} = aBase + min(row0 + ${q * LANES}u + lane, p.m - 1u);`);
  return `
  ${starts}
  for (var d = 0u; d < p.k; d += ${STEPS}u) {
    ${loads}
    ${lines(STEPS, (i) => {
      const value = (r: number): string =>
        byRows ? `subgroupBroadcast(w${r}, ${i}u)` : `subgroupBroadcast(w${i}_${Math.floor(r / LANES)}, ${r % LANES}u)`;
      return `
    let d${i} = min(d + ${i}u, p.k - 1u) * ${depthOfB(form)};
    ${lines(columns, (c) => `let y${i}_${c} = $b[b${c} + d${i}];`)}
    ${lines(rows, (r) => products(r, i, value(r)))}`;
    })}
  }`;
};

/** The block that wastes little on the edges of an m x n result. */
function blockFor(m: number, n: number): Block {
  const rows = m >= 12 ? 16 : m >= 3 ? 4 : 1;
  const padded = (columns: number): number => Math.ceil(n / (LANES * columns)) * columns;
  return { rows, columns: n <= LANES ? 1 : padded(8) > 1.2 * padded(4) ? 4 : 8 };
}

/** A product with the result in registers. */
export function lowerToRegisters(to: Lowering, product: Product): void {
  const block = blockFor(product.m(to.maxBatch), product.n);
  // Rows of A's columns come four at a time, or not at all.
  const shared = to.choice.lanes === LANES && (product.form !== 'TN' || block.rows % LANES === 0);
  const across = Math.ceil(product.n / (LANES * block.columns));
  const down = (batch: number): number => Math.ceil(product.m(batch) / block.rows);
  to.push(
    launch(template(product, block, shared), {
      buffers: productBuffers(product),
      parameters: (batch) => ({ ...productParameters(product, batch), across, down: down(batch) }),
      groups: (batch) => across * down(batch) * productsIn(product, batch),
    }),
  );
}
