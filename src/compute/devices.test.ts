import { inEnglish } from '../common/testing/in-english';
import { describe, expect, it } from 'vitest';
import type { ComputeDevice, DeviceInfo } from './backbone';
import { candidates, NoDeviceError, openDevice, type DeviceCandidate } from './devices';

/** A device that holds nothing, and counts its disposals. */
function fake(info: Partial<DeviceInfo> & Pick<DeviceInfo, 'kind'>): { candidate: DeviceCandidate; disposals: () => number } {
  let disposals = 0;
  const device: ComputeDevice = {
    info: { engine: 'reference', name: info.kind, software: false, threads: 1, ...info },
    load: () => Promise.reject(new Error('holds no models')),
    memory: () => ({ buffers: 0, bytes: 0 }),
    lost: new Promise(() => undefined),
    dispose: () => disposals++,
  };
  return { candidate: { kind: info.kind, engine: device.info.engine, open: async () => device }, disposals: () => disposals };
}

const broken = (kind: 'webgpu' | 'wasm', reason: string): DeviceCandidate => ({
  kind,
  engine: 'reference',
  open: () => Promise.reject(new Error(reason)),
});

describe('openDevice', () => {
  it('takes the first that opens, and says why the others did not', async () => {
    const { candidate } = fake({ kind: 'wasm' });
    const { device, unavailable } = await openDevice('auto', [broken('webgpu', 'This browser has no WebGPU'), candidate]);
    expect(device.info.kind).toBe('wasm');
    expect(unavailable).toEqual([{ kind: 'webgpu', reason: 'This browser has no WebGPU' }]);
  });

  it('prefers WASM to a software GPU, and disposes the latter', async () => {
    const gpu = fake({ kind: 'webgpu', name: 'SwiftShader (software)', software: true });
    const { device, unavailable } = await openDevice('auto', [gpu.candidate, fake({ kind: 'wasm' }).candidate]);
    expect(device.info.kind).toBe('wasm');
    expect(gpu.disposals()).toBe(1);
    expect(inEnglish(unavailable[0]?.reason)).toMatch(/SwiftShader/);
  });

  it.each([
    [4, 28, 'wasm'],
    [28, 4, 'webgpu'],
  ])('measures a processor in disguise: %d against %d GFLOP/s', async (adapter, processor, kind) => {
    const gpu = fake({ kind: 'webgpu', name: 'Software', software: true });
    const wasm = fake({ kind: 'wasm' });
    const disguised = { ...gpu.candidate, disguised: async () => 'Software', speed: async () => adapter };
    const measured = { ...wasm.candidate, open: async () => Object.assign(await wasm.candidate.open(), { speed: async () => processor }) };
    const { device, unavailable } = await openDevice('auto', [disguised, measured]);
    expect(device.info.kind).toBe(kind);
    expect(wasm.disposals()).toBe(kind === 'wasm' ? 0 : 1);
    expect(inEnglish(unavailable.map(({ reason }) => reason))).toEqual(
      kind === 'wasm'
        ? ['The only graphics adapter is Software: products run at 4.0 GFLOP/s there, at 28 GFLOP/s on the processor itself']
        : [],
    );
  });

  it('takes a software GPU where there is nothing else, or where it is asked for', async () => {
    const gpu = fake({ kind: 'webgpu', software: true });
    expect((await openDevice('auto', [gpu.candidate, broken('wasm', 'blocked')])).device.info.kind).toBe('webgpu');
    const asked = await openDevice('webgpu', [gpu.candidate]);
    expect(asked.device.info.software).toBe(true);
    expect(asked.unavailable).toEqual([]);
  });

  it('names the reasons when nothing opens', async () => {
    await expect(openDevice('auto', [broken('webgpu', 'blocklisted'), broken('wasm', 'no memory')])).rejects.toThrow(
      /webgpu: blocklisted; wasm: no memory/,
    );
    await expect(openDevice('cpu', [])).rejects.toThrow(NoDeviceError);
  });

  it('finds WASM in Node, where there is no GPU', async () => {
    const { device, unavailable } = await openDevice(
      'auto',
      candidates.filter(({ engine }) => engine === 'reference'),
    );
    expect(device.info).toMatchObject({ kind: 'wasm', engine: 'reference', threads: 1 });
    expect(unavailable).toMatchObject([{ kind: 'webgpu' }]);
    device.dispose();
  });
});
