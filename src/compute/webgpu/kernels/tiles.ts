import { launch, type KernelTemplate } from '../kernel';
import type { Lowering } from '../lowering';
import {
  finishCode,
  finishUses,
  flopsIn,
  isAligned,
  PRODUCT_PARAMETERS,
  productBuffers,
  productParameters,
  productsIn,
  type Product,
} from './product';

/**
 * Products for GPUs: tiles of A and B in workgroup memory, read as vec4 along whichever axis is contiguous in memory, and
 * `rows` x 4 results an invocation. Depth goes by 16.
 */
interface Tile {
  readonly rows: number;
  /** Invocations down and across. */
  readonly down: number;
  readonly across: number;
}

const DEPTH = 16;
const QUADS = DEPTH / 4;
/** One more than a row needs, so that rows fall into different banks. */
const PITCH = QUADS + 1;

const LARGE: Tile = { rows: 8, down: 8, across: 16 };
const SMALL: Tile = { rows: 4, down: 8, across: 8 };

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const lines = (count: number, code: (i: number) => string): string => range(count).map(code).join('\n');

/** `name`'s 4 values from `first` on along its contiguous axis of length `length`, in row `row` of `rows`; zeros outside. */
function quad(name: 'a' | 'b', aligned: boolean, rows: string, length: string): string {
  const value = aligned
    ? `$${name}[(base + row * p.${name}Row + first) / 4u]`
    : `vec4f(${range(4)
        .map((i) => `$${name}[base + row * p.${name}Row + min(first + ${i}u, ${length} - 1u)]`)
        .join(', ')})`;
  return `
fn quad_${name}(base: u32, row: u32, first: u32, end: u32) -> vec4f {
  if (row >= ${rows} || first >= ${length}) { return vec4f(); }
  return select(vec4f(), ${value}, vec4u(first) + vec4u(0u, 1u, 2u, 3u) < vec4u(${length}));
}`;
}

function template(product: Product, { rows, down, across }: Tile, aligned: { a: boolean; b: boolean }): KernelTemplate {
  const { form } = product;
  const workgroup = down * across;
  const [tileM, tileN] = [down * rows, across * 4];
  // Along the depth [row][quad], or across it [depth][quad].
  const aAlong = form !== 'TN';
  const bAlong = form === 'NT';
  const aSize = aAlong ? tileM * PITCH : (DEPTH * tileM) / 4;
  const bSize = bAlong ? tileN * PITCH : (DEPTH * tileN) / 4;
  const fill = (name: 'a' | 'b', along: boolean, tile: number, first: string, base: string): string => {
    const quads = along ? tile * QUADS : (DEPTH * tile) / 4;
    const perRow = along ? QUADS : tile / 4;
    const at = along ? `(e / ${perRow}u) * ${PITCH}u + e % ${perRow}u` : 'e';
    const place = along ? `${first} + e / ${perRow}u, d0 + 4u * (e % ${perRow}u)` : `d0 + e / ${perRow}u, ${first} + 4u * (e % ${perRow}u)`;
    return `for (var e = lane; e < ${quads}u; e += ${workgroup}u) { tile_${name}[${at}] = quad_${name}(${base}, ${place}, end); }`;
  };
  return {
    name: `product ${form} tiles`,
    workgroup,
    parameters: PRODUCT_PARAMETERS,
    buffers: {
      a: { access: 'read', type: aligned.a ? 'vec4f' : 'f32' },
      b: { access: 'read', type: aligned.b ? 'vec4f' : 'f32' },
      out: { access: 'write' },
      ...finishUses(product.finish),
    },
    declarations: `
var<workgroup> tile_a: array<vec4f, ${aSize}>;
var<workgroup> tile_b: array<vec4f, ${bSize}>;
${aAlong ? quad('a', aligned.a, 'p.m', 'end') : quad('a', aligned.a, 'end', 'p.m')}
${bAlong ? quad('b', aligned.b, 'p.n', 'end') : quad('b', aligned.b, 'end', 'p.n')}
${finishCode(product)}`,
    body: `
  let tile = group % (p.across * p.down);
  let z = group / (p.across * p.down);
  let row0 = (tile / p.across) * ${tileM}u;
  let column0 = (tile % p.across) * ${tileN}u;
  let aBase = p.aAt + (z / p.heads) * p.aImage + (z % p.heads) * p.aHead;
  let bBase = p.bAt + (z / p.heads) * p.bImage + (z % p.heads) * p.bHead;
  let outBase = p.outAt + (z / p.heads) * p.outImage + (z % p.heads) * p.outHead;
  // A product of a split depth takes the share that its number names; all others take everything.
  let begin = select(z * p.share, 0u, p.share == 0xffffffffu);
  let end = select(min(p.k, begin + p.share), p.k, p.share == 0xffffffffu);
  let tx = lane % ${across}u;
  let ty = lane / ${across}u;
  var sums: array<vec4f, ${rows}>;
  for (var d0 = begin; d0 < end; d0 += ${DEPTH}u) {
    ${fill('a', aAlong, tileM, 'row0', 'aBase')}
    ${fill('b', bAlong, tileN, 'column0', 'bBase')}
    workgroupBarrier();
    for (var q = 0u; q < ${QUADS}u; q++) {
      ${lines(4, (i) => `let y${i} = tile_b[${bAlong ? `(tx + ${i * across}u) * ${PITCH}u + q` : `(4u * q + ${i}u) * ${tileN / 4}u + tx`}];`)}
      ${inner(rows, tileM, aAlong, bAlong)}
    }
    workgroupBarrier();
  }
  for (var i = 0u; i < ${4 * rows}u; i++) {
    let row = row0 + ty * ${rows}u + i / 4u;
    let column = column0 + ${bAlong ? `tx + (i % 4u) * ${across}u` : '4u * tx + i % 4u'};
    if (row < p.m && column < p.n) { finish(sums[i / 4u][i % 4u]${product.finish?.bias ? ' + $bias[p.biasAt + column]' : ''}, row, column, outBase); }
  }`,
  };
}

