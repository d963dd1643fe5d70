export interface ServeOptions {
  /** Folder that is served. */
  readonly folder: string;
  /** 0: any free port. */
  readonly port?: number;
  /** Further absolute URL paths, each to one file anywhere. */
  readonly files?: ReadonlyMap<string, string>;
  /** URL paths that take a PUT, each with the file that it is written to. */
  readonly uploads?: ReadonlyMap<string, string>;
  /** False: without the headers for cross-origin isolation. */
  readonly headers?: boolean;
  /** Sub-path to serve under, with slashes at both ends. */
  readonly base?: string;
}
export interface Served {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}
export function parseRange(header: string | undefined, size: number): [number, number] | 'bad' | null;
export function serve(options: ServeOptions): Promise<Served>;
export function serveOnFreePort(options: ServeOptions, from: number): Promise<Served>;
