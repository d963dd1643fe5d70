/** Dawn, Chrome's WebGPU, in the place where browsers have it: for tests in Node on whatever driver the process was started with. */
import { createRequire } from 'node:module';

interface Dawn {
  readonly globals: object;
  create(flags: readonly string[]): GPU;
}

const dawn = createRequire(new URL('../../../../build/gpu/npm/', import.meta.url))('webgpu') as Dawn;
Object.assign(globalThis, dawn.globals);
const gpu = dawn.create((process.env['GPU_FLAGS'] ?? '').split(' ').filter((flag) => flag !== ''));

/** `GPU_COMPAT`: the mode of older phones; `GPU_DEFAULT_LIMITS`: no more than WebGPU promises everywhere, whatever is asked for. */
const { GPU_COMPAT: compatible, GPU_DEFAULT_LIMITS: plain } = process.env;

async function requestAdapter(options: GPURequestAdapterOptions = {}): Promise<GPUAdapter | null> {
  const adapter = await gpu.requestAdapter({ ...options, ...(compatible && { featureLevel: 'compatibility' }) });
  if (!adapter || !plain) return adapter;
  const { features, info } = adapter;
  // What a device without required limits has.
  const { limits } = await adapter.requestDevice();
  const again = await gpu.requestAdapter(options);
  const requestDevice = (wanted: GPUDeviceDescriptor = {}) => again?.requestDevice({ ...wanted, requiredLimits: {} });
  return { features, info, limits, requestDevice } as unknown as GPUAdapter;
}

const navigator = { gpu: { requestAdapter, wgslLanguageFeatures: gpu.wgslLanguageFeatures }, userAgent: 'Dawn', hardwareConcurrency: 2 };
Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true, writable: true });
