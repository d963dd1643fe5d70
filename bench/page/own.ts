/** Figures of ours alone: what the page foretells beside what is found, where a step's time goes, bare products, halves, subspaces. */
import { wrap, type Remote } from 'comlink';
import { expectKnown } from './known';
import { StoppedError, type Deadline } from './limits';
import { OWN_PARTS, type OwnApi, type OwnPart, type Table } from './own-parts';

/** Bare products are of WASM threads, halves of GPUs. */
const DEVICES = {
  estimates: ['wasm', 'webgpu'],
  rates: ['webgpu'],
  profile: ['wasm', 'webgpu'],
  products: ['wasm'],
  halves: ['webgpu'],
  subspaces: ['wasm'],
  scale: ['wasm'],
  long: ['wasm'],
  steps: ['wasm', 'webgpu'],
} as const;

/** One table for every part and device; one that fails says why. Throws a RangeError for unknown parts. */
export async function runOwn(parts: readonly OwnPart[], deadline: Deadline, report: (line: string) => void): Promise<Table[]> {
  expectKnown('part', parts, OWN_PARTS);
  const tables: Table[] = [];
  for (const part of parts) {
    for (const kind of DEVICES[part]) {
      report(`${part}, ours on ${kind}`);
      const worker = new Worker(new URL('./own.worker.ts', import.meta.url), { type: 'module', name: `own-${part}` });
      const api: Remote<OwnApi> = wrap<OwnApi>(worker);
      try {
        tables.push(await deadline.guard(api.measure(part, kind), `${part} on ${kind}`));
      } catch (error) {
        tables.push({ title: `${part}, ${kind}`, columns: ['failure'], rows: [[error instanceof Error ? error.message : String(error)]] });
        if (error instanceof StoppedError) return tables;
      } finally {
        worker.terminate();
      }
    }
  }
  return tables;
}
