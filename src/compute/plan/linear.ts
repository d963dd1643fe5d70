import type { AdapterTarget } from '../backbone';
import type { AdapterPlace } from './adapter-layout';
import { columnsFrom } from './builder';
import type { Network } from './network';
import { atWork, scalePart, unscaledUpGradient } from './scales';
import { fixed, type Extent, type Gemm, type Op, type View } from './ops';
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

/** Rows of a map that the same adapters cover, or none do. */
interface Run {
  readonly firstRow: number;
  readonly rows: number;
  readonly places: readonly AdapterPlace[];
}

/**
 * The segments of a map, neighbours taken together where they carry nothing, or where `up` alone is trained and the adapters
 * share their frozen `down` (as InfLoRA's on K and V do) and lie one after the other: then they are one adapter of more rows.
 */
function runsOf(net: Network, { block, segments }: LinearMap): Run[] {
  const runs: Run[] = [];
  let firstRow = 0;
  for (const { target, rows } of segments) {
    const places = net.adaptersOn(block, target);
    const last = runs.at(-1);
    if (last && last.places.length === places.length && places.every((place, i) => continues(net, last, i, place))) {
      runs.splice(-1, 1, { ...last, rows: last.rows + rows });
    } else {
      runs.push({ firstRow, rows, places });
    }
    firstRow += rows;
  }
  return runs;
}

/** Whether the rows of `place` are the next ones of the run's i-th adapter. */
function continues(net: Network, { places, rows }: Run, i: number, place: AdapterPlace): boolean {
  const before = places[i];
  if (!before || net.trainables.adapters !== 'up' || before.scale || place.scale) return false;
  const { downGroup, rank, frozen, up } = before;
  return downGroup === place.downGroup && rank === place.rank && frozen === place.frozen && up.offset + rows * rank === place.up.offset;
}

/** Floats of a buffer that several weights share: what every GPU binds, and then half of it. */
const AT_ONCE = 2 ** 24;

/**
 * The weight with its increments added. W + up · down costs out · in · rank once a step, where carrying the low-rank
 * branch through every token costs tokens · (in + out) · rank and a product of a shape that no kernel likes.
 */
export function effectiveWeight(net: Network, map: LinearMap): View {
  const { block, name, inputs } = map;
  const weight = tensorView(net.weights, `blocks.${block}.${name}.weight`, inputs, map.firstRow);
  const runs = runsOf(net, map);
  if (runs.every(({ places }) => places.length === 0)) return weight;
  // What the backward pass wants anyway is made at once, before anything else, unless something has to be computed for it.
  const early = net.keepsWeights && runs.every(({ places }) => places.every(({ scale }) => !scale));
  const out = early
    ? { ...net.builder.carve('effective', outputsOf(map) * inputs, AT_ONCE), stride: inputs }
    : net.builder.matrix(`effective.${block}.${name}`, fixed(outputsOf(map)), inputs);
  const push = (rank: number, op: Op): void => (early ? net.builder.pushFirst(rank, op) : net.builder.push(op));
  for (const { firstRow, rows, places } of runs) {
    const own = (view: View): View => ({ ...view, offset: view.offset + firstRow * inputs });
    const add = { kind: 'addLowRank', rows, columns: inputs, out: own(out) } as const;
    const [first, ...others] = places.map((place) => atWork(net, place));
    push(0, { ...add, weight: own(weight), ...(first ? { increment: first } : {}) });
    others.forEach((increment, i) => push(i + 1, { ...add, weight: own(out), increment }));
  }
  return out;
}

/** out = x Wᵀ + b, with whatever the product can carry along. `weight`: the map's effective one. */
export function linearForward(
  net: Network,
  map: LinearMap,
  weight: View,
  x: View,
  rows: Extent,
  out: View,
  extras: Pick<Gemm, 'add' | 'gelu'> = {},
): void {
  const { block, name, inputs, firstRow } = map;
  const { buffer, offset } = tensorView(net.weights, `blocks.${block}.${name}.bias`, 1, firstRow);
  net.builder.push({
    ...{ kind: 'gemm', form: 'NT', m: rows, n: outputsOf(map), k: fixed(inputs) },
    ...{ a: x, b: weight, out, bias: { buffer, offset, stride: 0 } },
    ...extras,
  });
}

