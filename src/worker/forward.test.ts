import { expose, wrap } from 'comlink';
import { expect, it } from 'vitest';
import type { LabHost } from './api';
import { forward } from './forward';
import { guarded } from './guarded';

it('sends every call with its values, and can be handed out by a promise', async () => {
  const calls = await Promise.resolve(forward<LabHost>(async (...call) => call));
  expect(await calls.next(10, 1)).toEqual(['next', [10, 1]]);
  expect(await calls.record()).toEqual(['record', []]);
});

it('rejects what is pending and what comes later as soon as the other side has failed', async () => {
  const { port1, port2 } = new MessageChannel();
  const answering: Partial<LabHost> = { record: async () => null, close: () => new Promise<void>(() => undefined) };
  expose(answering, port1);
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => (fail = reject));
  const host = guarded(wrap<LabHost>(port2), failed);
  expect(await host.record()).toBeNull();
  const pending = host.close();
  fail(new Error('The worker stopped.'));
  await expect(pending).rejects.toThrow('The worker stopped.');
  await expect(host.record()).rejects.toThrow('The worker stopped.');
  port1.close();
});
