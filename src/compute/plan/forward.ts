import { activationOf } from '../../vit/config';
import type { AdapterTarget } from '../backbone';
import { classTokens, columnsFrom } from './builder';
import { effectiveWeight, linearForward, reducedInputs, type LinearMap, type LinearTape } from './linear';
import type { Network } from './network';
import { attentionStatistics, fixed, perImage, type BufferRole, type Extent, type View } from './ops';
import { keysAt, withPrefix } from './prompts';
import { tensorView } from './weights';

/** What the backward pass of a block reads. Buffers that nothing reads later are reused at once. */
export interface BlockTape {
  readonly block: number;
  /** Queries an image: all tokens, or 1 where only the class token goes on. */
  readonly queries: number;
  readonly x: View;
  readonly statistics1: View;
  readonly q: View;
  /** Keys and values an image: its tokens, after what prompts the block has. */
  readonly keys: number;
  readonly k: View;
  readonly v: View;
  readonly attention: View;
  readonly maps: {
    readonly qkv: readonly { readonly map: LinearMap; readonly tape: LinearTape; readonly rows: Extent }[];
    readonly proj: { readonly map: LinearMap; readonly tape: LinearTape };
    readonly fc1: { readonly map: LinearMap; readonly tape: LinearTape };
    readonly fc2: { readonly map: LinearMap; readonly tape: LinearTape };
  };
  readonly middle: View;
  readonly statistics2: View;
  readonly derivative: View | undefined;
}

/** What the backward pass wants of a map that is applied to an input. */
type TapeOf = (map: LinearMap, input: View, rows: Extent) => LinearTape;

const QKV = ['q', 'k', 'v'] as const satisfies readonly AdapterTarget[];

/** Patch embedding and positions, without prompts: x [n, N, D] and the patches [n, N, 3·P²] (an image's rows in front are zero). */
export function embed(net: Network): { x: View; patches: View } {
  const { builder, config, front, weights } = net;
  const { dim, patchSize, imageSize, mean, std } = config;
  const tokens = net.tokens - net.promptTokens;
  const tokenRows = perImage(tokens);
  const width = 3 * patchSize * patchSize;
  const patches = builder.matrix('patches', tokenRows, width);
  const table = builder.matrix('tokenTable', fixed(tokens), dim);
  const x = builder.matrix('x0', tokenRows, dim);
  const bias = tensorView(weights, 'patch_embed.proj.bias', dim);
  builder.push(
    { kind: 'patchify', images: 'images', out: patches, imageSize, patchSize, front, mean, std },
    {
      ...{ kind: 'tokenTable', out: table, tokens, front, columns: dim, bias },
      cls: front > 0 ? tensorView(weights, 'cls_token', dim) : bias,
      positions: tensorView(weights, 'pos_embed', dim),
    },
    {
      ...{ kind: 'gemm', form: 'NT', a: patches, m: tokenRows, n: dim, k: fixed(width) },
      ...{ b: tensorView(weights, 'patch_embed.proj.weight', width), out: x, add: table, addPeriod: tokens },
    },
  );
  return { x, patches };
}

/** LayerNorm `name` of `x`, with the statistics its backward pass wants. */
export function norm(
  net: Network,
  name: string,
  x: View,
  rows: Extent,
  role?: BufferRole,
  outName?: string,
): { out: View; statistics: View } {
  const { dim, layerNormEps } = net.config;
  const out = net.builder.matrix(outName ?? `${name}.out`, rows, dim, role);
  const statistics = net.builder.matrix(`${name}.statistics`, rows, 2);
  net.builder.push({
    ...{ kind: 'layerNorm', x, out, statistics, rows, columns: dim, eps: layerNormEps },
    weight: tensorView(net.weights, `${name}.weight`, dim),
    bias: tensorView(net.weights, `${name}.bias`, dim),
  });
  return { out, statistics };
}

export interface BlockOptions {
  /** After attention keep the class token alone: what the last block owes a model pooled by `token`. */
  readonly classTokenOnly?: boolean;
  /** Keep GELU's derivative for a backward pass. */
  readonly derivative?: boolean;
  /** No backward pass will read this one's tape: compute nothing for it alone. */
  readonly forgets?: boolean;
  /** Results that the host reads: the attention's input and the block's output. */
  readonly results?: { readonly attentionInput: string; readonly out: string };
}

/** One pre-norm block: out = m + fc2(gelu(fc1(LN₂ m))), m = x + proj(attention(LN₁ x)). */
export function blockForward(net: Network, block: number, x: View, options: BlockOptions = {}): { out: View; tape: BlockTape } {
  const { builder, config, tokenRows, imageRows } = net;
  const { results } = options;
  const rows = options.classTokenOnly ? imageRows : tokenRows;
  const tape = blockTape(net, block, x, options);
  const out = builder.matrix(results?.out ?? `blocks.${block}.out`, rows, config.dim, results && 'result');
  const { map, tape: fc2 } = tape.maps.fc2;
  linearForward(net, map, fc2.weight, fc2.x, rows, out, { add: tape.middle });
  return { out, tape };
}

