/** Prompts in a program: mixed out of their pool, put beside the tokens, and the way back. */
import { columnsFrom } from './builder';
import type { Network } from './network';
import { mixInput, type PromptPool } from './prompt-layout';
import { fixed, perImage, type CopyRows, type View } from './ops';
import { tensorView } from './weights';

/** Name of the result that holds the gradient of a pool's mix. */
export const mixGradient = (name: string): string => `gradient.${mixInput(name)}`;

const mixView = ({ name, size }: PromptPool): View => ({ buffer: mixInput(name), offset: 0, stride: size });

/** The rows of the images' prompts, [n, slots · length, D]. */
function mixed(net: Network, pool: PromptPool): View {
  const { builder, config } = net;
  const { slots, size, view, length, name } = pool;
  builder.declare(mixInput(name), 'input', perImage(slots * size));
  const out = builder.matrix(`${name}.rows`, perImage(slots), length * config.dim);
  builder.push({
    ...{ kind: 'gemm', form: 'NN', a: mixView(pool), b: view, out },
    ...{ m: perImage(slots), n: length * config.dim, k: fixed(size) },
  });
  return { ...out, stride: config.dim };
}

/** Gradients of the pool's entries that learn, and of the mix where it is wanted, from that of the images' rows. */
function mixedBackward(net: Network, pool: PromptPool, rows: View): void {
  const { builder, config } = net;
  const { slots, size, view, length, name, learns } = pool;
  const width = length * config.dim;
  const gradient: View = { ...rows, stride: width };
  const m = learns.to - learns.from;
  if (m > 0) {
    const out = { ...view, buffer: `gradient.${view.buffer}`, offset: view.offset + learns.from * width };
    const a = columnsFrom(mixView(pool), learns.from);
    builder.push({ kind: 'gemm', form: 'TN', a, b: gradient, out, m: fixed(m), n: width, k: perImage(slots) });
  }
  if (!net.mixGradients) return;
  const out = builder.matrix(mixGradient(name), perImage(slots), size, 'result');
  builder.push({ kind: 'gemm', form: 'NT', a: gradient, b: view, out, m: perImage(slots), n: size, k: fixed(width) });
}

/** Rows `from` on of every image, `of` a buffer's rows an image. */
const rowsFrom = (view: View, from: number): View => ({ ...view, offset: view.offset + from * view.stride });

/** x [n, N, D] with the images' prompts behind the tokens in front, [n, N + prompts, D]; x itself where there are none. */
export function withTokens(net: Network, x: View): View {
  const { builder, config, tokens, front, promptTokens } = net;
  const pool = net.promptsAt(null);
  if (!pool) return x;
  const out = builder.matrix('prompted', net.tokenRows, config.dim);
  const copy = { kind: 'copyRows', columns: config.dim, outRows: tokens } as const;
  const own = tokens - promptTokens;
  builder.push(
    { ...copy, x, xRows: own, out, rows: front },
    {
      ...{ ...copy, x: mixed(net, pool), xRows: promptTokens, out: rowsFrom(out, front), rows: promptTokens },
      add: tensorView(net.weights, 'pos_embed', config.dim),
    },
    { ...copy, x: rowsFrom(x, front), xRows: own, out: rowsFrom(out, front + promptTokens), rows: own - front },
  );
  return out;
}

/** From the gradient of x [n, N + prompts, D]. */
export function tokensBackward(net: Network, gradient: View): void {
  const pool = net.promptsAt(null);
  if (!pool || !net.learnsPrompts) return;
  mixedBackward(net, pool, promptRows(net, gradient, 'dprompts'));
}

/** The rows of the prompts alone, [n, prompts, D], out of those of all tokens. */
export function promptRows(net: Network, x: View, name: string): View {
  const { builder, config, tokens, front, promptTokens } = net;
  const out = builder.matrix(name, perImage(promptTokens), config.dim);
  builder.push({
    ...{ kind: 'copyRows', x: rowsFrom(x, front), xRows: tokens, out, outRows: promptTokens },
    ...{ rows: promptTokens, columns: config.dim },
  });
  return out;
}

