import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { listImages } from '../data/source';
import { plain } from '../data/testing/sources';
import { fetchHubDataset } from './hub-dataset';

const parquet = (split: string) => readFileSync(`src/data/fixtures/containers/parquet/${split}-00000-of-00001.parquet`);
const files = ['train', 'test'].map((split) => ({
  config: 'plain_text',
  split,
  url: `https://huggingface.co/${split}`,
  filename: '0000.parquet',
  size: parquet(split).length,
}));

/** The hub's routes as they answer: an index, then files. */
function hub(answers: Readonly<Record<string, () => Response>>) {
  vi.stubGlobal('fetch', async (url: URL) => {
    const found = Object.entries(answers).find(([start]) => url.href.startsWith(start));
    return found === undefined ? new Response('not found', { status: 404 }) : found[1]();
  });
}
const index = (list: readonly object[]) => ({ 'https://datasets-server': () => Response.json({ parquet_files: list }) });
const served = {
  'https://huggingface.co/train': () => new Response(parquet('train')),
  'https://huggingface.co/test': () => new Response(parquet('test')),
};
afterEach(() => vi.unstubAllGlobals());
const silent = () => undefined;

describe('fetchHubDataset', () => {
  it('fetches the splits, and they make a data set', async () => {
    hub({ ...index(files), ...served });
    let last = 0;
    const blobs = await fetchHubDataset({ id: 'someone/animals' }, ({ done, total }) => (last = done / total));
    expect(last).toBe(1);
    expect(blobs.map(({ name }) => name)).toEqual(['someone--animals/train-0000.parquet', 'someone--animals/test-0000.parquet']);
    const listing = await listImages(blobs, { testFraction: 0.25, seed: 0 });
    expect([listing.classNames.length, listing.images.length, listing.dividedHere]).toEqual([3, 15, false]);
  });

  it.each([
    ['an unknown data set', {}, { id: 'no/such' }, /answered 404/],
    ['another answer', { 'https://datasets-server': () => Response.json({ error: 'busy' }) }, { id: 'a/b' }, /not understood/],
    ['a wrong configuration', index(files), { id: 'a/b', config: 'x' }, /no configuration "x".*plain_text/],
    ['no split that is known', index(files.map((file) => ({ ...file, split: 'dev' }))), { id: 'a/b' }, /no train, test.*dev/],
    ['one too large', index(files.map((file) => ({ ...file, size: 5 * 2 ** 30 }))), { id: 'a/b' }, /takes 10\.7 GB/],
    [
      'one cut off',
      { ...index(files), ...served, 'https://huggingface.co/train': () => new Response('short') },
      { id: 'a/b' },
      /ended after 5 of/,
    ],
  ] as const)('%s is told by name', async (_, answers, dataset, says) => {
    hub(answers);
    await expect(fetchHubDataset(dataset, silent)).rejects.toThrow(says);
  });

  it('is asked at the mirror alone where that is chosen, without cookies or tokens', async () => {
    const asked: { href: string; init: RequestInit }[] = [];
    const mirror = 'https://hf-mirror.com/';
    const tree = ['train', 'test'].map((split) => ({ type: 'file', path: `default/${split}/0000.parquet`, size: parquet(split).length }));
    vi.stubGlobal('fetch', async (url: URL, init: RequestInit = {}) => {
      asked.push({ href: url.href, init });
      if (url.href.includes('/tree/')) return Response.json(tree);
      return new Response(parquet(url.href.includes('/train/') ? 'train' : 'test'));
    });
    const blobs = await fetchHubDataset({ id: 'someone/animals', host: 'hf-mirror.com' }, silent);
    expect((await listImages(blobs, { testFraction: 0.25, seed: 0 })).images.length).toBe(15);
    expect(asked.map(({ href }) => href)).toEqual([
      `${mirror}api/datasets/someone/animals/tree/refs%2Fconvert%2Fparquet?recursive=true`,
      ...['train', 'test'].map(
        (split) => `${mirror}datasets/someone/animals/resolve/refs%2Fconvert%2Fparquet/default/${split}/0000.parquet`,
      ),
    ]);
    for (const { init } of asked) expect(init).toMatchObject({ credentials: 'omit' });
    for (const { init } of asked) expect(Object.keys(init)).not.toContain('headers');
  });

  it("takes the owner's own files where the hub has made no Parquet: images with metadata.csv, page by page", async () => {
    const table = `file_name,label\n${[0, 1, 2, 3].map((i) => `${i}.png,${i % 2 === 0 ? 'cat' : 'dog'}`).join('\n')}\n`;
    const held: Record<string, Uint8Array | string> = {};
    for (const split of ['train', 'test']) {
      held[`${split}/metadata.csv`] = table;
      held[`${split}/README.md`] = 'read me';
      for (let i = 0; i < 4; i++) held[`${split}/${i}.png`] = plain(i);
    }
    const rows = Object.entries(held).map(([path, content]) => ({ type: 'file', path, size: content.length }));
    hub({
      'https://datasets-server': () => new Response('none', { status: 500 }),
      'https://huggingface.co/api/datasets/a/b/tree/main?recursive=true&cursor=2': () => Response.json(rows.slice(5)),
      'https://huggingface.co/api/datasets/a/b/tree/main': () =>
        Response.json(rows.slice(0, 5), {
          headers: { link: '<https://huggingface.co/api/datasets/a/b/tree/main?recursive=true&cursor=2>; rel="next"' },
        }),
      ...Object.fromEntries(
        Object.entries(held).map(([path, content]) => [
          `https://huggingface.co/datasets/a/b/resolve/main/${path}`,
          () => new Response(typeof content === 'string' ? content : new Uint8Array(content)),
        ]),
      ),
    });
    const blobs = await fetchHubDataset({ id: 'a/b' }, silent);
    expect(blobs.length).toBe(10);
    const listing = await listImages(blobs, { testFraction: 0.25, seed: 0 });
    expect([listing.classNames, listing.images.length, listing.dividedHere]).toEqual([['cat', 'dog'], 8, false]);
  });

  it('tells of the mirror where the hub cannot be reached', async () => {
    vi.stubGlobal('fetch', async () => {
      throw new TypeError('Failed to fetch');
    });
    await expect(fetchHubDataset({ id: 'a/b' }, silent)).rejects.toThrow(
      /could not be reached.*blocked where you are, choose the mirror hf-mirror\.com/,
    );
    await expect(fetchHubDataset({ id: 'a/b', host: 'hf-mirror.com' }, silent)).rejects.toThrow(/could not be reached.*then try again\.$/);
  });

  it('ends when it is cancelled', async () => {
    const controller = new AbortController();
    hub({ ...index(files), ...served });
    const fetching = fetchHubDataset({ id: 'a/b' }, () => controller.abort(new DOMException('stop', 'AbortError')), controller.signal);
    vi.stubGlobal('fetch', async (_: URL, { signal }: RequestInit = {}) => {
      signal?.throwIfAborted();
      return Response.json({ parquet_files: files });
    });
    await expect(fetching).rejects.toThrow();
  });
});
