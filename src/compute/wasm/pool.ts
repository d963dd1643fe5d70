import { SaidError, said } from '../../common/said';

/** What a pool thread is given. */
export interface PoolMessage {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: number;
  /** 1 for the first helper; thread 0 is the caller. */
  readonly thread: number;
}

export interface Pool {
  terminate(): void;
}

/** Starts `count` helpers and waits until each is ready to serve. Rejects where module workers cannot be had. */
export async function startPool(count: number, message: Omit<PoolMessage, 'thread'>): Promise<Pool> {
  const workers = Array.from({ length: count }, () => new Worker(new URL('./pool-worker.ts', import.meta.url), { type: 'module' }));
  const terminate = (): void => {
    for (const worker of workers) worker.terminate();
  };
  try {
    await Promise.all(
      workers.map(
        (worker, i) =>
          new Promise<void>((resolve, reject) => {
            worker.onmessage = () => resolve();
            worker.onerror = (event) => reject(new SaidError(said`A compute thread did not start: ${event.message}`));
            worker.postMessage({ ...message, thread: i + 1 } satisfies PoolMessage);
          }),
      ),
    );
  } catch (error) {
    terminate();
    throw error;
  }
  return { terminate };
}
