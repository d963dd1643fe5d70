import type { AdapterTarget } from '../backbone';
import type { AdapterPlace } from './adapter-layout';
import { columnsFrom } from './builder';
import type { Network } from './network';
import { fixed, type Extent, type Gemm, type View } from './ops';
import { tensorView } from './weights';

/** Consecutive output rows of one linear map, with the adapter target that names them. */
export interface Segment {
  readonly target: AdapterTarget;
  readonly rows: number;
}

/** Consecutive segments of one timm Linear, `inputs` wide, starting `firstRow` rows down its weight. */
export interface LinearMap {
  readonly block: number;
  /** `attn.qkv`, `attn.proj`, `mlp.fc1`, `mlp.fc2`. */
  readonly name: string;
  readonly inputs: number;
  readonly firstRow: number;
  readonly segments: readonly Segment[];
}

export const outputsOf = (map: LinearMap): number => map.segments.reduce((sum, { rows }) => sum + rows, 0);

/**
 * The weight with its increments added. W + up · down costs out · in · rank once a step, where carrying the low-rank
 * branch through every token costs tokens · (in + out) · rank and a product of a shape that no kernel likes.
 */
export function effectiveWeight(net: Network, map: LinearMap): View {
  const { block, name, inputs, firstRow, segments } = map;
  const weight = tensorView(net.weights, `blocks.${block}.${name}.weight`, inputs, firstRow);
  const placed = segments.map(({ target }) => net.adapterOn(block, target));
  if (placed.every((place) => place === undefined)) return weight;
  const out = net.builder.matrix(`effective.${block}.${name}`, fixed(outputsOf(map)), inputs);
  let row = 0;
  segments.forEach(({ rows }, i) => {
    const place = placed[i];
    net.builder.push({
      ...{ kind: 'addLowRank', rows, columns: inputs },
      weight: { ...weight, offset: weight.offset + row * inputs },
      out: { ...out, offset: out.offset + row * inputs },
      ...(place ? { increment: place } : {}),
    });
    row += rows;
  });
  return out;
}

/** out = x Wᵀ + b, with whatever the product can carry along. */
export function linearForward(
  net: Network,
  map: LinearMap,
  x: View,
  rows: Extent,
  out: View,
  extras: Pick<Gemm, 'add' | 'gelu'> = {},
): void {
  const { block, name, inputs, firstRow } = map;
  const { buffer, offset } = tensorView(net.weights, `blocks.${block}.${name}.bias`, 1, firstRow);
  net.builder.push({
    ...{ kind: 'gemm', form: 'NT', m: rows, n: outputsOf(map), k: fixed(inputs) },
    ...{ a: x, b: effectiveWeight(net, map), out, bias: { buffer, offset, stride: 0 } },
    ...extras,
  });
}

/** x · downᵀ for every trained adapter of the map: all that the gradient of `up` needs of the input. */
export function reducedInputs(net: Network, map: LinearMap, x: View, rows: Extent): ReadonlyMap<AdapterTarget, View> {
  const reduced = new Map<AdapterTarget, View>();
  const byGroup = new Map<number, View>();
  for (const { target } of map.segments) {
    const place = net.adapterOn(map.block, target);
    if (!place || !net.trainsAdapters) continue;
    // Adapters that share a frozen down share the product; trained ones drift apart.
    const shared = net.trainables.adapters === 'up' ? byGroup.get(place.downGroup) : undefined;
    const u = shared ?? net.builder.matrix(`reduced.${map.block}.${target}`, rows, place.rank);
    if (!shared) {
      net.builder.push({ kind: 'gemm', form: 'NT', a: x, b: place.down, out: u, m: rows, n: place.rank, k: fixed(map.inputs) });
      byGroup.set(place.downGroup, u);
    }
    reduced.set(target, u);
  }
  return reduced;
}

export interface LinearTape {
  readonly x: View;
  readonly reduced: ReadonlyMap<AdapterTarget, View>;
}

/** Gradients of the map's own trainables, from the gradient of its output. */
export function linearParameters(net: Network, map: LinearMap, tape: LinearTape, gradient: View, rows: Extent): void {
  const { block, name, inputs, firstRow, segments } = map;
  let column = 0;
  for (const { target, rows: outputs } of segments) {
    const place = net.adapterOn(block, target);
    const u = tape.reduced.get(target);
    if (place && u && net.trainsAdapters) adapterGradients(net, place, tape.x, u, columnsFrom(gradient, column), rows);
    column += outputs;
  }
  if (net.trainables.backbone !== 'all') return;
  const n = outputsOf(map);
  net.builder.push(
    {
      ...{ kind: 'gemm', form: 'TN', m: fixed(n), n: inputs, k: rows, a: gradient, b: tape.x },
      out: tensorView(net.weights, `blocks.${block}.${name}.weight`, inputs, firstRow, 'gradient.'),
    },
    {
      ...{ kind: 'columnSum', x: gradient, rows, columns: n },
      out: tensorView(net.weights, `blocks.${block}.${name}.bias`, 1, firstRow, 'gradient.'),
    },
  );
}

function adapterGradients(net: Network, place: AdapterPlace, x: View, u: View, gradient: View, rows: Extent): void {
  const { rank, inputs, outputs, up, down } = place;
  const of = (view: View): View => ({ ...view, buffer: `gradient.${view.buffer}` });
  net.builder.push({ kind: 'gemm', form: 'TN', a: gradient, b: u, out: of(up), m: fixed(outputs), n: rank, k: rows });
  if (net.trainables.adapters !== 'both') return;
  const t = net.builder.matrix(`reducedGradient.${place.block}.${place.target}`, rows, rank);
  net.builder.push(
    { kind: 'gemm', form: 'NN', a: gradient, b: up, out: t, m: rows, n: rank, k: fixed(outputs) },
    { kind: 'gemm', form: 'TN', a: t, b: x, out: of(down), m: fixed(rank), n: inputs, k: rows },
  );
}

/** out = gradient · W (+ add) (∘ multiply): the gradient of the map's input. */
export function linearInput(
  net: Network,
  map: LinearMap,
  gradient: View,
  rows: Extent,
  out: View,
  extras: Pick<Gemm, 'add' | 'multiply'> = {},
): void {
  net.builder.push({
    ...{ kind: 'gemm', form: 'NN', m: rows, n: map.inputs, k: fixed(outputsOf(map)) },
    ...{ a: gradient, b: effectiveWeight(net, map), out },
    ...extras,
  });
}
