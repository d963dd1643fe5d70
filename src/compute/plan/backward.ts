import { classTokens, columnsFrom } from './builder';
import type { BlockTape } from './forward';
import { linearInput, linearParameters, outputsOf } from './linear';
import type { Network } from './network';
import { fixed, type Extent, type View } from './ops';
import { prefixBackward, prefixGradient } from './prompts';
import { tensorView } from './weights';

/** Gradient through LayerNorm `name`: of its parameters where they learn, and of its input. */
export function normBackward(net: Network, name: string, x: View, statistics: View, gradient: View, rows: Extent, add?: View): View {
  const { dim } = net.config;
  if (net.trainables.backbone === 'all') {
    net.builder.push({
      ...{ kind: 'layerNormParameters', gradient, x, statistics, rows, columns: dim },
      weightGradient: tensorView(net.weights, `${name}.weight`, dim, 0, 'gradient.'),
      biasGradient: tensorView(net.weights, `${name}.bias`, dim, 0, 'gradient.'),
    });
  }
  const out = net.builder.matrix(`${name}.dx`, rows, dim);
  net.builder.push({
    ...{ kind: 'layerNormBackward', gradient, x, statistics, out, rows, columns: dim },
    weight: tensorView(net.weights, `${name}.weight`, dim),
    ...(add ? { add } : {}),
  });
  return out;
}

/**
 * The block backwards, as far up as something learns. `gradient`: of its output. Returns the gradient of its input, or
 * undefined where nothing above wants it.
 */
export function blockBackward(net: Network, tape: BlockTape, gradient: View): View | undefined {
  const { builder, config, tokens, tokenRows, imageRows } = net;
  const { dim, mlpDim } = config;
  const { block, maps } = tape;
  const prefix = `blocks.${block}`;
  const only = tape.queries === 1 && tokens > 1;
  const rows = only ? imageRows : tokenRows;
  const above = net.trainsBefore(block);

  linearParameters(net, maps.fc2.map, maps.fc2.tape, gradient, rows);
  if (!tape.derivative) return undefined;
  const hidden = builder.matrix(`${prefix}.dhidden`, rows, mlpDim);
  linearInput(net, maps.fc2.map, maps.fc2.tape, gradient, rows, hidden, { multiply: tape.derivative });
  linearParameters(net, maps.fc1.map, maps.fc1.tape, hidden, rows);
  if (!above && !net.trainsAny(block, ['q', 'k', 'v', 'proj'])) return undefined;

  const second = builder.matrix(`${prefix}.dnorm2`, rows, dim);
  linearInput(net, maps.fc1.map, maps.fc1.tape, hidden, rows, second);
  const middle = normBackward(net, `${prefix}.norm2`, tape.middle, tape.statistics2, second, rows, gradient);
  linearParameters(net, maps.proj.map, maps.proj.tape, middle, rows);
  if (!above && !net.trainsAny(block, ['q', 'k', 'v'])) return undefined;

  const mixed = builder.matrix(`${prefix}.dmixed`, rows, dim);
  linearInput(net, maps.proj.map, maps.proj.tape, middle, rows, mixed);
  const products = attentionBackward(net, tape, mixed, above);
  for (const { entry, gradient: of } of products) linearParameters(net, entry.map, entry.tape, of, entry.rows);
  if (!above) return undefined;

  const first = builder.matrix(`${prefix}.dnorm1`, tokenRows, dim);
  // All tokens first; the class tokens' share through Q, where they went alone, is added to their rows.
  for (const { entry, gradient: of } of [...products].reverse()) {
    const out = entry.rows === tokenRows ? first : classTokens(first, tokens);
    linearInput(net, entry.map, entry.tape, of, entry.rows, out, out === first ? {} : { add: out });
  }
  const dx = normBackward(net, `${prefix}.norm1`, tape.x, tape.statistics1, first, tokenRows, only ? undefined : middle);
  if (only) {
    const a = classTokens(dx, tokens);
    builder.push({ kind: 'addRows', a, b: middle, out: a, rows: imageRows, columns: dim });
  }
  return dx;
}

function attentionBackward(net: Network, tape: BlockTape, gradient: View, above: boolean) {
  const { builder, config } = net;
  const { dim, heads } = config;
  const products = tape.maps.qkv.map((entry) => ({
    entry,
    gradient: builder.matrix(
      `blocks.${tape.block}.d${entry.map.segments.map(({ target }) => target).join('')}`,
      entry.rows,
      outputsOf(entry.map),
    ),
  }));
  const wanted: { dq?: View; dk?: View; dv?: View } = {};
  let kv: View | undefined;
  for (const { entry, gradient: of } of products) {
    entry.map.segments.forEach(({ target }, i) => {
      if (target === 'k') kv = columnsFrom(of, i * dim);
      if (!above && !net.trainsAny(tape.block, [target])) return;
      wanted[target === 'q' ? 'dq' : target === 'k' ? 'dk' : 'dv'] = columnsFrom(of, i * dim);
    });
  }
  const { q, k, v, keys, attention: statistics, queries } = tape;
  const pool = net.promptsAt(tape.block);
  const prefixed = pool && (wanted.dk ?? wanted.dv) ? prefixGradient(net, tape.block) : undefined;
  if (prefixed) Object.assign(wanted, { dk: prefixed, dv: columnsFrom(prefixed, dim) });
  const width = dim / heads;
  builder.push({
    ...{ kind: 'attentionBackward', q, k, v, statistics, gradient, ...wanted },
    ...{ heads, width, queries, keys, scale: 1 / Math.sqrt(width) },
  });
  if (pool && prefixed) prefixBackward(net, pool, tape.block, prefixed, kv);
  return products;
}

/** Gradients of the patch embedding, the class token and the positions, from the gradient of x [n, N, D]. */
export function embedBackward(net: Network, patches: View, gradient: View): void {
  const { builder, config, tokens, front, tokenRows, imageRows, weights } = net;
  const { dim, patchSize } = config;
  const width = 3 * patchSize * patchSize;
  const positions = tensorView(weights, 'pos_embed', dim, 0, 'gradient.');
  builder.push(
    {
      ...{ kind: 'gemm', form: 'TN', a: gradient, b: patches, m: fixed(dim), n: width, k: tokenRows },
      out: tensorView(weights, 'patch_embed.proj.weight', width, 0, 'gradient.'),
    },
    {
      ...{ kind: 'columnSum', x: { ...gradient, stride: tokens * dim }, out: positions, rows: imageRows },
      columns: tokens * dim,
    },
    {
      ...{ kind: 'columnSum', x: { ...positions, offset: positions.offset + front * dim }, rows: fixed(tokens - front), columns: dim },
      out: tensorView(weights, 'patch_embed.proj.bias', dim, 0, 'gradient.'),
    },
  );
  if (front === 0) return;
  const out = tensorView(weights, 'cls_token', dim, 0, 'gradient.');
  builder.push({ kind: 'columnSum', x: positions, rows: fixed(1), columns: dim, out });
}
