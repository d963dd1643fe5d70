import { expect, it } from 'vitest';
import { describeDevice } from '../testing/conformance';
import { openTfjsWasm } from './device-wasm';

describeDevice('reference on WASM in the browser', openTfjsWasm, { prompts: false, quick: true });

it('uses the threads that tfjs allows on a cross-origin isolated page', async () => {
  expect(crossOriginIsolated).toBe(true);
  const device = await openTfjsWasm();
  expect(device.info.threads).toBe(Math.min(8, Math.max(1, Math.floor(navigator.hardwareConcurrency / 2))));
  device.dispose();
});
