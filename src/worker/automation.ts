/**
 * `window.playground`: the page driven by a program, for headless runs (`npm run lab`). It opens its own host, which is
 * the one behind the page's buttons. All values are plain JSON, except that files are named by address.
 */
import { worded } from '../common/said';
import { parseExperiment, type Experiment } from '../session/experiment';
import type { LabHost, LoadProgress, PredictionRow, RunEstimate } from './api';
import { readStateFile, writeStateFile } from '../session/state-file';
import { forward, type Call } from './forward';
import type { GoldenProgress } from '../golden/types';

export interface RemoteFile {
  /** As the experiment names it. */
  readonly name: string;
  /** Where the page can fetch it. */
  readonly url: string;
}

export interface ImageAnswer {
  readonly method: string;
  readonly rows: readonly PredictionRow[];
}

export interface Loaded {
  readonly assumed: readonly string[];
  readonly skipped: readonly string[];
}

export interface Playground extends Pick<LabHost, 'useDevice' | 'next' | 'record' | 'close' | 'memory'> {
  /** Fetches files and hands them to the host under their names. */
  provide(files: readonly RemoteFile[]): Promise<void>;
  /** Loads backbone and stream and opens the run; returns what was assumed and left out. */
  open(experiment: unknown): Promise<Loaded>;
  /** Sends the open run, as it stands, to an address; false where it cannot be cut here: ask again after the next event. */
  sendState(url: string): Promise<boolean>;
  /** As `open`, but goes on where the run that lies there stood. Throws StateFileError. */
  goOnFrom(url: string): Promise<Loaded>;
  /** Loads what the experiment needs and tells what it would take here. */
  estimate(experiment: unknown): Promise<RunEstimate>;
  /** Answers of the open run's methods, or of the backbone's own head where none is open. */
  predict(image: RemoteFile, top: number, bare: unknown): Promise<readonly ImageAnswer[]>;
  readonly golden: (folder: string, scenario: string) => ReturnType<LabHost['golden']>;
  /** What is being loaded or compared at this moment. */
  progress(): LoadProgress | GoldenProgress | null;
}

async function fetchBlob({ name, url }: RemoteFile): Promise<Blob> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`"${name}" could not be fetched (${response.status}).`);
  return response.blob();
}

export function createPlayground(connect: () => Promise<LabHost>): Playground {
  let opened: Promise<LabHost> | null = null;
  const host = forward<LabHost>(async (name, values) => ((await (opened ??= connect()))[name] as Call)(...values));
  let progress: LoadProgress | GoldenProgress | null = null;
  const watch = (now: LoadProgress | GoldenProgress) => (progress = now);
  const done = <T>(value: T): T => {
    progress = null;
    return value;
  };
  async function load(experiment: Experiment): Promise<Loaded> {
    const backbone = await host.loadBackbone(experiment, watch);
    const stream = await host.loadStream(experiment, watch);
    return {
      assumed: backbone.assumed.map(({ field, value: taken, because }) => `${field} = ${taken}: ${worded(because)}`),
      skipped: stream.skipped.map(({ name, reason }) => `${worded(name)}: ${worded(reason)}`),
    };
  }
  return {
    useDevice: (kind) => host.useDevice(kind),
    next: (budgetMs, steps) => host.next(budgetMs, steps),
    record: () => host.record(),
    close: () => host.close(),
    memory: () => host.memory(),
    async provide(files) {
      const named = [];
      for (const file of files) named.push({ name: file.name, file: await fetchBlob(file) });
      await host.provide(named);
    },
    async open(value) {
      const experiment = parseExperiment(value);
      const loaded = await load(experiment);
      await host.open(experiment);
      return done(loaded);
    },
    async sendState(url) {
      const saved = await host.save();
      if (saved === null) return false;
      // As a Blob: whoever drives the browser is told of bytes in full, as text, which has no room for a large model's state.
      const { ok, status } = await fetch(url, { method: 'PUT', body: new Blob([writeStateFile(saved)]) });
      if (!ok) throw new Error(`The run's state could not be written (${status}).`);
      return true;
    },
    async goOnFrom(url) {
      const file = await fetchBlob({ name: 'state', url });
      const saved = readStateFile(new Uint8Array(await file.arrayBuffer()));
      const loaded = await load(parseExperiment(saved.record.experiment));
      await host.resume(saved);
      return done(loaded);
    },
    async estimate(value) {
      const experiment = parseExperiment(value);
      await load(experiment);
      return done(await host.estimate(experiment));
    },
    async predict(file, top, bare) {
      const image = await host.decode(await fetchBlob(file));
      if (bare === null) return host.predict(image, top);
      return [{ method: 'backbone', rows: await host.predictBare(parseExperiment(bare), image, top) }];
    },
    golden: async (folder, scenario) => done(await host.golden(folder, scenario, watch)),
    progress: () => progress,
  };
}

declare global {
  interface Window {
    playground?: Playground;
  }
}

/** Installs `window.playground`; the worker starts with the first call. */
export function installAutomation(): void {
  window.playground = createPlayground(async () => (await import('./client')).connectLabHost());
}
