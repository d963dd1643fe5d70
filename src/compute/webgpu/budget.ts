/** How much of a GPU's memory a page may count on: WebGPU tells nobody, so a guess by the class of the device that errs on the small side. */

const MIB = 2 ** 20;
const GIB = 2 ** 30;
/** iOS ends a tab near 1.5 GB, all of it counted. */
const APPLE_PHONE = 700 * MIB;
/** What a phone has where its browser does not say. */
const PHONE_GIB = 4;

export interface DeviceClass {
  readonly userAgent: string;
  /** GiB of main memory, as browsers round it; few tell. */
  readonly deviceMemory?: number | undefined;
}

/**
 * Bytes. Phones share their memory with everything else: a quarter of it, or what iOS admits; other devices half of it, where it is
 * known. Never more than the largest buffer that the adapter admits, the one hint at the GPU's own size.
 */
export function gpuBudget({ maxBufferSize }: Pick<GPUSupportedLimits, 'maxBufferSize'>, { userAgent, deviceMemory }: DeviceClass): number {
  if (/iPhone|iPad|iPod/.test(userAgent)) return Math.min(maxBufferSize, APPLE_PHONE);
  if (/Android|Mobile/.test(userAgent)) return Math.min(maxBufferSize, ((deviceMemory ?? PHONE_GIB) * GIB) / 4);
  return deviceMemory === undefined ? maxBufferSize : Math.min(maxBufferSize, (deviceMemory * GIB) / 2);
}
