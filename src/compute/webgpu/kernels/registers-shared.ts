import type { KernelTemplate } from '../kernel';
import { LANES, type Block } from './block';
import { blockStart, lines, range, storeBlock } from './block-code';
import { finishCode } from './finish';
import { finishUses, isAligned, PRODUCT_PARAMETERS, type Product } from './product';

/** Steps of the depth in a turn of the loop. */
const STEPS = 4;

/**
 * How one operand gets into registers: declarations of what is mine, the loads of one turn, and the name of a value:
 * element `i` along the result (a row of A, a column of B) at step `step` of the turn.
 */
interface Loads {
  readonly start: string;
  readonly turn: string;
  readonly value: (i: number, step: number) => string;
  readonly vectors: boolean;
}

/** A value, or zero beyond the depth, where the depth is no multiple of the steps. */
const kept = (ragged: boolean, value: string, depth: string): string => (ragged ? `select(0.0, ${value}, ${depth} < p.k)` : value);
const keptFour = (ragged: boolean, value: string): string =>
  ragged ? `select(vec4f(), ${value}, vec4u(d) + vec4u(0u, 1u, 2u, 3u) < vec4u(p.k))` : value;
const held = (ragged: boolean, step: number): string => (ragged ? `min(d + ${step}u, p.k - 1u)` : `(d + ${step}u)`);

/** A in rows along the depth: a lane loads four steps of one row of four, or one step of every row. */
function rowsOfA(rows: number, vectors: boolean, ragged: boolean): Loads {
  const at = (row: string): string => `aBase + min(row0 + ${row}, p.m - 1u) * p.aRow`;
  if (!vectors) {
    const depth = ragged ? 'min(d + lane, p.k - 1u)' : 'd + lane';
    return {
      vectors,
      start: lines(rows, (r) => `let a${r} = ${at(`${r}u`)};`),
      turn: lines(rows, (r) => `let w${r} = ${kept(ragged, `$a[a${r} + ${depth}]`, 'd + lane')};`),
      value: (r, step) => `subgroupBroadcast(w${r}, ${step}u)`,
    };
  }
  return {
    vectors,
    start: lines(rows / LANES, (q) => `let a${q} = (${at(`${LANES * q}u + lane`)}) / 4u;`),
    turn: lines(rows / LANES, (q) => `let w${q} = ${keptFour(ragged, `$a[a${q} + d / 4u]`)};`),
    value: (r, step) => `subgroupBroadcast(w${Math.floor(r / LANES)}[${step}], ${r % LANES}u)`,
  };
}

/** A in columns along the result: a lane loads four rows of sixteen, or one of four, a step. */
function columnsOfA(rows: number, vectors: boolean, ragged: boolean): Loads {
  const each = (count: number, code: (q: number, step: number) => string): string =>
    lines(count, (q) => lines(STEPS, (step) => code(q, step)));
  if (!vectors) {
    return {
      vectors,
      start: lines(rows / LANES, (q) => `let a${q} = aBase + min(row0 + ${LANES * q}u + lane, p.m - 1u);`),
      turn: each(
        rows / LANES,
        (q, step) => `let w${q}_${step} = ${kept(ragged, `$a[a${q} + ${held(ragged, step)} * p.aRow]`, `d + ${step}u`)};`,
      ),
      value: (r, step) => `subgroupBroadcast(w${Math.floor(r / LANES)}_${step}, ${r % LANES}u)`,
    };
  }
  const zero = (value: string, step: number): string => (ragged ? `select(vec4f(), ${value}, d + ${step}u < p.k)` : value);
  return {
    vectors,
    start: lines(rows / 16, (q) => `let a${q} = (aBase + min(row0 + ${16 * q}u + 4u * lane, (p.m - 1u) & ~3u)) / 4u;`),
    turn: each(rows / 16, (q, step) => `let w${q}_${step} = ${zero(`$a[a${q} + ${held(ragged, step)} * (p.aRow / 4u)]`, step)};`),
    value: (r, step) => `subgroupBroadcast(w${r >> 4}_${step}[${r % 4}], ${(r >> 2) % 4}u)`,
  };
}

