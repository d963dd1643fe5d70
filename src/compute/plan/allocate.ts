import { accessOf } from './views';
import { extentOf, type Program } from './ops';

/** Where the workspace buffers of a program live: slots reused by buffers whose lifetimes do not overlap. */
export interface Allocation {
  /** Floats of each slot. */
  readonly slots: readonly number[];
  /** Slot of every workspace buffer. */
  readonly slotOf: ReadonlyMap<string, number>;
}

/**
 * Greedy by first use: a buffer takes the free slot that fits with least waste, else grows the largest free one, else
 * opens a new one; it gives it back after its last use. The buffers of one block thus serve the next.
 */
export function allocate(program: Program): Allocation {
  const last = new Map<string, number>();
  const isWorkspace = (name: string): boolean => program.buffers.get(name)?.role === 'workspace';
  program.ops.forEach((op, i) => {
    const { reads, writes } = accessOf(op);
    for (const name of [...reads, ...writes]) if (isWorkspace(name)) last.set(name, i);
  });
  const slots: number[] = [];
  const slotOf = new Map<string, number>();
  let free: number[] = [];
  program.ops.forEach((op, i) => {
    const { reads, writes } = accessOf(op);
    const touched = new Set([...reads, ...writes].filter(isWorkspace));
    for (const name of touched) {
      if (slotOf.has(name)) continue;
      const spec = program.buffers.get(name);
      if (!spec) throw new Error(`The plan uses a buffer that it does not declare: "${name}"`);
      const floats = extentOf(spec.size, program.maxBatch);
      const slot = choose(free, slots, floats);
      if (slot === undefined) {
        slotOf.set(name, slots.length);
        slots.push(floats);
      } else {
        slots[slot] = Math.max(slots[slot] ?? 0, floats);
        slotOf.set(name, slot);
        free = free.filter((other) => other !== slot);
      }
    }
    for (const name of touched) {
      const slot = slotOf.get(name);
      if (last.get(name) === i && slot !== undefined) free.push(slot);
    }
  });
  return { slots, slotOf };
}

function choose(free: readonly number[], slots: readonly number[], floats: number): number | undefined {
  const size = (slot: number): number => slots[slot] ?? 0;
  const fitting = free.filter((slot) => size(slot) >= floats);
  if (fitting.length > 0) return fitting.reduce((best, slot) => (size(slot) < size(best) ? slot : best));
  if (free.length > 0) return free.reduce((best, slot) => (size(slot) > size(best) ? slot : best));
  return undefined;
}
