/** Who writes states: a worker of its own, so that the run goes on meanwhile; the disk takes ten times as long as packing. */
import { transfer, wrap } from 'comlink';
import { said } from '../../common/said';
import { seal } from '../../session/seal';
import type { RunFiles } from './run-files';
import { StorageError } from './storage-error';

/** Seals a packed state and writes it under a name. Throws StorageError. */
export type WriteState = (id: string, packed: Uint8Array<ArrayBuffer>) => Promise<void>;

export const sealing =
  (files: Pick<RunFiles, 'write'>): WriteState =>
  (id, packed) =>
    files.write(id, seal(packed));

export interface StateWriter {
  readonly write: WriteState;
  /** Resolves once its script runs. */
  readonly ready: Promise<unknown>;
  /** Rejects, and never resolves, when the worker breaks. */
  readonly failed: Promise<never>;
  /** What it was writing stays cut off; the state of before stays whole. */
  terminate(): void;
}

export function startStateWriter(): StateWriter {
  const worker = new Worker(new URL('./state-writer.worker.ts', import.meta.url), { type: 'module', name: 'states' });
  const failed = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) => {
      const why = event.message || said`it could not be loaded`;
      reject(new StorageError(said`This run was not saved just now: the worker for that stopped (${why}). It is tried again.`));
    });
  });
  failed.catch(() => undefined);
  const remote = wrap<{ readonly write: WriteState; ready(): boolean }>(worker);
  return {
    write: (id, packed) => remote.write(id, transfer(packed, [packed.buffer])),
    ready: remote.ready(),
    failed,
    terminate: () => worker.terminate(),
  };
}

/** Milliseconds. Where a worker has not started by then the state is written without it. */
const STARTS_WITHIN = 30_000;
/** Milliseconds: a hundred megabytes take three seconds. Who has not written by then hangs. */
const WRITES_WITHIN = 60_000;
const HANGS = said`This run was not saved just now: writing its state took longer than a minute. It is tried again.`;

/** Resolves with `late` after so many milliseconds where `work` has not settled by then. */
async function within<T, L>(ms: number, late: L, work: Promise<T>): Promise<T | L> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await Promise.race([work, new Promise<L>((resolve) => (timer = setTimeout(() => resolve(late), ms)))]);
  } finally {
    clearTimeout(timer);
  }
}

/** Written by a worker that is started for the first state, and again after one that hangs; `fallback` where it cannot be had, and once it is broken. */
export function writtenAside(start: () => StateWriter, fallback: WriteState): WriteState {
  let writer: Promise<StateWriter | null> | null = null;
  const started = async (): Promise<StateWriter | null> => {
    try {
      const fresh = start();
      fresh.failed.catch(() => (writer = Promise.resolve(null)));
      if ((await within(STARTS_WITHIN, 'late', Promise.race([fresh.ready, fresh.failed]))) !== 'late') return fresh;
      fresh.terminate();
    } catch {
      // As where it is late.
    }
    console.info('States are written where the run stands: a worker for that could not be started.');
    return null;
  };
  return async (id, packed) => {
    const found = await (writer ??= started());
    if (found === null) return fallback(id, packed);
    if ((await within(WRITES_WITHIN, 'late', Promise.race([found.write(id, packed), found.failed]))) !== 'late') return;
    found.terminate();
    writer = null;
    throw new StorageError(HANGS);
  };
}
