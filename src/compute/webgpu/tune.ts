import { productSpeed } from '../plan/speed';
import { remembered } from '../remembered';
import type { WebgpuExecutor } from './executor';
import { exceptionFor, GPU_CHOICE, SOFTWARE_CHOICE, type KernelChoice } from './table';

/** Kernels of products that may suit an adapter better than those of its kind. */
const CANDIDATES = {
  tiles: {},
  // Adapters that run few workgroups at once gain from large tiles sooner.
  'large tiles': { wantedGroups: 24 },
  // Adapters without fast workgroup memory.
  registers: { gemm: 'registers' },
} as const satisfies Record<string, Partial<KernelChoice>>;
type Candidate = keyof typeof CANDIDATES;

/** A product of the middle of a step: 0.6 GFLOP, a few milliseconds where it is slow. */
const SHAPE = { m: 1024, n: 384, k: 768 };

const isCandidate = (value: unknown): value is Candidate => typeof value === 'string' && Object.hasOwn(CANDIDATES, value);

/**
 * The kernels for an adapter: the table's where it knows the adapter; those for software where it is a processor in disguise,
 * whose costs are known and whose compiler is slow; else the fastest of a few at first use, remembered by the adapter's name.
 */
export async function tunedChoice(
  adapter: { readonly name: string; readonly software: boolean },
  lanes: number | undefined,
  open: (choice: KernelChoice) => WebgpuExecutor,
): Promise<KernelChoice> {
  const withLanes = (choice: KernelChoice): KernelChoice => (lanes === undefined ? choice : { ...choice, lanes });
  const exception = exceptionFor(adapter.name);
  if (exception) return withLanes(exception);
  if (adapter.software) return withLanes(SOFTWARE_CHOICE);
  const name = await remembered(`kernels 1, ${adapter.name}`, isCandidate, () =>
    fastest((choice) => productSpeed(open(withLanes(choice)), SHAPE)),
  );
  return withLanes({ ...GPU_CHOICE, ...CANDIDATES[name] });
}

/**
 * The fastest candidate; the first where none gains a tenth on it, or where none runs.
 * `speedOf` gives GFLOP/s of kernels on this adapter.
 */
export async function fastest(speedOf: (choice: KernelChoice) => Promise<number>): Promise<Candidate> {
  let best: { name: Candidate; speed: number } = { name: 'tiles', speed: 0 };
  for (const [name, candidate] of Object.entries(CANDIDATES)) {
    const speed = await speedOf({ ...GPU_CHOICE, ...candidate }).catch(() => 0);
    if (isCandidate(name) && speed > 1.1 * best.speed) best = { name, speed };
  }
  return best.name;
}
