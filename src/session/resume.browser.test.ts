import { describe, it } from 'vitest';
import { openWebgpuDevice } from '../compute/webgpu/device';
import { expectResumable, RESUMED } from './testing/resume';

describe('a run that was cut and goes on, on WebGPU', () => {
  it.each(RESUMED)('%s %o', (...spec) => expectResumable(() => openWebgpuDevice(), spec, 'adam', 2));
});
