/** One implementation of WebGPU on this machine's card: whether the kernels are right on it, and how fast. Prints lines of JSON. */
import { createRequire } from 'node:module';
import { accessOf } from '../../src/compute/plan/views';
import type { CaseBook } from '../../src/compute/plan/testing/case-book';
import { runBook } from '../../src/compute/plan/testing/run-book';
import { measureYardstick } from '../../src/compute/plan/yardstick';
import { openWebgpuDevice, openWebgpuExecutor } from '../../src/compute/webgpu/device';
import { GPU_CHOICE } from '../../src/compute/webgpu/table';
import { attention, gpu, gpuProducts, halves, large, norms } from '../../src/compute/webgpu/testing/books';
import { YARDSTICK } from '../../src/compute/yardstick';
import type { Found } from './report';

/** Norm-wise relative error against float64 that every case has to stay under, as in the tests. */
const TOLERANCE = 2e-6;

/** How much is measured: all of it, or as little as shows that all of it would run. */
const SIZES = {
  full: { books: { gpu, gpuProducts, attention, large, norms, halves }, patience: 60_000, steps: YARDSTICK },
  small: { books: { gpu }, patience: 2_000, steps: YARDSTICK.slice(0, 2) },
} as const;

export type Implementation = 'dawn' | 'wgpu';

/** Puts an implementation in the place where browsers have theirs. Deno's own is wgpu; `dawn.node` lies beside the script. */
function install(which: Implementation, dawnNode: string): void {
  let found: unknown = (globalThis.navigator as Partial<Navigator>).gpu;
  if (which === 'dawn') {
    const dawn = createRequire(import.meta.url)(dawnNode) as { globals: object; create(flags: string[]): unknown };
    for (const [name, value] of Object.entries(dawn.globals)) Reflect.set(globalThis, name, value);
    found = dawn.create(['disable-dawn-features=timestamp_quantization']);
  }
  const value = { gpu: found, userAgent: which === 'dawn' ? 'Dawn (as in Chrome)' : 'wgpu (as in Firefox)', hardwareConcurrency: 2 };
  Object.defineProperty(globalThis, 'navigator', { value, configurable: true, writable: true });
}

export async function measure(which: Implementation, size: keyof typeof SIZES, dawnNode: string): Promise<void> {
  const say = (found: Found): void => console.log(JSON.stringify(found));
  install(which, dawnNode);
  const { books, patience, steps } = SIZES[size];
  // A processor in disguise would be given its own kernels: what is tried in small is what a card gets.
  const choice = size === 'small' ? GPU_CHOICE : undefined;
  // A page that is opened here: adapter, device, one product compiled, run and read.
  const asked = performance.now();
  const opened = await openWebgpuExecutor(GPU_CHOICE);
  await runBook(opened, { ...gpuProducts, cases: gpuProducts.cases.slice(0, 1) });
  say({ part: 'first', seconds: (performance.now() - asked) / 1000 });
  opened.dispose();
  for (const [name, book] of Object.entries(books)) {
    const executor = await openWebgpuExecutor(GPU_CHOICE);
    say({ part: 'correct', name, ...(await check(executor, book)) });
    executor.dispose();
  }
  const start = performance.now();
  const device = await openWebgpuDevice(choice);
  const { info } = device;
  const config = YARDSTICK.at(-1)?.config;
  const kernels = (config && (await device.suit?.(config, true))) ?? null;
  say({ part: 'device', device: info, userAgent: navigator.userAgent, kernels, seconds: (performance.now() - start) / 1000 });
  device.dispose();
  const executor = await openWebgpuExecutor(choice && kernels ? { ...choice, products: kernels } : choice);
  if (config) await executor.suit(config, false);
  const onFigure = (name: string) => console.error(`${which}: ${name}`);
  say({ part: 'yardstick', found: await measureYardstick(executor, { patience, steps, onFigure }) });
  executor.dispose();
}

async function check(executor: Awaited<ReturnType<typeof openWebgpuExecutor>>, book: CaseBook) {
  const { found, expected } = await runBook(executor, book);
  let worst = 0;
  const wrong: string[] = [];
  for (const { name, ops } of book.cases) {
    for (const buffer of new Set(ops.flatMap((op) => accessOf(op).writes))) {
      if (book.opaque.has(buffer)) continue;
      const error = relativeError(found.get(buffer) ?? [], expected.get(buffer) ?? []);
      if (!(error <= TOLERANCE)) wrong.push(`${name}, ${buffer}: ${error.toExponential(1)}`);
      else worst = Math.max(worst, error);
    }
  }
  return { cases: book.cases.length, worst, wrong };
}

/** NaN where lengths differ. */
function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [difference, norm] = [actual.length === expected.length ? 0 : NaN, 0];
  for (let i = 0; i < expected.length; i++) {
    const wanted = expected[i] ?? NaN;
    difference += ((actual[i] ?? NaN) - wanted) ** 2;
    norm += wanted * wanted;
  }
  return Math.sqrt(difference) / Math.max(Math.sqrt(norm), 1e-12);
}
