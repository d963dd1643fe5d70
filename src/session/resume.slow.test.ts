import { describe, it } from 'vitest';
import { openWasmDevice } from '../compute/wasm/device';
import { expectResumable, RESUMED } from './testing/resume';

describe('a run that was cut more often and goes on, on WASM', () => {
  it.each(RESUMED)('%s %o, Adam', (...spec) => expectResumable(() => openWasmDevice(), spec, 'adam', 12));
});
