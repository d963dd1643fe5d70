import { fixed, type Program } from '../plan/ops';

/** Copies `size` values from the buffer `from` to the buffer `to`; where `from` holds halves, as f32. */
export function wideningProgram(size: number): Program {
  const spec = (name: string) => [name, { name, role: 'weights', type: 'f32', size: fixed(size) }] as const;
  const view = (buffer: string) => ({ buffer, offset: 0, stride: size });
  return {
    ops: [{ kind: 'addLowRank', weight: view('from'), out: view('to'), rows: 1, columns: size }],
    buffers: new Map([spec('from'), spec('to')]),
    maxBatch: 1,
  };
}
