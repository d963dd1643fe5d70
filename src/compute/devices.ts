/** Which device computes: an ordered list of candidates, each with the reason why it was passed over. */
import { SaidError, said, oneByOne, reasonOf, type Said } from '../common/said';
import type { ComputeDevice, DeviceKind, EngineKind } from './backbone';
import { remembered } from './remembered';

/** A way to compute. `open` throws an Error that says why it is not to be had here. */
export interface DeviceCandidate {
  readonly kind: DeviceKind;
  readonly engine: EngineKind;
  /** Name of the adapter where it is a processor in disguise; asked before `open`, which compiles for seconds there. */
  readonly disguised?: () => Promise<string | null>;
  /** GFLOP/s of a small product, measured without opening the device: where it may be a processor in disguise. */
  readonly speed?: () => Promise<number>;
  readonly open: () => Promise<ComputeDevice>;
}

export interface UnavailableDevice {
  readonly kind: DeviceKind;
  readonly reason: Said;
  /** The adapter, where it was passed over because it is a processor in disguise. */
  readonly adapter?: string;
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
  {
    ...{ kind: 'webgpu', engine: 'plan', disguised },
    speed: async () => (await import('./webgpu/device')).webgpuSpeed(),
    open: async () => (await import('./webgpu/device')).openWebgpuDevice(),
  },
  { kind: 'webgpu', engine: 'reference', disguised, open: async () => (await import('./tfjs/device-webgpu')).openTfjsWebgpu() },
  { kind: 'wasm', engine: 'plan', open: async () => (await import('./wasm/device')).openWasmDevice() },
  { kind: 'wasm', engine: 'reference', open: async () => (await import('./tfjs/device-wasm')).openTfjsWasm() },
  { kind: 'cpu', engine: 'reference', open: async () => (await import('./tfjs/device-cpu')).openTfjsCpu() },
];

/** No candidate of the kind asked for could be opened; the message gives the reasons. */
export class NoDeviceError extends SaidError {
  override readonly name = 'NoDeviceError';
}

/** A candidate passed over because its adapter is a processor in disguise. */
interface Disguised {
  readonly candidate: DeviceCandidate;
  readonly adapter: string;
}

/** GFLOP/s on a disguised adapter and on the device that the same processor is otherwise; null where one cannot tell. */
async function compare({ candidate, adapter }: Disguised, device: ComputeDevice): Promise<{ adapter: number; device: number } | null> {
  const { speed } = candidate;
  if (!speed || !device.speed) return null;
  const of = device.speed.bind(device);
  const isPair = (value: unknown): value is { adapter: number; device: number } =>
    typeof value === 'object' && value !== null && 'adapter' in value && 'device' in value;
  return remembered(`speed 1, ${adapter}, ${device.info.name}`, isPair, async () => ({ adapter: await speed(), device: await of() })).catch(
    () => null,
  );
}

/**
 * Opens the best device, or the best of one kind. With `auto`, a GPU that is a processor in disguise has to show, at first use,
 * that it is faster than WASM on that processor. Asked for by name, it is opened all the same. Throws NoDeviceError.
 */
export async function openDevice(kind: 'auto' | DeviceKind, from: readonly DeviceCandidate[] = candidates): Promise<OpenedDevice> {
  const unavailable: UnavailableDevice[] = [];
  const fallbacks: Disguised[] = [];
  const passOver = (candidate: DeviceCandidate, name: string): void => {
    const reason = said`The only graphics adapter is ${name}, slower than the processor itself`;
    if (!unavailable.some(({ adapter }) => adapter === name)) unavailable.push({ kind: candidate.kind, reason, adapter: name });
    fallbacks.push({ candidate, adapter: name });
  };
  const attempt = async (candidate: DeviceCandidate): Promise<ComputeDevice | null> => {
    try {
      return await candidate.open();
    } catch (error) {
      unavailable.push({ kind: candidate.kind, reason: reasonOf(error) });
      return null;
    }
  };
  /** The device, or a disguised adapter that beats it; the reasons then carry what was measured. */
  const afterRace = async (device: ComputeDevice): Promise<OpenedDevice> => {
    const [first] = fallbacks;
    const speeds = first ? await compare(first, device) : null;
    if (!first || !speeds) return { device, unavailable };
    const words = (gflops: number): string => `${gflops.toPrecision(2)} GFLOP/s`;
    if (speeds.adapter > speeds.device) {
      const faster = await attempt(first.candidate);
      if (faster) {
        device.dispose();
        return { device: faster, unavailable: unavailable.filter(({ kind: passed }) => passed !== first.candidate.kind) };
      }
    }
    const reason = said`The only graphics adapter is ${first.adapter}: products run at ${words(speeds.adapter)} there, at ${words(speeds.device)} on the processor itself`;
    return { device, unavailable: unavailable.map((one) => (one.adapter === first.adapter ? { ...one, reason } : one)) };
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
    } else if (device) return kind === 'auto' ? afterRace(device) : { device, unavailable };
  }
  for (const { candidate } of fallbacks) {
    const device = await attempt(candidate);
    if (device) return { device, unavailable };
  }
  const reasons = oneByOne(unavailable.map((one) => said`${one.kind}: ${one.reason}`));
  throw new NoDeviceError(
    kind === 'auto'
      ? said`Nothing can compute here (${reasons})`
      : said`No ${kind} device can be had here (${reasons || said`none is known`})`,
  );
}
