import { launch, type KernelTemplate } from '../kernel';
import type { Lowering } from '../lowering';
import type { TileKind } from '../table';
import { lines, range } from './block-code';
import { finishFour } from './finish';
import {
  finishUses,
  flopsIn,
  isAligned,
  PRODUCT_PARAMETERS,
  productBuffers,
  productParameters,
  productsIn,
  type Operand,
  type Product,
} from './product';

/**
 * Products for GPUs: tiles of A and B in workgroup memory, read as vec4 along whichever axis is contiguous in memory, and
 * `rows` x 4 · `quads` results an invocation, each in a variable of its own: compilers of some browsers and systems leave loops
 * over arrays rolled, and the arrays out of registers. Depth goes by 16.
 */
interface Tile {
  readonly rows: number;
  readonly quads: number;
  /** Invocations down and across. */
  readonly down: number;
  readonly across: number;
  /** Teams of a workgroup that share the depth of one tile, and sum up at the end. */
  readonly slices: number;
}

const DEPTH = 16;
const QUADS = DEPTH / 4;
/** One more than a row needs, so that rows fall into different banks. */
const PITCH = QUADS + 1;

/** By falling size. */
const TILES: Readonly<Record<TileKind, Tile>> = {
  '8x8': { rows: 8, quads: 2, down: 16, across: 8, slices: 1 },
  '8x4': { rows: 8, quads: 1, down: 8, across: 16, slices: 1 },
  '4x4': { rows: 4, quads: 1, down: 8, across: 8, slices: 1 },
};

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

/** Columns up to which a product is narrow: a rank, or classes. */
const NARROW = 16;

/** Vectors of workgroup memory that every device has. */
const MEMORY = 1024;

/** Vectors of the two tiles of a slice: along the depth [row][quad], or across it [depth][quad]. */
function room(form: Product['form'], { rows, quads, down, across }: Omit<Tile, 'slices'>): { readonly a: number; readonly b: number } {
  const [tileM, tileN] = [down * rows, across * 4 * quads];
  return { a: form !== 'TN' ? tileM * PITCH : (DEPTH * tileM) / 4, b: form === 'NT' ? tileN * PITCH : (DEPTH * tileN) / 4 };
}

/** As wide as a narrow product, deep instead; lower where so many slices would not fit into the memory of every device. */
function narrowTile(form: Product['form'], n: number, depth: number): Tile {
  const tile = { rows: 4, quads: 1, across: Math.ceil(n / 4) };
  const slices = Math.min(8, Math.floor(16 / tile.across), Math.ceil(depth / DEPTH));
  const fits = (down: number): boolean => {
    const { a, b } = room(form, { ...tile, down });
    return slices * (a + b) <= MEMORY;
  };
  return { ...tile, down: fits(8) ? 8 : 4, slices };
}

/** Whether results are stored in fours: rows of neighbours, all buffers of them lying alike. */
function storesFours({ form, n, a, b, out, finish }: Product): boolean {
  const beside: Operand[] = [finish?.add, finish?.multiply, finish?.gelu?.derivative].flatMap((one) => (one ? [one] : []));
  const shared = [a, b].filter(({ buffer }) => buffer === out.buffer);
  return form !== 'NT' && n % 4 === 0 && [out, ...beside, ...shared].every(isAligned);
}