/** B in rows along the depth, one a column of the result. */
function rowsOfB(columns: number, vectors: boolean, ragged: boolean, column: (c: number) => string): Loads {
  const at = (c: number): string => `bBase + min(${column(c)}, p.n - 1u) * p.bRow`;
  if (!vectors) {
    return {
      vectors,
      start: lines(columns, (c) => `let b${c} = ${at(c)};`),
      turn: lines(columns, (c) => lines(STEPS, (step) => `let y${c}_${step} = $b[b${c} + ${held(ragged, step)}];`)),
      value: (c, step) => `y${c}_${step}`,
    };
  }
  return {
    vectors,
    start: lines(columns, (c) => `let b${c} = (${at(c)}) / 4u;`),
    turn: lines(columns, (c) => `let y${c} = ${keptFour(ragged, `$b[b${c} + d / 4u]`)};`),
    value: (c, step) => `y${c}[${step}]`,
  };
}

/** B in columns of the result. */
function columnsOfB(columns: number, vectors: boolean, ragged: boolean, column: (c: number) => string): Loads {
  const count = vectors ? columns / 4 : columns;
  const row = vectors ? '(p.bRow / 4u)' : 'p.bRow';
  return {
    vectors,
    start: lines(count, (c) =>
      vectors ? `let b${c} = (bBase + min(${column(4 * c)}, (p.n - 1u) & ~3u)) / 4u;` : `let b${c} = bBase + min(${column(c)}, p.n - 1u);`,
    ),
    turn: lines(count, (c) => lines(STEPS, (step) => `let y${c}_${step} = $b[b${c} + ${held(ragged, step)} * ${row}];`)),
    value: (c, step) => (vectors ? `y${c >> 2}_${step}[${c % 4}]` : `y${c}_${step}`),
  };
}

/**
 * A block in registers whose lanes share their loads: each loads another of four values that all of them want, and a
 * broadcast, which is a shuffle of a register, stands in for three loads. Sums take several steps at once, so that most
 * stay in registers; what lies in fours in memory is loaded as vectors, which share the work on their address.
 */
export function sharedTemplate(product: Product, block: Block): KernelTemplate {
  const { form } = product;
  const { rows, columns } = block;
  // Every depth that a batch may bring; depths are linear in the batch.
  const ragged = product.k(1) % STEPS !== 0 || product.k(2) % STEPS !== 0;
  const aVectors = isAligned(product.a) && (form !== 'TN' || rows % 16 === 0);
  const bVectors = isAligned(product.b) && (form === 'NT' || columns % 4 === 0);
  // Vectors of B's columns make four columns of a lane neighbours.
  const column = (c: number): string =>
    bVectors && form !== 'NT' ? `column0 + 4u * lane + ${16 * (c >> 2) + (c % 4)}u` : `column0 + lane + ${c * LANES}u`;
  const a = (form === 'TN' ? columnsOfA : rowsOfA)(rows, aVectors, ragged);
  const b = (form === 'NT' ? rowsOfB : columnsOfB)(columns, bVectors, ragged, column);
  const sum = (r: number, c: number): string =>
    range(STEPS).reduce((before, step) => `(${before} + x${r}_${step} * ${b.value(c, step)})`, `s${r * columns + c}`);
  return {
    name: `product ${form} registers`,
    workgroup: LANES,
    extension: 'subgroups',
    parameters: PRODUCT_PARAMETERS,
    buffers: {
      a: { access: 'read', type: a.vectors ? 'vec4f' : 'f32' },
      b: { access: 'read', type: b.vectors ? 'vec4f' : 'f32' },
      ...finishUses(product.finish),
    },
    declarations: finishCode(product),
    body: `
  ${blockStart(product, block, column)}
  ${a.start}
  ${b.start}
  for (var d = 0u; d < p.k; d += ${STEPS}u) {
    ${a.turn}
    ${b.turn}
    ${lines(
      rows,
      (r) => `${lines(STEPS, (step) => `let x${r}_${step} = ${a.value(r, step)};`)}
    ${lines(columns, (c) => `s${r * columns + c} = ${sum(r, c)};`)}`,
    )}
  }
  ${storeBlock(block, column)}`,
  };
}