/** x · downᵀ for every trained adapter of the map: all that the gradient of `up` needs of the input. */
export function reducedInputs(net: Network, map: LinearMap, x: View, rows: Extent): ReadonlyMap<AdapterPlace, View> {
  const reduced = new Map<AdapterPlace, View>();
  const byGroup = new Map<number, View>();
  for (const place of map.segments.flatMap(({ target }) => net.adaptersOn(map.block, target))) {
    if (!net.changes(place)) continue;
    const { rank, downGroup, down } = place;
    // Adapters that share a frozen down share the product; trained ones drift apart.
    const shared = net.trainables.adapters === 'up' ? byGroup.get(downGroup) : undefined;
    const u = shared ?? net.builder.matrix(`reduced.${place.name}`, rows, rank);
    if (!shared) {
      net.builder.push({ kind: 'gemm', form: 'NT', a: x, b: down, out: u, m: rows, n: rank, k: fixed(map.inputs) });
      byGroup.set(downGroup, u);
    }
    reduced.set(place, u);
  }
  return reduced;
}

export interface LinearTape {
  readonly x: View;
  /** With its increments. */
  readonly weight: View;
  readonly reduced: ReadonlyMap<AdapterPlace, View>;
}

/** Gradients of the map's own trainables, from the gradient of its output. */
export function linearParameters(net: Network, map: LinearMap, tape: LinearTape, gradient: View, rows: Extent): void {
  const { block, name, inputs } = map;
  for (const { firstRow, rows: outputs, places } of runsOf(net, map)) {
    for (const place of places) {
      const u = tape.reduced.get(place);
      if (u) adapterGradients(net, { ...place, outputs }, tape.x, u, columnsFrom(gradient, firstRow), rows);
    }
  }
  if (net.trainables.backbone !== 'all') return;
  const n = outputsOf(map);
  net.builder.push(
    {
      ...{ kind: 'gemm', form: 'TN', m: fixed(n), n: inputs, k: rows, a: gradient, b: tape.x },
      out: tensorView(net.weights, `blocks.${block}.${name}.weight`, inputs, map.firstRow, 'gradient.'),
    },
    {
      ...{ kind: 'columnSum', x: gradient, rows, columns: n },
      out: tensorView(net.weights, `blocks.${block}.${name}.bias`, 1, map.firstRow, 'gradient.'),
    },
  );
}

function adapterGradients(net: Network, place: AdapterPlace, x: View, u: View, gradient: View, rows: Extent): void {
  const { rank, inputs, outputs, down } = place;
  const of = (view: View): View => ({ ...view, buffer: `gradient.${view.buffer}` });
  if (net.scales(place)) scalePart(net, place, u, gradient, rows);
  if (!net.learns(place)) return;
  unscaledUpGradient(net, place, of(place.up), rows, gradient, u);
  if (net.trainables.adapters !== 'both') return;
  const { up } = atWork(net, place);
  const t = net.builder.matrix(`reducedGradient.${place.name}`, rows, rank);
  net.builder.push(
    { kind: 'gemm', form: 'NN', a: gradient, b: up, out: t, m: rows, n: rank, k: fixed(outputs) },
    { kind: 'gemm', form: 'TN', a: t, b: x, out: of(down), m: fixed(rank), n: inputs, k: rows },
  );
}

/** out = gradient · W (+ add) (∘ multiply): the gradient of the map's input. */
export function linearInput(
  net: Network,
  map: LinearMap,
  { weight }: LinearTape,
  gradient: View,
  rows: Extent,
  out: View,
  extras: Pick<Gemm, 'add' | 'multiply'> = {},
): void {
  net.builder.push({
    ...{ kind: 'gemm', form: 'NN', m: rows, n: map.inputs, k: fixed(outputsOf(map)) },
    ...{ a: gradient, b: weight, out },
    ...extras,
  });
}
