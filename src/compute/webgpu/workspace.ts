import { createBuffer } from './buffers';

/** Scratch of all programs by name, grown to the largest that any of them asked for. */
export class Workspace {
  private readonly buffers = new Map<string, GPUBuffer>();
  /** Changes whenever a buffer was replaced: bind groups made before are stale. */
  generation = 0;

  constructor(private readonly device: GPUDevice) {}

  /** Sees to it that every named buffer holds that many bytes. Throws OutOfMemoryError. */
  ensure(wanted: readonly (readonly [string, number])[]): void {
    for (const [name, bytes] of wanted) {
      const present = this.buffers.get(name);
      if (present && present.size >= bytes) continue;
      // Work already submitted keeps what it uses until it is done.
      present?.destroy();
      this.buffers.delete(name);
      this.generation++;
      this.buffers.set(name, createBuffer(this.device, name, bytes));
    }
  }

  get(name: string): GPUBuffer {
    const buffer = this.buffers.get(name);
    if (!buffer) throw new Error(`The workspace has no buffer "${name}"`);
    return buffer;
  }

  memory(): { readonly buffers: number; readonly bytes: number } {
    let bytes = 0;
    for (const buffer of this.buffers.values()) bytes += buffer.size;
    return { buffers: this.buffers.size, bytes };
  }

  release(): void {
    for (const buffer of this.buffers.values()) buffer.destroy();
    this.buffers.clear();
    this.generation++;
  }
}
