import { PNG } from 'pngjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DeviceLostError, type ComputeDevice } from '../compute/backbone';
import { openDevice } from '../compute/devices';
import { createLinearAlgebra } from '../compute/linalg/create';
import { tinyCheckpoint, tinyConfig } from '../compute/testing/fixtures';
import { decodeChecked, type DecodeImage } from '../data/decode';
import { folder, png, zip, type Contents } from '../data/testing/sources';
import { parseExperiment, type Experiment, type ExperimentInput } from '../session/experiment';
import type { RunEvent } from '../session/events';
import { applyEvents } from '../session/fold';
import { parseRecord } from '../session/migrations';
import type { RunRecord } from '../session/record';
import { fromFloat32, writeSafetensors } from '../vit/safetensors';
import type { LabHost } from './api';
import { memoryScratch } from '../data/scratch';
import { imageReader } from './browser-host';
import { createHost } from './host';
import type { HostParts } from './host-parts';
import { createSources } from './sources';

const decode: DecodeImage = async (bytes) => {
  const { width, height, data } = PNG.sync.read(Buffer.from(bytes));
  return { width, height, rgba: new Uint8ClampedArray(data) };
};

/** Six classes, each its own colour, told apart with a little noise. */
function pictures(): Contents {
  const contents: Contents = {};
  for (let c = 0; c < 6; c++) {
    const image = (i: number) => png(8, 8, (x, y) => [40 * c + ((x + i) % 5), 255 - 40 * c - ((y * i) % 7), (c % 2) * 200 + i]);
    for (let i = 0; i < 6; i++) contents[`train/class ${c}/${i}.png`] = image(i);
    for (let i = 0; i < 3; i++) contents[`test/class ${c}/${i}.png`] = image(10 + i);
  }
  return contents;
}

const config = tinyConfig();
const experiment = (input: Partial<ExperimentInput> = {}): Experiment =>
  parseExperiment({
    schema: 1,
    backbone: { from: { source: 'file', name: 'tiny.safetensors' }, heads: config.heads, mean: [...config.mean], std: [...config.std] },
    stream: { from: { source: 'file', name: 'pictures.zip' }, split: { kind: 'equal', classesPerTask: 2 }, maxTasks: 2 },
    methods: [{ id: 'inflora', rank: 2 }, { id: 'nearest-mean' }],
    training: { epochs: 2, batchSize: 5 },
    ...input,
  });

let weights: Blob;
let device: ComputeDevice;
beforeAll(() => {
  const tensors = [...tinyCheckpoint(config).tensors].map(([name, { shape, data }]) => [name, fromFloat32(data, shape)] as const);
  weights = new Blob([writeSafetensors(new Map(tensors))]);
});
afterEach(() => device.dispose());

async function newHost(parts: Partial<HostParts> = {}): Promise<LabHost> {
  const host = createHost({
    openDevice: async () => {
      const opened = await openDevice('cpu');
      device = opened.device;
      return opened;
    },
    linalg: createLinearAlgebra(),
    sources: createSources('http://localhost/'),
    readImages: imageReader(decode, async () => memoryScratch()),
    decode: (bytes) => decodeChecked(bytes, decode),
    availableMemory: () => null,
    ...parts,
  });
  await host.provide([
    { name: 'tiny.safetensors', file: weights },
    { name: 'pictures.zip', file: zip(pictures()) },
  ]);
  return host;
}

async function toTheEnd(host: LabHost, record: RunRecord | null = null): Promise<RunRecord> {
  for (let events = await host.next(50); events !== null; events = await host.next(50)) record = applyEvents(record, events);
  if (!record) throw new Error('no events');
  return record;
}

