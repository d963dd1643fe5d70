/** Features that make a difference to kernels, asked for where the adapter has them. */
const FEATURES: readonly string[] = ['shader-f16', 'subgroups', 'timestamp-query', 'bgra8unorm-storage'];

const LIMITS = [
  'maxStorageBuffersPerShaderStage',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupsPerDimension',
] as const;

/** A GPU with the adapter's own limits, which a plain request would cut to WebGPU's defaults. Throws an Error that says why there is none. */
export async function requestGpu(): Promise<{ device: GPUDevice; info: GPUAdapterInfo }> {
  const gpu = typeof navigator === 'undefined' ? undefined : (navigator as Partial<Navigator>).gpu;
  if (!gpu) throw new Error('This browser has no WebGPU');
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new Error('WebGPU found no graphics adapter');
  const device = await adapter.requestDevice({
    requiredFeatures: FEATURES.filter((feature) => adapter.features.has(feature)) as GPUFeatureName[],
    requiredLimits: Object.fromEntries(LIMITS.map((limit) => [limit, adapter.limits[limit]])),
  });
  return { device, info: adapter.info };
}

/** Name of the adapter where it is a processor in disguise, else null; also where there is none. */
export async function softwareAdapter(): Promise<string | null> {
  const gpu = typeof navigator === 'undefined' ? undefined : (navigator as Partial<Navigator>).gpu;
  const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
  const { name, software } = adapter ? describeAdapter(adapter.info) : { name: '', software: false };
  return software ? name : null;
}

/** The adapter in words, whether it is a processor in disguise, and all that is told of it. */
export function describeAdapter(
  info: Pick<GPUAdapterInfo, 'vendor' | 'architecture' | 'device' | 'description'> & { isFallbackAdapter?: boolean },
): {
  name: string;
  software: boolean;
  adapter: string;
} {
  const words = [info.description, info.vendor, info.architecture, info.device].filter((word) => word !== '');
  const software = info.isFallbackAdapter === true || /swiftshader|llvmpipe|lavapipe|software|basic render/i.test(words.join(' '));
  const known = info.description || [info.vendor, info.architecture].filter((word) => word !== '').join(' ') || 'GPU';
  return { name: software ? `${known} (software)` : known, software, adapter: words.join(', ') };
}