/** All of a block but the last product: what its backward pass reads. */
export function blockTape(net: Network, block: number, x: View, options: BlockOptions): BlockTape {
  const { builder, config, tokens, tokenRows, imageRows } = net;
  const { dim, mlpDim, heads } = config;
  const only = options.classTokenOnly === true;
  const queries = only ? 1 : tokens;
  const rows = only ? imageRows : tokenRows;
  const prefix = `blocks.${block}`;
  const taped: TapeOf = (map, input, of) => ({
    ...{ x: input, weight: effectiveWeight(net, map) },
    reduced: options.forgets ? new Map() : reducedInputs(net, map, input, of),
  });
  const first = norm(net, `${prefix}.norm1`, x, tokenRows, options.results && 'result', options.results?.attentionInput);
  const { q, kv, maps } = projections(net, block, first.out, only, taped);
  const parts = { q, ...withPrefix(net, block, kv), keys: keysAt(net, block) };

  const mixed = builder.matrix(`${prefix}.mixed`, rows, dim);
  const attention = builder.matrix(`${prefix}.attention`, perImage(attentionStatistics(heads, queries)), 1);
  const width = dim / heads;
  builder.push({
    ...{ kind: 'attention', ...parts, out: mixed, statistics: attention },
    ...{ heads, width, queries, scale: 1 / Math.sqrt(width) },
  });
  const projMap: LinearMap = { block, name: 'attn.proj', inputs: dim, firstRow: 0, segments: [{ target: 'proj', rows: dim }] };
  const middle = builder.matrix(`${prefix}.middle`, rows, dim);
  const proj = { map: projMap, tape: taped(projMap, mixed, rows) };
  linearForward(net, projMap, proj.tape.weight, mixed, rows, middle, { add: only ? classTokens(x, tokens) : x });

  const second = norm(net, `${prefix}.norm2`, middle, rows);
  const fc1Map: LinearMap = { block, name: 'mlp.fc1', inputs: dim, firstRow: 0, segments: [{ target: 'fc1', rows: mlpDim }] };
  const fc2Map: LinearMap = { block, name: 'mlp.fc2', inputs: mlpDim, firstRow: 0, segments: [{ target: 'fc2', rows: dim }] };
  const hidden = builder.matrix(`${prefix}.hidden`, rows, mlpDim);
  const derivative = options.derivative ? builder.matrix(`${prefix}.derivative`, rows, mlpDim) : undefined;
  const fc1 = { map: fc1Map, tape: taped(fc1Map, second.out, rows) };
  const kind = activationOf(config);
  linearForward(net, fc1Map, fc1.tape.weight, second.out, rows, hidden, { gelu: derivative ? { kind, derivative } : { kind } });
  const fc2 = { map: fc2Map, tape: taped(fc2Map, hidden, rows) };
  return {
    ...{ block, queries, x, statistics1: first.statistics, ...parts, attention, middle },
    ...{ statistics2: second.statistics, derivative, maps: { qkv: maps, proj, fc1, fc2 } },
  };
}

/** q, and k and v side by side, of a block: one product, or K and V for all tokens and Q for the class tokens. */
function projections(net: Network, block: number, z: View, only: boolean, taped: TapeOf) {
  const { builder, config, tokens, tokenRows, imageRows } = net;
  const { dim } = config;
  const map = (targets: readonly AdapterTarget[], firstRow: number): LinearMap => ({
    ...{ block, name: 'attn.qkv', inputs: dim, firstRow },
    segments: targets.map((target) => ({ target, rows: dim })),
  });
  const apply = (linear: LinearMap, x: View, rows: Extent, name: string) => {
    const out = builder.matrix(`blocks.${block}.${name}`, rows, dim * linear.segments.length);
    const tape = taped(linear, x, rows);
    linearForward(net, linear, tape.weight, x, rows, out);
    return { out, entry: { map: linear, rows, tape } };
  };
  if (!only) {
    const { out, entry } = apply(map(QKV, 0), z, tokenRows, 'qkv');
    return { q: out, kv: columnsFrom(out, dim), maps: [entry] };
  }
  const q = apply(map(['q'], 0), classTokens(z, tokens), imageRows, 'q');
  const kv = apply(map(['k', 'v'], dim), z, tokenRows, 'kv');
  return { q: q.out, kv: kv.out, maps: [q.entry, kv.entry] };
}
