import type { Program } from './ops';
import { accessOf } from './views';

/** The program without the operations whose values reach neither the host nor a buffer that outlives the run. */
export function pruned(program: Program): Program {
  const wanted = new Set<string>();
  for (const { name, role } of program.buffers.values()) if (role !== 'workspace' && role !== 'input') wanted.add(name);
  const ops = [...program.ops].reverse().filter((op) => {
    const { reads, writes } = accessOf(op);
    if (!writes.some((name) => wanted.has(name))) return false;
    for (const name of reads) wanted.add(name);
    return true;
  });
  return { ...program, ops: ops.reverse() };
}
