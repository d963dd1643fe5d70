/** Where downloaded models are kept, so that they are there without a network the next time. */

/** A file that is being written; what was written before a break is still there. */
export interface KeptFile {
  size(): number;
  /** Throws DownloadError where the disk is full. */
  write(at: number, bytes: Uint8Array<ArrayBuffer>): void;
  truncate(size: number): void;
  close(): void;
}

export interface KeptFolder {
  readonly id: string;
  readonly bytes: number;
  readonly files: readonly string[];
}

export interface KeptFiles {
  /** Throws DownloadError where somebody else is writing the file. */
  open(model: string, file: string): Promise<KeptFile>;
  /** Null where there is no such file. */
  read(model: string, file: string): Promise<Blob | null>;
  list(): Promise<readonly KeptFolder[]>;
  remove(model: string): Promise<void>;
  /** Bytes that there is still room for; null where nobody tells. */
  free(): Promise<number | null>;
}

/** In memory alone: for tests, and where the browser keeps no files. */
export function memoryFiles(): KeptFiles {
  const models = new Map<string, Map<string, Uint8Array<ArrayBuffer>>>();
  return {
    async open(model, file) {
      const files = models.get(model) ?? new Map<string, Uint8Array<ArrayBuffer>>();
      models.set(model, files);
      const content = () => files.get(file) ?? new Uint8Array(0);
      files.set(file, content());
      return {
        size: () => content().length,
        write(at, bytes) {
          const next = new Uint8Array(Math.max(content().length, at + bytes.length));
          next.set(content());
          next.set(bytes, at);
          files.set(file, next);
        },
        truncate: (size) => files.set(file, content().slice(0, size)),
        close: () => undefined,
      };
    },
    async read(model, file) {
      const content = models.get(model)?.get(file);
      return content === undefined ? null : new Blob([content]);
    },
    async list() {
      return [...models].map(([id, files]) => ({
        id,
        bytes: [...files.values()].reduce((sum, { length }) => sum + length, 0),
        files: [...files.keys()],
      }));
    },
    async remove(model) {
      models.delete(model);
    },
    free: async () => null,
  };
}
