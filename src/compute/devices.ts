/** Which device computes: an ordered list of candidates, each with the reason why it was passed over. */
import type { ComputeDevice, DeviceKind, EngineKind } from './backbone';

/** A way to compute. `open` throws an Error that says, for people, why it is not to be had here. */
export interface DeviceCandidate {
  readonly kind: DeviceKind;
  readonly engine: EngineKind;
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

/**
 * Fastest first. This is the place to plug an engine in; each opener is loaded only when its turn comes, so that nobody
 * downloads a backend that is not used.
 */
export const candidates: readonly DeviceCandidate[] = [
  { kind: 'webgpu', engine: 'reference', open: async () => (await import('./tfjs/device-webgpu')).openTfjsWebgpu() },
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
  for (const candidate of from) {
    if (kind !== 'auto' && candidate.kind !== kind) continue;
    try {
      const device = await candidate.open();
      if (kind === 'auto' && candidate.kind === 'webgpu' && device.info.software) {
        unavailable.push({ kind: 'webgpu', reason: `The only graphics adapter is ${device.info.name}, slower than the processor itself` });
        device.dispose();
        fallbacks.push(candidate);
        continue;
      }
      return { device, unavailable };
    } catch (error) {
      unavailable.push({ kind: candidate.kind, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  for (const candidate of fallbacks) return { device: await candidate.open(), unavailable };
  const reasons = unavailable.map((one) => `${one.kind}: ${one.reason}`).join('; ');
  throw new NoDeviceError(
    kind === 'auto' ? `Nothing can compute here (${reasons})` : `No ${kind} device can be had here (${reasons || 'none is known'})`,
  );
}