describe('the host, on the tfjs reference in Node', () => {
  it('describes backbone and stream, counting progress', async () => {
    const host = await newHost();
    await host.useDevice('cpu');
    const stages: string[] = [];
    const backbone = await host.loadBackbone(experiment(), ({ stage }) => stages.push(stage));
    expect(backbone).toMatchObject({ title: 'tiny.safetensors', config: { dim: 8, depth: 2, heads: 2, imageSize: 8 } });
    expect(backbone.assumed.map(({ field }) => field)).toEqual(['layerNormEps']);
    const stream = await host.loadStream(experiment(), ({ stage }) => stages.push(stage));
    expect(stream.tasks).toEqual([
      { name: expect.any(String) as string, from: 0, to: 2, train: 12, test: 6 },
      { name: expect.any(String) as string, from: 2, to: 4, train: 12, test: 6 },
    ]);
    expect(stream.thumbnails).toMatchObject({ side: 8 });
    expect(stream.thumbnails.pixels.length).toBe(4 * 8 * 8 * 3);
    expect([...new Set(stages)]).toEqual(['read', 'decode', 'check']);
    const sample = await host.testImages(1, 3);
    expect(sample.labels.toSorted()).toEqual([2, 2, 3]);
  });

  it('runs to the end with a valid record, the same twice', async () => {
    const host = await newHost();
    await host.open(experiment());
    const first = await toTheEnd(host);
    expect(first.status).toBe('finished');
    expect(parseRecord(JSON.parse(JSON.stringify(first)))).toEqual(first);
    expect(await host.record()).toEqual(first);
    expect(first.methods.map((method) => method.results.length)).toEqual([2, 2]);
    expect(first.methods[0]?.results[1]?.diagnostics?.layers).toHaveLength(2);
    await host.open(experiment());
    const second = await toTheEnd(host);
    const numbers = (record: RunRecord) =>
      record.methods.map((method) => [method.losses, method.results.map(({ predicted, diagnostics }) => [predicted, diagnostics])]);
    expect(numbers(second)).toEqual(numbers(first));
  });

  it('gives all memory back when a run closes, in the middle too', async () => {
    const host = await newHost();
    await host.open(experiment());
    const before = await host.memory();
    await host.next(1e9, 3);
    expect((await host.memory()).buffers).toBeGreaterThan(before.buffers);
    await host.close();
    expect(await host.memory()).toEqual(before);
    expect((await host.record())?.status).toBe('stopped');
    await host.open(experiment());
    await toTheEnd(host);
    await host.close();
    expect(await host.memory()).toEqual(before);
    expect((await host.record())?.status).toBe('finished');
  });

  it('steps one batch at a time, and lets others in while it works', async () => {
    const host = await newHost();
    await host.open(experiment());
    const trained = (events: readonly RunEvent[] | null) =>
      events?.filter((event) => event.type === 'phase' && event.phase === 'train').length;
    expect(trained(await host.next(1e9, 1))).toBe(1);
    expect(trained(await host.next(1e9, 2))).toBe(2);
    const running = host.next(1e9);
    await host.memory();
    await host.close();
    const events = (await running) ?? [];
    expect(events.some((event) => event.type === 'finished')).toBe(false);
    expect(await host.next(10)).toBeNull();
  });

  it('appends the stream’s further tasks to a finished run', async () => {
    const host = await newHost();
    await host.open(experiment());
    const before = await toTheEnd(host);
    const longer = experiment();
    delete longer.stream.maxTasks;
    await host.append(longer);
    const record = await toTheEnd(host, before);
    expect(record.stream.tasks).toHaveLength(3);
    expect(record.methods[0]?.results.map((result) => result.task)).toEqual([0, 1, 2]);
    expect(record.methods[0]?.results.slice(0, 2)).toEqual(before.methods[0]?.results);
    await expect(host.append(longer)).rejects.toThrow(/no further task/);
  });

  it('answers what each method sees, and refuses a head that is not there', async () => {
    const host = await newHost();
    await host.open(experiment());
    await toTheEnd(host);
    const image = await host.decode(new Blob([new Uint8Array(pictures()['test/class 2/0.png'] as Uint8Array)]));
    const answers = await host.predict(image, 3);
    expect(answers.map(({ method }) => method)).toEqual(['inflora', 'nearest-mean']);
    for (const { rows } of answers) {
      expect(rows).toHaveLength(3);
      expect(rows.map((row) => row.probability)).toEqual(rows.map((row) => row.probability).toSorted((a, b) => b - a));
    }
    // Colours are far apart even for random weights.
    expect(answers[1]?.rows[0]?.label).toBe('class 2');
    await expect(host.predictBare(experiment(), image, 3)).rejects.toThrow(/no classifier of its own/);
  });

  it('asks the methods as they were after each task, without disturbing what they are now', async () => {
    const host = await newHost();
    await host.open(experiment());
    await toTheEnd(host);
    const image = await host.decode(new Blob([new Uint8Array(pictures()['test/class 2/0.png'] as Uint8Array)]));
    const now = await host.predict(image, 1);
    const first = await host.predictAfter(0, image, 9);
    const last = await host.predictAfter(1, image, 1);
    // Class 2 came with the second task: after the first nobody could name it.
    expect(first.map(({ method }) => method)).toEqual(['inflora', 'nearest-mean']);
    for (const { rows } of first) expect(rows.map(({ label }) => label).toSorted()).toEqual(['class 0', 'class 1']);
    expect(last.map(({ method, rows }) => [method, rows[0]?.label])).toEqual(now.map(({ method, rows }) => [method, rows[0]?.label]));
    expect(await host.predict(image, 1)).toEqual(now);
    expect(await host.predictAfter(7, image, 1)).toEqual([]);
  });

  it('names what is missing or not the file that was meant', async () => {
    const host = await newHost();
    const with_ = (name: string, sha256?: string) => experiment({ stream: { from: { source: 'file', name, ...(sha256 && { sha256 }) } } });
    await expect(host.loadStream(with_('other.zip'), () => undefined)).rejects.toThrow(/needs the file "other\.zip"/);
    await expect(host.loadStream(with_('pictures.zip', '0'.repeat(64)), () => undefined)).rejects.toThrow(
      /not the images that the experiment was made with/,
    );
    await expect(
      host.open(experiment({ stream: { from: { source: 'file', name: 'pictures.zip' }, split: { kind: 'counts', counts: [2, 9] } } })),
    ).rejects.toMatchObject({
      name: 'DataError',
      field: 'stream.split.counts',
    });
    await expect(host.next(10)).rejects.toThrow(/No run is open/);
  });

  it('reads a dropped folder as it reads an archive', async () => {
    const host = await newHost();
    const dropped = folder(pictures()).map(({ name, file }) => ({ name: `pics/${name}`, file }));
    await host.provide(dropped);
    const summary = await host.loadStream(
      experiment({ stream: { from: { source: 'file', name: 'pics' }, split: { kind: 'equal', classesPerTask: 3 } } }),
      () => undefined,
    );
    expect(summary.tasks.map(({ train, test }) => [train, test])).toEqual([
      [18, 9],
      [18, 9],
    ]);
  });

  it('estimates memory and the largest batch that fits', async () => {
    const host = await newHost({ availableMemory: () => 200_000 });
    const small = await host.estimate(experiment({ training: { batchSize: 1 } }));
    const large = await host.estimate(experiment({ training: { batchSize: 4000 } }));
    expect([small.fits, large.fits]).toEqual([true, false]);
    expect(large.largestBatch).toBe(small.largestBatch);
    const perImage = (large.bytes - small.bytes) / 3999;
    expect(small.bytes + perImage * (small.largestBatch - 1)).toBeLessThanOrEqual(200_000);
    expect(small.bytes + perImage * small.largestBatch).toBeGreaterThan(200_000);
  });

  it('keeps the record when the device is lost, and opens a new device afterwards', async () => {
    let lose: (error: DeviceLostError) => void = () => undefined;
    const host = await newHost({
      openDevice: async () => {
        const opened = await openDevice('cpu');
        device = opened.device;
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
    await host.open(experiment());
    await host.next(1e9, 8);
    lose(new DeviceLostError('The GPU was lost'));
    await expect(host.next(1e9)).rejects.toMatchObject({ name: 'DeviceLostError', message: 'The GPU was lost' });
    const record = await host.record();
    expect(record?.status).toBe('failed');
    expect(record?.methods[0]?.results).toHaveLength(1);
    expect(await host.next(10)).toBeNull();
    await host.open(experiment());
    expect((await toTheEnd(host)).status).toBe('finished');
  });
});
