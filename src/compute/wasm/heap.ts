import { said } from '../../common/said';
import { formatBytes } from '../../common/bytes';
import { OutOfMemoryError } from '../backbone';

const PAGE = 65536;
const ALIGNMENT = 64;

interface Hole {
  address: number;
  bytes: number;
}

/**
 * Allocation inside one WebAssembly memory: first fit over a sorted list of holes, neighbours merged, the memory grown
 * when nothing fits. Blocks start at cache lines.
 */
export class Heap {
  private holes: Hole[] = [];
  private readonly sizes = new Map<number, number>();

  /** The first page is left to the module's own data. */
  constructor(readonly memory: WebAssembly.Memory) {
    const bytes = memory.buffer.byteLength - PAGE;
    if (bytes > 0) this.holes.push({ address: PAGE, bytes });
  }

  /** Address of `bytes` bytes, contents unspecified. Throws OutOfMemoryError. */
  allocate(bytes: number): number {
    const wanted = Math.max(ALIGNMENT, Math.ceil(bytes / ALIGNMENT) * ALIGNMENT);
    const index = this.holes.findIndex((hole) => hole.bytes >= wanted);
    const hole = this.holes[index];
    if (!hole) {
      this.grow(wanted);
      return this.allocate(bytes);
    }
    const { address } = hole;
    hole.address += wanted;
    hole.bytes -= wanted;
    if (hole.bytes === 0) this.holes.splice(index, 1);
    this.sizes.set(address, wanted);
    return address;
  }

  free(address: number): void {
    const bytes = this.sizes.get(address);
    if (bytes === undefined) throw new Error(`Nothing was allocated at address ${address}`);
    this.sizes.delete(address);
    this.addHole({ address, bytes });
  }

  f32(address: number, count: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, count);
  }

  bytes(address: number, count: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, address, count);
  }

  private grow(wanted: number): void {
    const end = this.memory.buffer.byteLength;
    const tail = this.holes.at(-1);
    const missing = tail && tail.address + tail.bytes === end ? wanted - tail.bytes : wanted;
    const pages = Math.ceil(missing / PAGE);
    try {
      this.memory.grow(pages);
    } catch (cause) {
      throw new OutOfMemoryError(
        said`WebAssembly memory cannot grow from ${formatBytes(end)} by another ${formatBytes(missing)}. Choose a smaller batch or a smaller backbone, or compare fewer methods at once.`,
        { cause },
      );
    }
    this.addHole({ address: end, bytes: pages * PAGE });
  }

  private addHole(hole: Hole): void {
    let at = this.holes.findIndex((other) => other.address > hole.address);
    if (at < 0) at = this.holes.length;
    this.holes.splice(at, 0, hole);
    this.mergeWithNext(at);
    if (at > 0) this.mergeWithNext(at - 1);
  }

  private mergeWithNext(at: number): void {
    const hole = this.holes[at];
    const next = this.holes[at + 1];
    if (!hole || !next || hole.address + hole.bytes !== next.address) return;
    hole.bytes += next.bytes;
    this.holes.splice(at + 1, 1);
  }
}
