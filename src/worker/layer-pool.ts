/** Several layers at once, each in a worker of its own: the processor's other cores have nothing to do while subspaces are found. */
import { wrap } from 'comlink';
import type { LayerWork } from '../continual/layer-work';

type Work = Pick<LayerWork, 'design' | 'remember'>;

export interface LayerWorker {
  readonly work: Work;
  /** Rejects, and never resolves, when the worker breaks. */
  readonly failed: Promise<never>;
  terminate(): void;
}

/** More would mostly wait for one another's memory. */
const MOST_LANES = 4;
/** Workers that have had nothing to do for so long are let go, with the memory that they hold. */
const IDLE_MS = 20_000;

export function startLayerWorker(): LayerWorker {
  const worker = new Worker(new URL('./layer.worker.ts', import.meta.url), { type: 'module', name: 'layers' });
  const failed = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) => reject(new Error(event.message || 'its script could not be loaded')));
  });
  failed.catch(() => undefined);
  return { work: wrap<Work>(worker), failed, terminate: () => worker.terminate() };
}

const cores = (): number => (typeof navigator === 'undefined' ? 1 : navigator.hardwareConcurrency || 1);

/** Work spread over workers that are started when they are needed; `fallback` does it all where they cannot be had. */
export function pooledLayers(start: () => LayerWorker, fallback: LayerWork, lanes: number = Math.min(MOST_LANES, cores())): LayerWork {
  if (lanes < 2) return fallback;
  let broken = false;
  const idle: LayerWorker[] = [];
  const waiting: ((worker: LayerWorker | null) => void)[] = [];
  let alive = 0;
  let letGo: ReturnType<typeof setTimeout> | undefined;

  const borrow = async (): Promise<LayerWorker | null> => {
    clearTimeout(letGo);
    if (broken) return null;
    const free = idle.pop();
    if (free) return free;
    if (alive === lanes) return new Promise((resolve) => waiting.push(resolve));
    alive++;
    return start();
  };
  const giveBack = (worker: LayerWorker): void => {
    const next = waiting.shift();
    if (next) return next(worker);
    idle.push(worker);
    if (idle.length < alive) return;
    letGo = setTimeout(() => {
      for (const each of idle.splice(0)) each.terminate();
      alive = 0;
    }, IDLE_MS);
  };
  const giveUp = (worker: LayerWorker, reason: unknown): void => {
    if (!broken) console.info(`Layers are worked out one at a time: a worker for them failed (${String(reason)}).`);
    broken = true;
    alive--;
    worker.terminate();
    for (const resolve of waiting.splice(0)) resolve(null);
  };
  /** A failure of the work itself is the caller's; one of the worker is mended by doing the work here. */
  const run = async <T>(task: (work: Work) => Promise<T>): Promise<T> => {
    const worker = await borrow();
    if (!worker) return task(fallback);
    let defect: { readonly reason: unknown } | null = null;
    const failed = worker.failed.catch((reason: unknown) => {
      defect = { reason };
      throw reason;
    });
    try {
      return await Promise.race([task(worker.work), failed]);
    } catch (error) {
      if (defect === null) throw error;
      return await task(fallback);
    } finally {
      if (defect === null) giveBack(worker);
      else giveUp(worker, (defect as { readonly reason: unknown }).reason);
    }
  };
  return {
    lanes,
    design: (...given) => run((work) => work.design(...given)),
    remember: (...given) => run((work) => work.remember(...given)),
  };
}
