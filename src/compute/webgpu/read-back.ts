/** Bytes of a page, and the largest value that waits for its page to fill: a page takes many steps' losses. */
const PAGE_BYTES = 4096;
const SMALL_BYTES = 64;
/** Pages kept for reuse. */
const SPARE = 4;

interface Entry {
  readonly offset: number;
  readonly bytes: number;
  readonly resolve: (values: Float32Array) => void;
  readonly reject: (error: Error) => void;
}

interface Page {
  readonly buffer: GPUBuffer;
  readonly entries: Entry[];
  used: number;
}

/**
 * The way back from the GPU. Small values (losses) collect on a page that is mapped when it is full or the queue has run
 * dry, so that no step waits for a read; large ones get a page of their own, mapped at once.
 */
export class ReadBack {
  private page: Page | null = null;
  private readonly full = new Set<Page>();
  private spare: GPUBuffer[] = [];

  constructor(private readonly device: GPUDevice) {}

  /** Encodes a copy of the first `bytes` of a buffer; resolves with them some time after `afterSubmit`. */
  take(encoder: GPUCommandEncoder, source: GPUBuffer, bytes: number): Promise<Float32Array> {
    return new Promise((resolve, reject) => {
      const page = bytes <= SMALL_BYTES ? this.smallPage(bytes) : this.largePage(bytes);
      encoder.copyBufferToBuffer(source, 0, page.buffer, page.used, bytes);
      page.entries.push({ offset: page.used, bytes, resolve, reject });
      page.used += Math.ceil(bytes / 8) * 8;
    });
  }

  /** To be called once the encoder has been submitted: maps what is full. */
  afterSubmit(): void {
    for (const page of [...this.full]) this.map(page);
    this.full.clear();
  }

  /** Maps what has collected. */
  flush(): void {
    if (this.page && this.page.entries.length > 0) {
      this.map(this.page);
      this.page = null;
    }
  }

  /** Buffers kept for reading. */
  memory(): { readonly buffers: number; readonly bytes: number } {
    const buffers = [...this.spare, ...(this.page ? [this.page.buffer] : [])];
    return { buffers: buffers.length, bytes: buffers.reduce((sum, { size }) => sum + size, 0) };
  }

  release(): void {
    for (const buffer of this.spare) buffer.destroy();
    this.spare = [];
  }

  private smallPage(bytes: number): Page {
    if (this.page && this.page.used + bytes > PAGE_BYTES) {
      this.full.add(this.page);
      this.page = null;
    }
    this.page ??= { buffer: this.buffer(PAGE_BYTES), entries: [], used: 0 };
    return this.page;
  }

  private largePage(bytes: number): Page {
    const page = { buffer: this.buffer(bytes), entries: [], used: 0 };
    this.full.add(page);
    return page;
  }

  private buffer(size: number): GPUBuffer {
    const known = this.spare.findIndex((buffer) => buffer.size === size);
    const [spare] = known < 0 ? [] : this.spare.splice(known, 1);
    return spare ?? this.device.createBuffer({ label: 'read back', size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  }

  private map({ buffer, entries }: Page): void {
    buffer.mapAsync(GPUMapMode.READ).then(
      () => {
        const mapped = buffer.getMappedRange();
        for (const { offset, bytes, resolve } of entries) resolve(new Float32Array(mapped.slice(offset, offset + bytes)));
        buffer.unmap();
        this.spare.push(buffer);
        while (this.spare.length > SPARE) this.spare.shift()?.destroy();
      },
      (error: unknown) => {
        const reason = error instanceof Error ? error : new Error(String(error));
        for (const { reject } of entries) reject(reason);
      },
    );
  }
}
