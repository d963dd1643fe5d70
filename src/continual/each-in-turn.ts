import type { MethodProgress } from './method';

/**
 * Works through the items in order, `lanes` of them at a time, with progress after each. Whoever stops pulling stops the
 * work: at most `lanes` items go on to their end.
 */
export async function* eachInTurn<In, Out>(
  items: readonly In[],
  work: (item: In, index: number) => Promise<Out>,
  lanes: number,
  phase: MethodProgress['phase'],
): AsyncGenerator<MethodProgress, Out[]> {
  const started: Promise<Out>[] = [];
  const results: Out[] = [];
  while (results.length < items.length) {
    for (const item of items.slice(started.length, results.length + lanes)) {
      const job = work(item, started.length);
      // Awaited in turn below; the first failure is thrown there, later ones must not count as unhandled.
      job.catch(() => undefined);
      started.push(job);
    }
    const next = started[results.length];
    if (!next) break;
    results.push(await next);
    yield { phase, done: results.length, total: items.length };
  }
  return results;
}
