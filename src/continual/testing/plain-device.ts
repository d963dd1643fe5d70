import type { ComputeDevice } from '../../compute/backbone';
import { PlainVit } from './plain-vit';

/** The plain Vision Transformer as a device: float64, one thread, nothing to free. */
export function plainDevice(): ComputeDevice {
  return {
    info: { kind: 'cpu', engine: 'reference', name: 'plain float64', software: true, threads: 1 },
    load: async (checkpoint) => new PlainVit(checkpoint),
    memory: () => ({ buffers: 0, bytes: 0 }),
    lost: new Promise(() => undefined),
    dispose: () => undefined,
  };
}
