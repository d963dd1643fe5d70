/** Adapters with a scale c, W += c · up · down: made of products, so that one without costs what it did. */
import type { AdapterPlace } from './adapter-layout';
import type { Network } from './network';
import { fixed, type Extent, type View } from './ops';

/** An adapter as a product takes it: `up` times its scale, where it has one. */
export const atWork = (net: Network, place: AdapterPlace): AdapterPlace => (place.scale ? { ...place, up: scaledUp(net, place) } : place);

/** One product scales all `up`s of one scale that lie one after the other. */
function scaledUp(net: Network, place: AdapterPlace): View {
  const known = net.scaledUps.get(place.up.offset);
  if (known || !place.scale) return known ?? place.up;
  const { name, view } = place.scale;
  const places = net.adapters.places
    .filter(({ scale, frozen }) => scale?.name === name && frozen === place.frozen)
    .sort((a, b) => a.up.offset - b.up.offset);
  let run: AdapterPlace[] = [];
  for (const next of [...places, null]) {
    const last = run.at(-1);
    if (last && next?.up.offset !== last.up.offset + padded(last)) {
      const first = run[0]?.up.offset ?? 0;
      const count = last.up.offset + padded(last) - first;
      const out = net.builder.matrix(`scaled.${name}`, fixed(1), count);
      const b: View = { buffer: 'adapters', offset: first, stride: count };
      net.builder.push({ kind: 'gemm', form: 'NN', a: view, b, out, m: fixed(1), n: count, k: fixed(1) });
      for (const { up, rank } of run) net.scaledUps.set(up.offset, { buffer: out.buffer, offset: up.offset - first, stride: rank });
      run = [];
    }
    if (next) run.push(next);
  }
  return net.scaledUps.get(place.up.offset) ?? place.up;
}

const padded = ({ outputs, rank }: AdapterPlace): number => Math.ceil((outputs * rank) / 4) * 4;

/**
 * What a place adds to the gradient of its scale, dc = Σ (gradient · up) ∘ (x · downᵀ): its sum over rows, by rank. `u`: x · downᵀ.
 */
export function scalePart(net: Network, place: AdapterPlace, u: View, gradient: View, rows: Extent): void {
  const { scale, rank, outputs, up } = place;
  if (!scale) return;
  const { buffer, offsets, total } = partsOf(net, scale.name);
  net.builder.declare(buffer, 'workspace', fixed(total));
  const products = net.builder.matrix(`scaleProducts.${place.name}`, rows, rank);
  net.builder.push(
    { kind: 'gemm', form: 'NN', a: gradient, b: up, out: products, multiply: u, m: rows, n: rank, k: fixed(outputs) },
    { kind: 'columnSum', x: products, out: { buffer, offset: offsets.get(place.name) ?? 0, stride: 1 }, rows, columns: rank },
  );
}

/** The gradient of `up` from that of c · up. */
export function unscaledUpGradient(
  net: Network,
  { scale, outputs, rank, name }: AdapterPlace,
  out: View,
  rows: Extent,
  a: View,
  b: View,
): void {
  const count = outputs * rank;
  const raw = scale ? net.builder.matrix(`scaledGradient.${name}`, fixed(outputs), rank) : out;
  net.builder.push({ kind: 'gemm', form: 'TN', a, b, out: raw, m: fixed(outputs), n: rank, k: rows });
  if (!scale) return;
  net.builder.push({
    kind: 'gemm',
    form: 'NN',
    a: scale.view,
    b: { ...raw, stride: count },
    out: { ...out, stride: count },
    m: fixed(1),
    n: count,
    k: fixed(1),
  });
}

/** Sums up what `scalePart` left, once all places have passed. */
export function scaleGradients(net: Network): void {
  const scales = new Map(
    net.adapters.places.filter((place) => net.scales(place)).flatMap(({ scale }) => (scale ? [[scale.name, scale.view]] : [])),
  );
  for (const [name, view] of scales) {
    const { buffer, total } = partsOf(net, name);
    const x: View = { buffer, offset: 0, stride: 1 };
    net.builder.push({ kind: 'columnSum', x, out: { ...view, buffer: `gradient.${view.buffer}` }, rows: fixed(total), columns: 1 });
  }
}

function partsOf(
  { adapters }: Network,
  name: string,
): { readonly buffer: string; readonly offsets: ReadonlyMap<string, number>; readonly total: number } {
  const offsets = new Map<string, number>();
  let total = 0;
  for (const place of adapters.places) {
    if (place.scale?.name !== name) continue;
    offsets.set(place.name, total);
    total += place.rank;
  }
  return { buffer: `scaleParts.${name}`, offsets, total };
}
