import { worded } from '../../common/said';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DownloadError } from '../download';
import { createHub, isHubId, type Hub } from './hub';
import { memoryFiles, type KeptFiles } from './kept-files';
import { openTestHub, type Fault, type TestHub } from './testing/misbehaving-hub';
import { waitFor } from './transfer';

const SIZE = 300_000;
const weights = Uint8Array.from({ length: SIZE }, (_, i) => (i * 31 + (i >> 8)) & 255);
const config = new TextEncoder().encode('{"hidden_size": 8}');
const shard = weights.subarray(0, 1000);
const index = new TextEncoder().encode(JSON.stringify({ weight_map: { a: 'model-00001-of-00001.safetensors' } }));

describe('models from the hub', () => {
  let server: TestHub;
  let kept: KeptFiles;
  let hub: Hub;
  let waited: number[];
  let free: number | null;
  beforeEach(async () => {
    server = await openTestHub(
      {
        'someone/vit': { 'config.json': config, 'README.md': config, 'model.safetensors': weights, 'pytorch_model.bin': shard },
        'someone/parts': { 'model.safetensors.index.json': index, 'model-00001-of-00001.safetensors': shard },
        'someone/empty': { 'README.md': config },
      },
      { 'someone/vit': { license: 'mit' }, 'someone/parts': { gated: true } },
    );
    kept = memoryFiles();
    free = null;
    waited = [];
    hub = createHub({ ...kept, free: async () => free }, server.address, {
      fetch,
      stallMs: 300,
      sleep: async (ms) => {
        waited.push(ms);
      },
    });
  });
  afterEach(() => server.close());

  const fetchModel = async (id = 'someone/vit') => {
    const seen: number[] = [];
    const waits: string[] = [];
    const files = await hub.fetch({ id }, ({ done, total, waiting }) => {
      expect(done).toBeLessThanOrEqual(total);
      if (waiting) waits.push(`${waiting.seconds} s: ${worded(waiting.reason)}`);
      else seen.push(done);
    });
    return { files, seen, waits };
  };
  const isWhole = async (file: Blob | undefined) =>
    Buffer.compare(new Uint8Array((await file?.arrayBuffer()) ?? new ArrayBuffer(0)), weights) === 0;

  it('brings the best weights and the configurations, reports bytes, and needs no network the second time', async () => {
    const { files, seen } = await fetchModel();
    expect(files.map(({ name }) => name)).toEqual(['model.safetensors', 'config.json']);
    expect(await isWhole(files[0]?.file)).toBe(true);
    expect(seen.at(-1)).toBe(SIZE + config.length);
    const requests = server.requests.length;
    await server.close();
    expect((await fetchModel()).files).toHaveLength(2);
    expect(server.requests).toHaveLength(requests);
  });

  it('brings all parts that an index names', async () => {
    const { files } = await fetchModel('someone/parts');
    expect(files.map(({ name }) => name)).toEqual(['model-00001-of-00001.safetensors', 'model.safetensors.index.json']);
  });

  const survived: [string, Fault[]][] = [
    ['cut off in the middle', [{ kind: 'cut', after: 100_000 }]],
    ['cut off again and again', Array.from({ length: 9 }, () => ({ kind: 'cut' as const, after: 20_000 }))],
    ['busy, with seconds to wait', [{ kind: 'status', status: 429, retryAfter: '7' }]],
    ['broken for a while', [500, 502, 503].map((status) => ({ kind: 'status' as const, status }))],
    ['silent in the middle', [{ kind: 'stall', after: 50_000 }]],
    ['unable to resume', [{ kind: 'cut', after: 50_000 }, { kind: 'no-range' }]],
    ['sending other bytes once', [{ kind: 'wrong-bytes' }]],
    ['sending too much once', [{ kind: 'long' }]],
    ['sending too little once', [{ kind: 'short' }]],
  ];
  it.each(survived)('succeeds with a hub that is %s', async (_, faults) => {
    server.faults = [...faults];
    const { files } = await fetchModel();
    expect(await isWhole(files[0]?.file)).toBe(true);
  });

  it('resumes by range instead of starting again, and waits as long as it is told', async () => {
    server.faults = [
      { kind: 'cut', after: 100_000 },
      { kind: 'status', status: 429, retryAfter: '7' },
    ];
    const { waits } = await fetchModel();
    expect(waits).toContain('7 s: it answered 429, too many requests');
    expect(server.requests[0]).toBe('');
    expect(server.requests[1]).toMatch(/^bytes=\d{4,}-$/);
    expect(waited).toContain(7000);
  });

  it('goes on in another session from what has arrived', async () => {
    server.faults = [{ kind: 'cut', after: 200_000 }, ...Array.from({ length: 6 }, () => ({ kind: 'status' as const, status: 503 }))];
    await expect(fetchModel()).rejects.toThrow(/after 6 tries.*What has arrived is kept/);
    const before = server.requests.length;
    await fetchModel();
    expect(Number(/\d+/.exec(server.requests[before] ?? '')?.[0])).toBeGreaterThan(50_000);
  });

  it('keeps nothing of a file with a wrong hash, and says so', async () => {
    server.faults = [{ kind: 'wrong-bytes' }, { kind: 'wrong-bytes' }];
    await expect(fetchModel()).rejects.toThrow(/not the file that the hub promises.*twice/);
    expect((await kept.read('someone/vit', 'model.safetensors'))?.size).toBe(0);
    expect((await fetchModel()).files).toHaveLength(2);
  });

  const refused: [string, string, Fault[], RegExp][] = [
    ['an unknown model', 'someone/nothing', [], /404: there is no such model/],
    ['a model that asks for consent', 'someone/vit', [{ kind: 'status', status: 403 }], /private or asks for consent.*drop the files here/],
    ['a model without weights', 'someone/empty', [], /no weights that are read here.*README.md/],
    ['a name that is none', '../secrets', [], /no name on the hub/],
  ];
  it.each(refused)('says what is wrong with %s', async (_, id, faults, message) => {
    server.faults = [...faults];
    await expect(fetchModel(id)).rejects.toThrow(message);
    server.faults = [...faults];
    await expect(fetchModel(id)).rejects.toBeInstanceOf(DownloadError);
  });

  it('gives up on a hub that is gone, with a way on', async () => {
    await server.close();
    await expect(fetchModel()).rejects.toThrow(/after 6 tries.*try again later/);
  });

  it('checks the small files that Git holds, too', async () => {
    server.faults = [{ kind: 'no-range' }, { kind: 'wrong-bytes' }, { kind: 'wrong-bytes' }];
    await expect(fetchModel()).rejects.toThrow(/config\.json is not the file that the hub promises/);
  });

  it('ends at once when it is cancelled, and goes on from there later', async () => {
    server.faults = [{ kind: 'stall', after: 50_000 }];
    const controller = new AbortController();
    const fetching = hub.fetch(
      { id: 'someone/vit' },
      ({ done }) => {
        if (done > 0) controller.abort(new DOMException('stop', 'AbortError'));
      },
      controller.signal,
    );
    await expect(fetching).rejects.toMatchObject({ name: 'AbortError' });
    expect(await hub.kept()).toMatchObject([{ id: 'someone/vit', complete: false }]);
    const before = server.requests.length;
    await fetchModel();
    expect(server.requests[before]).toMatch(/^bytes=\d+-$/);
  });

  it('says so before it begins when there is no room', async () => {
    free = 100_000;
    await expect(fetchModel()).rejects.toThrow(/needs 300 kB more.*room for 100 kB.*Delete a kept model/);
    expect(server.requests).toEqual([]);
  });

  it('looks a model up: files, bytes, licence, consent, and what is here already', async () => {
    expect(await hub.lookUp({ id: 'someone/vit' })).toEqual({
      id: 'someone/vit',
      files: [
        { path: 'model.safetensors', size: SIZE },
        { path: 'config.json', size: config.length },
      ],
      bytes: SIZE + config.length,
      here: 0,
      licence: 'mit',
      gated: false,
    });
    expect(server.requests).toEqual([]);
    expect(await hub.lookUp({ id: 'someone/parts' })).toMatchObject({ bytes: index.length + shard.length, licence: null, gated: true });
    await fetchModel();
    expect((await hub.lookUp({ id: 'someone/vit' })).here).toBe(SIZE + config.length);
    await expect(hub.lookUp({ id: 'someone/nothing' })).rejects.toThrow(/404/);
  });

  it('lists what is kept with its size, and deletes it', async () => {
    await fetchModel();
    const [model] = await hub.kept();
    expect(model).toMatchObject({ id: 'someone/vit', complete: true });
    expect(model?.bytes).toBeGreaterThan(SIZE + config.length);
    await hub.forget('someone/vit');
    expect(await hub.kept()).toEqual([]);
  });
});

describe('names and waits', () => {
  it('takes ids alone', () => {
    expect(['google/vit-base-patch16-224', 'gpt2', 'timm/vit_tiny_patch16_224.augreg_in21k_ft_in1k'].every(isHubId)).toBe(true);
    expect(['', 'a/b/c', 'a b', '../x', 'a/..', 'https://huggingface.co/x', '.hidden/x', 'a/<b>'].some(isHubId)).toBe(false);
  });

  it('waits as told, within a minute', () => {
    expect(waitFor('3', 0)).toBe(3000);
    expect(waitFor('86400', 0)).toBe(60_000);
    expect(waitFor(new Date(Date.now() + 5000).toUTCString(), 0)).toBeGreaterThan(3000);
    expect(waitFor('rubbish', 2)).toBe(2000);
    expect(waitFor(null, 0)).toBe(500);
    expect([0, 1, 5].map((attempt) => waitFor(null, attempt, 10_000))).toEqual([10_000, 20_000, 60_000]);
  });
});
