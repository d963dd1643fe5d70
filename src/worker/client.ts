/** The page's side of the worker: the same interface, answered elsewhere. */
import { SaidError, said } from '../common/said';
import { wrap } from 'comlink';
import type { LabHost, RunHost, WorkerApi } from './api';
import { guarded } from './guarded';
import workerUrl from './compute.worker.ts?worker&url';

/** The worker itself broke (out of memory, a script that did not load). Everything it held is gone; the page's record is not. */
export class WorkerFailedError extends SaidError {
  override readonly name = 'WorkerFailedError';
}

/**
 * Starts a worker and opens its host. Errors arrive with their `name` and message. When the worker breaks, pending and
 * later calls reject with WorkerFailedError.
 */
export async function connectLabHost(): Promise<LabHost> {
  // A worker from a Blob keeps to the page's content security policy; one from an address would bring its own, or none.
  const script = new URL(workerUrl, document.baseURI).href;
  const starter = URL.createObjectURL(new Blob([`import ${JSON.stringify(script)};`], { type: 'text/javascript' }));
  const worker = new Worker(starter, { type: 'module', name: 'compute' });
  const failed = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) => {
      reject(
        new WorkerFailedError(
          said`The compute worker stopped (${event.message || said`it could not be loaded`}). Reload the page to go on.`,
        ),
      );
    });
  });
  failed.catch(() => undefined);
  const remote = wrap<WorkerApi>(worker);
  await Promise.race([remote.configure(document.baseURI), failed]);
  return guarded(remote, failed);
}

/** As `connectLabHost`, for the page's buttons. */
export const connectRunHost = (): Promise<RunHost> => connectLabHost();
