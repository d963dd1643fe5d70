import { describe, it } from 'vitest';
import { openWasmDevice } from '../compute/wasm/device';
import { expectResumable, RESUMED } from './testing/resume';

describe('a run that was cut and goes on, on WASM', () => {
  it.each(RESUMED)('%s %o, Adam', (...spec) => expectResumable(() => openWasmDevice(), spec, 'adam', 2));
  it.each([['inflora', { rank: 2 }] as const, ['full-fine-tuning', {}] as const])('%s, SGD with momentum', (...spec) =>
    expectResumable(() => openWasmDevice(), spec, 'sgd', 3),
  );
});
