import type { VitCheckpoint } from '../../vit/checkpoint';
import { areHalves } from '../../vit/halves';
import type { DeviceBuffer, Executor } from './executor';
import { checkTensors, weightLayout, type WeightLayout } from './weights';

/** A buffer that several forks read, until one of them is about to write. */
interface Shared {
  readonly buffer: DeviceBuffer;
  owners: number;
}

/**
 * The weights of one model, copied on the first write after a fork. A buffer whose weights all are halves, as those of a file
 * in half precision are, is stored as such where the executor reads them: the same numbers in half the memory. What is about
 * to be written becomes f32.
 */
export class WeightStore {
  private constructor(
    private readonly executor: Executor,
    readonly layout: WeightLayout,
    private readonly shared: Map<string, Shared>,
    /** Names of the buffers that may have been written since the checkpoint was loaded. */
    readonly changed = new Set<string>(),
  ) {}

  /** Uploads a checkpoint. Throws naming a tensor that is missing or misshapen; then nothing stays allocated. */
  static load(executor: Executor, checkpoint: VitCheckpoint): WeightStore {
    const layout = weightLayout(checkpoint.config);
    checkTensors(layout, checkpoint);
    const store = new WeightStore(executor, layout, new Map());
    const whole = executor.halves ? buffersOfHalves(layout, checkpoint) : new Set<string>();
    try {
      for (const [name, floats] of layout.buffers) {
        store.shared.set(name, { buffer: executor.create(whole.has(name) ? 'f16' : 'f32', floats), owners: 1 });
      }
    } catch (error) {
      store.dispose();
      throw error;
    }
    for (const [name, { buffer, offset }] of layout.tensors) {
      const data = checkpoint.tensors.get(name)?.data;
      if (data) executor.write(store.buffer(buffer), data, offset);
    }
    return store;
  }

  buffer(name: string): DeviceBuffer {
    const entry = this.shared.get(name);
    if (!entry) throw new Error(`The model has no weight buffer "${name}"`);
    return entry.buffer;
  }

  entries(): (readonly [string, DeviceBuffer])[] {
    return [...this.shared].map(([name, { buffer }]) => [name, buffer] as const);
  }

  fork(): WeightStore {
    for (const entry of this.shared.values()) entry.owners++;
    return new WeightStore(this.executor, this.layout, new Map(this.shared), new Set(this.changed));
  }

  /** Makes the named buffers this store's own, to be written. */
  own(names: Iterable<string> = this.shared.keys()): void {
    for (const name of [...names]) {
      const entry = this.shared.get(name);
      if (!entry) continue;
      this.changed.add(name);
      if (entry.owners === 1 && entry.buffer.type === 'f32') continue;
      const buffer = this.executor.copy(entry.buffer);
      if (--entry.owners === 0) this.executor.destroy(entry.buffer);
      this.shared.set(name, { buffer, owners: 1 });
    }
  }

  dispose(): void {
    for (const entry of this.shared.values()) if (--entry.owners === 0) this.executor.destroy(entry.buffer);
    this.shared.clear();
  }
}

/** Names of the buffers all of whose tensors are halves. */
function buffersOfHalves(layout: WeightLayout, checkpoint: VitCheckpoint): Set<string> {
  const names = new Set(layout.buffers.keys());
  for (const [name, { buffer }] of layout.tensors) {
    const data = checkpoint.tensors.get(name)?.data;
    if (data && names.has(buffer) && !areHalves(data)) names.delete(buffer);
  }
  return names;
}
