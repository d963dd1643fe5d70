import { describe, expect, it } from 'vitest';
import { OutOfMemoryError } from '../backbone';
import { gpuBudget } from './budget';
import { guardAllocations } from './buffers';

const GIB = 2 ** 30;
const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/150.0.0.0 Safari/537.36';
const ANDROID = 'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/150.0.0.0 Mobile Safari/537.36';
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 Version/26.0 Mobile/15E148 Safari/604.1';

describe('what a page may count on', () => {
  it.each([
    ['a desktop that does not tell', CHROME, undefined, 4 * GIB, 4 * GIB],
    ['a desktop of 8 GiB', CHROME, 8, 8 * GIB, 4 * GIB],
    ['a small laptop', CHROME, 2, 4 * GIB, GIB],
    ['a phone', ANDROID, 8, 4 * GIB, 2 * GIB],
    ['a phone that does not tell', ANDROID, undefined, 4 * GIB, GIB],
    ['an iPhone', IPHONE, undefined, GIB, 700 * 2 ** 20],
    ['an adapter that admits little', CHROME, 8, 2 ** 27, 2 ** 27],
  ])('%s', (_, userAgent, deviceMemory, maxBufferSize, bytes) => {
    expect(gpuBudget({ maxBufferSize }, { userAgent, deviceMemory })).toBe(bytes);
  });
});

describe('an allocation', () => {
  it('that the GPU refuses ends what computes, naming what it was for and the way on', async () => {
    const scopes: (GPUError | null)[] = [];
    const device = {
      createBuffer: ({ size }: GPUBufferDescriptor) => {
        scopes[scopes.length - 1] = size > 1000 ? { message: 'no room' } : null;
        return { size } as GPUBuffer;
      },
      pushErrorScope: () => void scopes.push(null),
      popErrorScope: () => Promise.resolve(scopes.pop() ?? null),
    };
    const errors: Error[] = [];
    guardAllocations(device as unknown as GPUDevice, (error) => errors.push(error));
    expect(device.createBuffer({ label: 'small', size: 10, usage: 0 }).size).toBe(10);
    device.createBuffer({ label: 'slot.0', size: 2048, usage: 0 });
    await Promise.resolve();
    await Promise.resolve();
    expect(errors).toHaveLength(1);
    expect(errors[0]).toBeInstanceOf(OutOfMemoryError);
    expect(errors[0]?.message).toMatch(/"slot\.0", 2\.0 kB.*smaller batch/);
    expect(scopes).toEqual([]);
  });
});
