/** Which kernels of products suit an adapter and a model: measured at first use, and remembered. */
import { tokenCount, type VitConfig } from '../../vit/config';
import type { ProductKinds } from '../backbone';
import type { Gemm } from '../plan/ops';
import { productProgram, type ProductShape } from '../plan/product';
import { remembered } from '../remembered';
import { lower } from './lower';
import { allForms, type KernelChoice, type ProductKind } from './table';

/** The first is taken unless another gains on it. */
const KINDS: readonly ProductKind[] = ['8x4', '8x8', '4x4', 'registers'];
const FORMS: readonly Gemm['form'][] = ['NT', 'NN', 'TN'];
/** How much faster kernels must be to be taken. */
const GAIN = 1.1;

/** Milliseconds a measurement takes at least, and how many ticks of the clock. */
const LEAST = 20;
const TICKS = 10;
/** Milliseconds that no clock of a browser tells apart. */
const FINEST = 0.1;
const MOST_RUNS = 1 << 16;

/** Milliseconds that so many runs of a product take with kernels of a kind; of none: what a measurement takes by itself. */
export type TimeProduct = (kind: ProductKind, shape: ProductShape, runs: number) => Promise<number>;

/** The products that a step of a model is mostly made of: into the MLP, and its way back to inputs and to weights. */
export function productsOf(config: VitConfig): readonly ProductShape[] {
  const tokens = tokenCount(config);
  const rows = tokens * Math.min(32, Math.ceil(1024 / tokens));
  const { dim, mlpDim } = config;
  return [
    { form: 'NT', m: rows, n: mlpDim, k: dim },
    { form: 'NN', m: rows, n: dim, k: mlpDim },
    { form: 'TN', m: mlpDim, n: dim, k: rows },
  ];
}

const codeOf = (kind: ProductKind, shape: ProductShape, choice: KernelChoice): string =>
  lower(productProgram(shape), { ...choice, products: allForms(kind) }, Infinity)
    .launches.map(({ source }) => source(new Set()).code)
    .join('\n');

/** Kinds whose kernels for a product differ, with their code: large tiles may give way to smaller ones. */
export function candidatesFor(shape: ProductShape, choice: KernelChoice): ReadonlyMap<ProductKind, string> {
  const codes = new Map<ProductKind, string>();
  for (const kind of KINDS) {
    const code = codeOf(kind, shape, choice);
    if (![...codes.values()].includes(code)) codes.set(kind, code);
  }
  return codes;
}

/**
 * The fastest kernels for each form of a model's products, as remembered for a browser (`where` names it, its adapter and the
 * adapter's driver) and for these very kernels; `again`: measured in any case.
 */
export function tunedProducts(
  config: VitConfig,
  choice: KernelChoice,
  where: string,
  time: TimeProduct,
  again: boolean,
): Promise<ProductKinds> {
  const shapes = productsOf(config);
  const codes = shapes.flatMap((shape) => [JSON.stringify(shape), ...candidatesFor(shape, choice).values()]);
  const find = async (): Promise<ProductKinds> => {
    const found = { ...choice.products };
    for (const shape of shapes)
      found[shape.form] = await fastest([...candidatesFor(shape, choice).keys()], (kind, runs) => time(kind, shape, runs));
    return found;
  };
  return remembered(`kernels 2, ${where}, ${hashOf(codes.join('\n'))}`, areKinds, find, again);
}

const areKinds = (value: unknown): value is ProductKinds => {
  if (typeof value !== 'object' || value === null) return false;
  const entries = new Map<string, unknown>(Object.entries(value));
  return FORMS.every((form) => KINDS.some((kind) => kind === entries.get(form)));
};

/** FNV-1a over UTF-16 units. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16);
}

/** The fastest candidate; the first where none gains a tenth on it, or where none runs. */
export async function fastest(
  kinds: readonly ProductKind[],
  time: (kind: ProductKind, runs: number) => Promise<number>,
): Promise<ProductKind> {
  const [first = '8x4'] = kinds;
  let best = { kind: first, each: Infinity };
  for (const kind of kinds) {
    const each = await timeOfOne((runs) => time(kind, runs), best.each).catch(() => Infinity);
    if (best.each === Infinity ? each < Infinity : GAIN * each < best.each) best = { kind, each };
  }
  return best.kind;
}

/**
 * Milliseconds of one run, out of as many as the clock wants: an empty measurement shows what waiting adds, the first that is more
 * than nothing how coarse the clock is. Ends early where it cannot be less than `best`.
 */
async function timeOfOne(time: (runs: number) => Promise<number>, best: number): Promise<number> {
  // The first run compiles.
  await time(1);
  const empty = Math.min(await time(0), await time(0));
  let tick = Math.max(FINEST, empty);
  for (let runs = 1, before = 0; ;) {
    const took = Math.max(0, (await time(runs)) - empty);
    if (before === 0) tick = Math.max(tick, Math.min(took, 10 * LEAST));
    const wanted = Math.max(LEAST, TICKS * tick);
    if (took >= wanted || runs >= MOST_RUNS || (took - tick) / runs > best) return took / runs;
    runs = Math.min(MOST_RUNS, runs * Math.max(2, Math.min(16, Math.ceil((1.2 * wanted) / Math.max(took, tick)))));
    before = took;
  }
}