/** The other way: among rows of zeros. */
export function amongTokens(net: Network, rows: View): View {
  const { builder, config, tokens, front, promptTokens } = net;
  const out = builder.matrix('damong', net.tokenRows, config.dim);
  builder.push(
    // The sum over no rows clears.
    { kind: 'columnSum', x: rows, out, rows: fixed(0), columns: builder.maxBatch * tokens * config.dim },
    {
      ...{ kind: 'copyRows', x: rows, xRows: promptTokens, out: rowsFrom(out, front), outRows: tokens },
      ...{ rows: promptTokens, columns: config.dim },
    },
  );
  return out;
}

/** Copies between a prompt's halves, slot by slot, and the first rows of keys and values [n, keys, 2 D] side by side. */
function halves(pool: PromptPool, rows: View, sides: View, keys: number, dim: number): { rows: View; sides: View; copy: CopyRowsSize }[] {
  const { slots, length } = pool;
  const half = length / 2;
  return Array.from({ length: 2 * slots }, (_, i) => ({
    rows: rowsFrom(rows, i * half),
    sides: columnsFrom(rowsFrom(sides, (i >> 1) * half), (i % 2) * dim),
    copy: { rows: half, columns: dim, rowsOf: slots * length, sidesOf: keys },
  }));
}

interface CopyRowsSize {
  readonly rows: number;
  readonly columns: number;
  readonly rowsOf: number;
  readonly sidesOf: number;
}

/** Keys of a block: its tokens and what prompts it has. */
export const keysAt = (net: Network, block: number): number => {
  const pool = net.promptsAt(block);
  return net.tokens + (pool ? (pool.slots * pool.length) / 2 : 0);
};

/** Keys and values of a block, which lie side by side, with its prompts before them; the same where it has none. */
export function withPrefix(net: Network, block: number, k: View): { k: View; v: View } {
  const { builder, config, tokens } = net;
  const { dim } = config;
  const pool = net.promptsAt(block);
  if (!pool) return { k, v: columnsFrom(k, dim) };
  const keys = keysAt(net, block);
  const out = builder.matrix(`blocks.${block}.prefixed`, perImage(keys), 2 * dim);
  const copies = halves(pool, mixed(net, pool), out, keys, dim).map(({ rows, sides, copy }): CopyRows => ({
    ...{ kind: 'copyRows', x: rows, xRows: copy.rowsOf, out: sides, outRows: copy.sidesOf },
    ...{ rows: copy.rows, columns: copy.columns },
  }));
  builder.push(...copies, {
    ...{ kind: 'copyRows', x: k, xRows: tokens, out: rowsFrom(out, keys - tokens), outRows: keys },
    ...{ rows: tokens, columns: 2 * dim },
  });
  return { k: out, v: columnsFrom(out, dim) };
}

/** Room for the gradients of keys and values with the prompts before them. */
export function prefixGradient(net: Network, block: number): View {
  return net.builder.matrix(`blocks.${block}.dprefixed`, perImage(keysAt(net, block)), 2 * net.config.dim);
}

/** The prompts' share of that gradient to the prompts, and the tokens' to `k`, keys and values side by side, where it is wanted. */
export function prefixBackward(net: Network, pool: PromptPool, block: number, gradient: View, k: View | undefined): void {
  const { builder, config, tokens } = net;
  const { dim } = config;
  const keys = keysAt(net, block);
  if (k) {
    builder.push({
      ...{ kind: 'copyRows', x: rowsFrom(gradient, keys - tokens), xRows: keys, out: k, outRows: tokens },
      ...{ rows: tokens, columns: 2 * dim },
    });
  }
  if (!net.learnsPrompts) return;
  const rows = builder.matrix(`${pool.name}.drows`, perImage(pool.slots * pool.length), dim);
  for (const { rows: out, sides: x, copy } of halves(pool, rows, gradient, keys, dim)) {
    builder.push({
      ...{ kind: 'copyRows', x, xRows: copy.sidesOf, out, outRows: copy.rowsOf },
      ...{ rows: copy.rows, columns: copy.columns },
    });
  }
  mixedBackward(net, pool, rows);
}