function template(product: Product, tile: Tile): KernelTemplate {
  const { rows, quads, down, across, slices } = tile;
  const { form } = product;
  const aligned = { a: isAligned(product.a), b: isAligned(product.b) };
  const fours = storesFours(product);
  const members = down * across;
  const [tileM, tileN] = [down * rows, across * 4 * quads];
  const aAlong = form !== 'TN';
  const bAlong = form === 'NT';
  const { a: aSize, b: bSize } = room(form, tile);
  const fill = (name: 'a' | 'b', along: boolean, side: number, first: string, base: string): string => {
    const perRow = along ? QUADS : side / 4;
    const at = along ? `(e / ${perRow}u) * ${PITCH}u + e % ${perRow}u` : 'e';
    const place = along ? `${first} + e / ${perRow}u, d0 + 4u * (e % ${perRow}u)` : `d0 + e / ${perRow}u, ${first} + 4u * (e % ${perRow}u)`;
    const count = QUADS * side;
    return lines(Math.ceil(count / members), (i) => {
      const guard = (i + 1) * members > count ? `if (member < ${count - i * members}u) ` : '';
      return `${guard}{ let e = member + ${i * members}u; tile_${name}[${name}At + ${at}] = quad_${name}(${base}, ${place}, end); }`;
    });
  };
  const column = (c: number): string => (bAlong ? `tx + ${4 * c * across}u` : `4u * (tx + ${c * across}u)`);
  return {
    name: `product ${form} tiles`,
    workgroup: members * slices,
    parameters: PRODUCT_PARAMETERS,
    buffers: {
      a: { access: 'read', type: aligned.a ? 'vec4f' : 'f32' },
      b: { access: 'read', type: aligned.b ? 'vec4f' : 'f32' },
      ...finishUses(product.finish, fours ? 'vec4f' : 'f32'),
    },
    declarations: `
var<workgroup> tile_a: array<vec4f, ${aSize * slices}>;
var<workgroup> tile_b: array<vec4f, ${bSize * slices}>;
${aAlong ? quad('a', aligned.a, 'p.m', 'end') : quad('a', aligned.a, 'end', 'p.m')}
${bAlong ? quad('b', aligned.b, 'p.n', 'end') : quad('b', aligned.b, 'end', 'p.n')}
${finishFour(product, fours, bAlong ? across : 1)}`,
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
  let member = lane % ${members}u;
  let slice = lane / ${members}u;
  let aAt = slice * ${aSize}u;
  let bAt = slice * ${bSize}u;
  let tx = member % ${across}u;
  let ty = member / ${across}u;
  ${lines(rows * quads, (i) => `var s${i} = vec4f();`)}
  for (var d = begin; d < end; d += ${DEPTH * slices}u) {
    let d0 = d + slice * ${DEPTH}u;
    ${fill('a', aAlong, tileM, 'row0', 'aBase')}
    ${fill('b', bAlong, tileN, 'column0', 'bBase')}
    workgroupBarrier();
    ${lines(QUADS, (q) => `{ ${inner({ rows, quads, down, across }, aAlong, bAlong, q)} }`)}
    workgroupBarrier();
  }
  ${slices > 1 ? sumSlices(rows * quads, members, aSize, slices) : ''}
  ${lines(rows * quads, (i) => `finish(s${i}, row0 + ty * ${rows}u + ${Math.floor(i / quads)}u, column0 + ${column(i % quads)}, outBase);`)}`,
  };
}

/** The first team sums what all have. */
const sumSlices = (count: number, members: number, size: number, slices: number): string => `
  ${lines(count, (i) => `tile_a[aAt + ${i * members}u + member] = s${i};`)}
  workgroupBarrier();
  if (slice > 0u) { return; }
  ${lines(
    count,
    (i) =>
      `s${i} = ${range(slices)
        .map((slice) => `tile_a[${slice * size + i * members}u + member]`)
        .join(' + ')};`,
  )}`;

/** The products of quad `q` of the depth. */
function inner({ rows, quads, down, across }: Omit<Tile, 'slices'>, aAlong: boolean, bAlong: boolean, q: number): string {
  const y = (i: number): string =>
    bAlong ? `(tx + ${i * across}u) * ${PITCH}u + ${q}u` : `${(4 * q + (i % 4)) * across * quads + (i >> 2) * across}u + tx`;
  const loads = lines(4 * quads, (i) => `let y${i} = tile_b[bAt + ${y(i)}];`);
  // y of column quad c at step i of the depth, or of its column i.
  const add = (sum: number, x: (step: number) => string, c: number): string => {
    const s = `s${sum}`;
    const steps = range(4).map((step) => [x(step), `y${4 * c + step}`] as const);
    if (!bAlong) return `${s} = ${[s, ...steps.map(([a, b]) => `${a} * ${b}`)].join(' + ')};`;
    const column = (i: number): string =>
      [`${s}.${'xyzw'[i]}`, ...range(4).map((step) => `${x(step)} * y${4 * c + i}.${'xyzw'[step]}`)].join(' + ');
    return `${s} = vec4f(${range(4).map(column).join(', ')});`;
  };
  if (aAlong) {
    const row = (r: number): string => `{ let x = tile_a[aAt + (ty * ${rows}u + ${r}u) * ${PITCH}u + ${q}u];
      ${lines(quads, (c) => add(r * quads + c, (step) => `x.${'xyzw'[step]}`, c))} }`;
    return `${loads}\n${lines(rows, row)}`;
  }
  const tileM = down * rows;
  const four = (
    r: number,
  ): string => `{ ${lines(4, (step) => `let x${step} = tile_a[aAt + ${(4 * q + step) * (tileM / 4)}u + ty * ${rows / 4}u + ${r}u];`)}
      ${lines(4, (j) => lines(quads, (c) => add((4 * r + j) * quads + c, (step) => `x${step}.${'xyzw'[j]}`, c)))} }`;
  return `${loads}\n${lines(rows / 4, four)}`;
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
  across: Math.ceil(product.n / (tile.across * 4 * tile.quads)),
  down: Math.ceil(product.m(batch) / (tile.down * tile.rows)),
});

/** A product in the largest tiles, of `kind` or smaller, that keep the adapter busy; a deep product with a small result is split along its depth and summed in a fixed order. */
export function lowerToTiles(to: Lowering, product: Product, kind: TileKind): void {
  const { maxBatch, choice } = to;
  const count = ({ across, down }: { across: number; down: number }): number => across * down * productsIn(product, maxBatch);
  const depth = product.k(maxBatch);
  const smaller = Object.values(TILES).slice(Object.keys(TILES).indexOf(kind));
  const tile =
    product.n <= NARROW
      ? narrowTile(product.form, product.n, depth)
      : (smaller.find((one) => count(groupsOf(product, one, maxBatch)) >= choice.wantedGroups) ?? TILES['4x4']);
  const groups = count(groupsOf(product, tile, maxBatch)) * tile.slices;
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
  to.pushWork(
    launch(template(product, tile), {
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
