/** The host that a worker holds, for the page. */
import { proxy, type Remote } from 'comlink';
import type { LabHost } from './api';
import { forward, type Call } from './forward';

/** A host across a boundary: callbacks are called back from there, and every call rejects as soon as `failed` does. */
export const guarded = (remote: Remote<LabHost>, failed: Promise<never>): LabHost =>
  forward((name, values) => {
    const reachable = values.map((value) => (typeof value === 'function' ? proxy(value) : value));
    return Promise.race([(remote[name] as Call)(...reachable), failed]);
  });
