import { said } from '../common/said';
import { expose, wrap } from 'comlink';
import { afterEach, describe, expect, it } from 'vitest';
import { DeviceLostError, type ComputeDevice } from '../compute/backbone';
import { openDevice } from '../compute/devices';
import { folder } from '../data/testing/sources';
import type { RunRecord } from '../session/record';
import type { LabHost } from './api';
import { keepErrorFacts } from './errors';
import { guarded } from './guarded';
import type { HostParts } from './host-parts';
import { hostContract, toTheEnd } from './testing/host-contract';
import { nodeHost, picture, pictures, tinyExperiment, type NodeHost } from './testing/node-host';

const three = tinyExperiment();
delete three.stream.maxTasks;

hostContract('the host across its boundary', async () => {
  const { host, dispose } = await nodeHost();
  const { port1, port2 } = new MessageChannel();
  keepErrorFacts();
  expose(host, port1);
  const across = guarded(wrap<LabHost>(port2), new Promise<never>(() => undefined));
  return {
    host: across,
    experiment: tinyExperiment(),
    longer: three,
    dispose() {
      port1.close();
      dispose();
    },
  };
});

describe('the host, on WebAssembly in Node', () => {
  let opened: NodeHost | null = null;
  afterEach(() => opened?.dispose());
  async function newHost(parts: Partial<HostParts> = {}): Promise<LabHost> {
    opened = await nodeHost(parts);
    return opened.host;
  }
  const fileOf = (bytes: Uint8Array) => new Blob([new Uint8Array(bytes)]);

  it('chooses the engine that users without a GPU get', async () => {
    const { chosen, unavailable } = await (await newHost()).useDevice('auto');
    expect([chosen.kind, chosen.engine]).toEqual(['wasm', 'plan']);
    expect(unavailable[0]?.kind).toBe('webgpu');
  });

  it('says what it assumed of the backbone, and counts each stage of reading', async () => {
    const host = await newHost();
    const stages: string[] = [];
    const backbone = await host.loadBackbone(tinyExperiment(), ({ stage }) => stages.push(stage));
    expect(backbone).toMatchObject({ title: 'tiny.safetensors', config: { dim: 8, depth: 2, heads: 2, imageSize: 8 } });
    expect(backbone.assumed.map(({ field }) => field)).toEqual(['layerNormEps']);
    const stream = await host.loadStream(tinyExperiment(), ({ stage }) => stages.push(stage));
    expect(stream.tasks.map(({ from, to, train, test }) => [from, to, train, test])).toEqual([
      [0, 2, 12, 6],
      [2, 4, 12, 6],
    ]);
    expect([...new Set(stages)]).toEqual(['read', 'decode', 'check']);
  });

  it('computes the same twice', async () => {
    const host = await newHost();
    const numbers = ({ methods }: RunRecord) =>
      methods.map(({ losses, results }) => [losses, results.map(({ seconds: _, ...rest }) => rest)]);
    await host.open(tinyExperiment());
    const first = await toTheEnd(host);
    expect(first.methods[0]?.results[1]?.subspaces?.sites).toHaveLength(2);
    await host.open(tinyExperiment());
    expect(numbers(await toTheEnd(host))).toEqual(numbers(first));
  });

  it('gives all memory back when a run closes, in the middle too', async () => {
    const host = await newHost();
    await host.open(tinyExperiment());
    const before = await host.memory();
    await host.next(1e9, 3);
    expect((await host.memory()).buffers).toBeGreaterThan(before.buffers);
    await host.close();
    expect(await host.memory()).toEqual(before);
    await host.open(tinyExperiment());
    await toTheEnd(host);
    await host.predictAfter(0, { width: 1, height: 1, pixels: new Uint8Array(3) }, 1);
    await host.close();
    expect(await host.memory()).toEqual(before);
  });

  it('lets others in while it works', async () => {
    const host = await newHost();
    await host.open(tinyExperiment());
    const running = host.next(1e9);
    await host.memory();
    await host.close();
    const events = (await running) ?? [];
    expect(events.some(({ type }) => type === 'finished')).toBe(false);
    expect(await host.next(10)).toBeNull();
  });

  it('sees an image as its methods do, and refuses a head that is not there', async () => {
    const host = await newHost();
    await host.open(tinyExperiment());
    await toTheEnd(host);
    const image = await host.decode(fileOf(picture(2, 10)));
    const answers = await host.predict(image, 1);
    // Colours are far apart even for random weights.
    expect(answers[1]).toMatchObject({ method: 'nearest-mean', rows: [{ label: 'class 2' }] });
    await expect(host.predictBare(tinyExperiment(), image, 3)).rejects.toThrow(/no classifier of its own/);
  });

  it('names classes as the run does while other images are loaded', async () => {
    const host = await newHost();
    await host.open(tinyExperiment());
    await toTheEnd(host);
    const image = await host.decode(fileOf(picture(2, 10)));
    const before = await host.predict(image, 4);
    const other = tinyExperiment({ seed: 5, stream: { ...tinyExperiment().stream, order: 'seeded' } });
    const { classNames } = await host.loadStream(other, () => undefined);
    expect(classNames.slice(0, 4)).not.toEqual((await host.record())?.stream.classNames);
    expect(await host.predict(image, 4)).toEqual(before);
  });

  it('names what is missing or not the file that was meant', async () => {
    const host = await newHost();
    const from = (name: string, sha256?: string) =>
      tinyExperiment({ stream: { from: { source: 'file', name, ...(sha256 && { sha256 }) } } });
    await expect(host.loadStream(from('other.zip'), () => undefined)).rejects.toThrow(/needs the file "other\.zip"/);
    await expect(host.loadStream(from('pictures.zip', '0'.repeat(64)), () => undefined)).rejects.toThrow(
      /not the images that the experiment was made with/,
    );
    await expect(
      host.open(tinyExperiment({ stream: { from: { source: 'file', name: 'pictures.zip' }, split: { kind: 'counts', counts: [2, 9] } } })),
    ).rejects.toMatchObject({
      name: 'DataError',
      field: 'stream.split.counts',
    });
    await expect(host.next(10)).rejects.toThrow(/No run is open/);
  });

  it('reads a dropped folder as it reads an archive', async () => {
    const host = await newHost();
    await host.provide(folder(pictures()).map(({ name, file }) => ({ name: `pics/${name}`, file })));
    const summary = await host.loadStream(
      tinyExperiment({ stream: { from: { source: 'file', name: 'pics' }, split: { kind: 'equal', classesPerTask: 3 } } }),
      () => undefined,
    );
    expect(summary.tasks.map(({ train, test }) => [train, test])).toEqual([
      [18, 9],
      [18, 9],
    ]);
  });

  it('compares what a run takes with what its device has', async () => {
    let bytes = 1e9;
    const host = await newHost({
      openDevice: async (kind) => {
        const { device, unavailable } = await openDevice(kind);
        const limited = Object.create(device, { budget: { get: () => bytes } }) as ComputeDevice;
        return { device: limited, unavailable };
      },
    });
    const enough = await host.estimate(tinyExperiment());
    expect(enough).toMatchObject({ available: 1e9, fits: true });
    bytes = 1000;
    expect(await host.estimate(tinyExperiment())).toMatchObject({ available: 1000, fits: false });
  });

  it('keeps the record when the device is lost, and opens a new device afterwards', async () => {
    let lose: (error: DeviceLostError) => void = () => undefined;
    const host = await newHost({
      openDevice: async (kind) => {
        const { device } = await openDevice(kind);
        const lost = new Promise<DeviceLostError>((resolve) => (lose = resolve));
        const losable: ComputeDevice = {
          info: device.info,
          lost,
          load: (checkpoint) => device.load(checkpoint),
          memory: () => device.memory(),
          dispose: () => device.dispose(),
        };
        return { device: losable, unavailable: [] };
      },
    });
    await host.open(tinyExperiment());
    await host.next(1e9, 8);
    lose(new DeviceLostError(said`The GPU was lost`));
    await expect(host.next(1e9)).rejects.toMatchObject({ name: 'DeviceLostError', message: 'The GPU was lost' });
    const record = await host.record();
    expect(record?.status).toBe('failed');
    expect(record?.methods[0]?.results).toHaveLength(1);
    expect(await host.next(10)).toBeNull();
    await host.open(tinyExperiment());
    expect((await toTheEnd(host)).status).toBe('finished');
  });
});
