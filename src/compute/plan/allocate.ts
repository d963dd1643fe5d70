import { accessOf } from './views';
import { extentOf, type Program } from './ops';

/** Where the workspace buffers of a program live: slots reused by buffers whose lifetimes do not overlap. */
export interface Allocation {
  /** Floats of each slot. */
  readonly slots: readonly number[];
  /** Slot of every workspace buffer. */
  readonly slotOf: ReadonlyMap<string, number>;
}

/** A buffer from the first operation that touches it to the last. */
interface Life {
  readonly name: string;
  readonly floats: number;
  readonly first: number;
  last: number;
}

/**
 * Largest buffers first, each into the first slot where nothing lives at the same time, else into a new one: a small buffer
 * that lives long (a block's input) never holds a large slot that a short-lived one opened, and the buffers of one block
 * serve the next.
 */
export function allocate(program: Program): Allocation {
  const lives = livesOf(program);
  lives.sort((a, b) => b.floats - a.floats || a.first - b.first);
  const slots: { readonly floats: number; readonly lives: Life[] }[] = [];
  const slotOf = new Map<string, number>();
  for (const life of lives) {
    const fitting = slots.findIndex((slot) => slot.lives.every(({ first, last }) => last < life.first || life.last < first));
    if (fitting < 0) slots.push({ floats: life.floats, lives: [life] });
    else slots[fitting]?.lives.push(life);
    slotOf.set(life.name, fitting < 0 ? slots.length - 1 : fitting);
  }
  return { slots: slots.map(({ floats }) => floats), slotOf };
}

function livesOf(program: Program): Life[] {
  const lives = new Map<string, Life>();
  program.ops.forEach((op, i) => {
    const { reads, writes } = accessOf(op);
    for (const name of [...reads, ...writes]) {
      const spec = program.buffers.get(name);
      if (!spec) throw new Error(`The plan uses a buffer that it does not declare: "${name}"`);
      if (spec.role !== 'workspace') continue;
      const known = lives.get(name);
      if (known) known.last = i;
      else lives.set(name, { name, floats: extentOf(spec.size, program.maxBatch), first: i, last: i });
    }
  });
  return [...lives.values()];
}
