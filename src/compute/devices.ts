/** Which device computes: an ordered list of candidates, each with the reason why it was passed over. */
import type { ComputeDevice, DeviceKind, EngineKind } from './backbone';

/** A way to compute. `open` throws an Error that says, for people, why it is not to be had here. */
export interface DeviceCandidate {
  readonly kind: DeviceKind;
  readonly engine: EngineKind;
  /** Name of the adapter where it is a processor in disguise; asked before `open`, which compiles for seconds there. */
  readonly disguised?: () => Promise<string | null>;
  readonly open: () => Promise<ComputeDevice>;
}

export interface UnavailableDevice {
  readonly kind: DeviceKind;
  readonly reason: string;
}

export interface OpenedDevice {
  readonly device: ComputeDevice;
  /** Candidates that come before the opened one, and why each is not used. */
  readonly unavailable: UnavailableDevice[];
}

const disguised = async (): Promise<string | null> => (await import('./tfjs/gpu')).softwareAdapter();

/**
 * Fastest first. This is the place to plug an engine in; each opener is loaded only when its turn comes, so that nobody
 * downloads a backend that is not used.
 */
export const candidates: readonly DeviceCandidate[] = [
  { kind: 'webgpu', engine: 'plan', disguised, open: async () => (await import('./webgpu/device')).openWebgpuDevice() },
  { kind: 'webgpu', engine: 'reference', disguised, open: async () => (await import('./tfjs/device-webgpu')).openTfjsWebgpu() },
  { kind: 'wasm', engine: 'plan', open: async () => (await import('./wasm/device')).openWasmDevice() },
  { kind: 'wasm', engine: 'reference', open: async () => (await import('./tfjs/device-wasm')).openTfjsWasm() },
  { kind: 'cpu', engine: 'reference', open: async () => (await import('./tfjs/device-cpu')).openTfjsCpu() },
];

/** No candidate of the kind asked for could be opened; the message gives the reasons. */
export class NoDeviceError extends Error {
  override readonly name = 'NoDeviceError';
}

/**
 * Opens the best device, or the best of one kind. `auto` passes over a GPU that is a processor in disguise: WASM on the
 * same processor is faster. Asked for by name, it is opened all the same. Throws NoDeviceError.
 */
export async function openDevice(kind: 'auto' | DeviceKind, from: readonly DeviceCandidate[] = candidates): Promise<OpenedDevice> {
  const unavailable: UnavailableDevice[] = [];
  const fallbacks: DeviceCandidate[] = [];
  const passOver = (candidate: DeviceCandidate, name: string): void => {
    const reason = `The only graphics adapter is ${name}, slower than the processor itself`;
    if (!unavailable.some((one) => one.reason === reason)) unavailable.push({ kind: candidate.kind, reason });
    fallbacks.push(candidate);
  };
  const attempt = async (candidate: DeviceCandidate): Promise<ComputeDevice | null> => {
    try {
      return await candidate.open();
    } catch (error) {
      unavailable.push({ kind: candidate.kind, reason: error instanceof Error ? error.message : String(error) });
      return null;
    }
  };
  for (const candidate of from) {
    if (kind !== 'auto' && candidate.kind !== kind) continue;
    const software = kind === 'auto' ? await candidate.disguised?.() : null;
    if (software) {
      passOver(candidate, software);
      continue;
    }
    const device = await attempt(candidate);
    if (device && kind === 'auto' && candidate.kind === 'webgpu' && device.info.software) {
      passOver(candidate, device.info.name);
      device.dispose();
    } else if (device) return { device, unavailable };
  }
  for (const candidate of fallbacks) {
    const device = await attempt(candidate);
    if (device) return { device, unavailable };
  }
  const reasons = unavailable.map((one) => `${one.kind}: ${one.reason}`).join('; ');
  throw new NoDeviceError(
    kind === 'auto' ? `Nothing can compute here (${reasons})` : `No ${kind} device can be had here (${reasons || 'none is known'})`,
  );
}
