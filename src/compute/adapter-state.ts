import type { Adapter, AdapterState } from './backbone';

/** Adapters as plain data, those that share a `down` still doing so. */
export function packAdapters(adapters: readonly Adapter[]): AdapterState[] {
  return adapters.map((adapter, i) => {
    const first = adapters.findIndex(({ down }) => down === adapter.down);
    return first < i ? { ...adapter, down: first } : adapter;
  });
}

/** The same adapters again. Throws where one shares the `down` of none. */
export function unpackAdapters(states: readonly AdapterState[]): Adapter[] {
  return states.map(({ down, ...adapter }) => {
    const own = typeof down === 'number' ? states[down]?.down : down;
    if (!own || typeof own === 'number') throw new Error(`The state has no adapter ${String(down)} that shares its down`);
    return { ...adapter, down: own };
  });
}
