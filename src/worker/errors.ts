/** Errors across the worker's boundary: name, message and plain facts (what is `said`, a `field`, a `choice` with its pictures) arrive; classes do not. */
import { transferHandlers } from 'comlink';

interface Thrown {
  readonly value: unknown;
}

/** What of a thrown value can be cloned. */
export function describeThrown(value: unknown): { isError: boolean; value: unknown } {
  if (!(value instanceof Error)) return { isError: false, value };
  const facts = Object.entries(value).filter(
    ([name, fact]) => name === 'said' || name === 'choice' || fact === null || ['string', 'number', 'boolean'].includes(typeof fact),
  );
  return { isError: true, value: { ...Object.fromEntries(facts), name: value.name, message: value.message, stack: value.stack } };
}

/** For the worker's side; comlink's own reader restores all the facts on the page's. */
export function keepErrorFacts(): void {
  const plain = transferHandlers.get('throw');
  if (!plain) return;
  transferHandlers.set('throw', { ...plain, serialize: (thrown) => [describeThrown((thrown as Thrown).value), []] });
}
