/** The page's side of the worker: the same interface, answered elsewhere. */
import { proxy, wrap } from 'comlink';
import type { LabHost, RunHost, WorkerApi } from './api';
import workerUrl from './compute.worker.ts?worker&url';

/** The worker itself broke (out of memory, a script that did not load). Everything it held is gone; the page's record is not. */
export class WorkerFailedError extends Error {
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
      reject(new WorkerFailedError(`The compute worker stopped (${event.message || 'it could not be loaded'}). Reload the page to go on.`));
    });
  });
  failed.catch(() => undefined);
  const remote = wrap<WorkerApi>(worker);
  const guard = <T>(call: Promise<T>): Promise<T> => Promise.race([call, failed]);
  await guard(remote.configure(document.baseURI));
  return {
    useDevice: (kind) => guard(remote.useDevice(kind)),
    provide: (files) => guard(remote.provide([...files])),
    loadBackbone: (experiment, onProgress) => guard(remote.loadBackbone(experiment, proxy(onProgress))),
    loadStream: (experiment, onProgress) => guard(remote.loadStream(experiment, proxy(onProgress))),
    cancelReading: () => guard(remote.cancelReading()),
    findDuplicates: () => guard(remote.findDuplicates()),
    estimate: (experiment) => guard(remote.estimate(experiment)),
    stepTimes: (experiment, shapes) => guard(remote.stepTimes(experiment, shapes)),
    open: (experiment) => guard(remote.open(experiment)),
    next: (budgetMs, steps) => guard(remote.next(budgetMs, steps)),
    append: (experiment) => guard(remote.append(experiment)),
    measure: (experiment) => guard(remote.measure(experiment)),
    close: () => guard(remote.close()),
    predict: (image, top) => guard(remote.predict(image, top)),
    predictAfter: (task, image, top) => guard(remote.predictAfter(task, image, top)),
    testImages: (task, count) => guard(remote.testImages(task, count)),
    lookUpModel: (id, host) => guard(remote.lookUpModel(id, host)),
    keptModels: () => guard(remote.keptModels()),
    forgetModel: (id) => guard(remote.forgetModel(id)),
    models: () => guard(remote.models()),
    takeModel: (request) => guard(remote.takeModel(request)),
    testLabels: () => guard(remote.testLabels()),
    record: () => guard(remote.record()),
    memory: () => guard(remote.memory()),
    decode: (file) => guard(remote.decode(file)),
    predictBare: (experiment, image, top) => guard(remote.predictBare(experiment, image, top)),
    golden: (folder, scenario, onProgress) => guard(remote.golden(folder, scenario, proxy(onProgress))),
  };
}

/** As `connectLabHost`, for the page's buttons. */
export const connectRunHost = (): Promise<RunHost> => connectLabHost();