/** The products of 4 steps of the depth. Loops of known length over an array: drivers unroll them into registers. */
function inner(rows: number, tileM: number, aAlong: boolean, bAlong: boolean): string {
  if (!aAlong) {
    return lines(
      4,
      (i) => `
      for (var r = 0u; r < ${rows / 4}u; r++) {
        let x = tile_a[(4u * q + ${i}u) * ${tileM / 4}u + ty * ${rows / 4}u + r];
        for (var j = 0u; j < 4u; j++) { sums[4u * r + j] = fma(vec4f(x[j]), y${i}, sums[4u * r + j]); }
      }`,
    );
  }
  const sum = bAlong
    ? 'sums[r] += vec4f(dot(x, y0), dot(x, y1), dot(x, y2), dot(x, y3));'
    : 'sums[r] = fma(vec4f(x.w), y3, fma(vec4f(x.z), y2, fma(vec4f(x.y), y1, fma(vec4f(x.x), y0, sums[r]))));';
  return `for (var r = 0u; r < ${rows}u; r++) { let x = tile_a[(ty * ${rows}u + r) * ${PITCH}u + q]; ${sum} }`;
}

const sumShares: KernelTemplate = {
  name: 'sum of shares',
  workgroup: 64,
  parameters: { shares: 'u32', m: 'u32', n: 'u32', outAt: 'u32', outRow: 'u32', addAt: 'u32', addRow: 'u32' },
  buffers: { x: { access: 'read' }, out: { access: 'write' } },
  body: `
  let column = index % p.n;
  let row = index / p.n;
  if (row >= p.m) { return; }
  var sum = 0.0;
  for (var share = 0u; share < p.shares; share++) { sum += $x[share * p.m * p.n + index]; }
  $out[p.outAt + row * p.outRow + column] = sum;`,
};

const sumSharesOnto: KernelTemplate = {
  ...sumShares,
  buffers: { x: { access: 'read' }, add: { access: 'read' }, out: { access: 'write' } },
  body: sumShares.body.replace('var sum = 0.0;', 'var sum = $add[p.addAt + row * p.addRow + column];'),
};

const groupsOf = (product: Product, tile: Tile, batch: number): { across: number; down: number } => ({
  across: Math.ceil(product.n / (tile.across * 4)),
  down: Math.ceil(product.m(batch) / (tile.down * tile.rows)),
});

/** A product in tiles; a deep product with a small result is split along its depth and summed in a fixed order. */
export function lowerToTiles(to: Lowering, product: Product): void {
  const { maxBatch, choice } = to;
  const count = ({ across, down }: { across: number; down: number }): number => across * down * productsIn(product, maxBatch);
  const tile = count(groupsOf(product, LARGE, maxBatch)) >= choice.wantedGroups ? LARGE : SMALL;
  const groups = count(groupsOf(product, tile, maxBatch));
  const depth = product.k(maxBatch);
  const { bias, gelu, multiply, addPeriod, add } = product.finish ?? {};
  const mayBeSplit = product.images === undefined && product.scale === undefined && !bias && !gelu && !multiply && addPeriod === undefined;
  const wanted = Math.min(Math.floor(choice.wantedGroups / groups), Math.floor(depth / (8 * DEPTH)));
  if (!mayBeSplit || wanted < 2) return pushTiles(to, product, tile);
  const share = Math.ceil(depth / wanted / DEPTH) * DEPTH;
  const { out, n } = product;
  const m = product.m(maxBatch);
  if (product.m(1) !== m) return pushTiles(to, product, tile);
  const shares = (batch: number): number => Math.ceil(product.k(batch) / share);
  const partial = to.room('shares', shares(maxBatch) * m * n);
  const { finish: _, ...bare } = product;
  pushTiles(to, { ...bare, out: { buffer: partial, offset: 0, stride: n, image: m * n }, images: shares }, tile, share);
  to.push(
    launch(add ? sumSharesOnto : sumShares, {
      buffers: { x: partial, add: add?.buffer ?? '', out: out.buffer },
      parameters: (batch) => ({
        ...{ shares: shares(batch), m, n, outAt: out.offset, outRow: out.stride, addAt: add?.offset ?? 0, addRow: add?.stride ?? 0 },
      }),
      groups: () => Math.ceil((m * n) / 64),
    }),
  );
}

function pushTiles(to: Lowering, product: Product, tile: Tile, share?: number): void {
  const aligned = { a: isAligned(product.a), b: isAligned(product.b) };
  to.pushWork(
    launch(template(product, tile, aligned), {
      buffers: productBuffers(product),
      parameters: (batch) => ({
        ...{ ...productParameters(product, batch), ...groupsOf(product, tile, batch) },
        ...(share === undefined ? {} : { share }),
      }),
      groups: (batch) => {
        const { across, down } = groupsOf(product, tile, batch);
        return across * down * productsIn(product, batch);
      },
    }),
    // Shares of a depth divide it among them.
    flopsIn(product, to.maxBatch) / (share === undefined ? 1 : (product.images?.(to.maxBatch) ?? 1)),
  );
}
