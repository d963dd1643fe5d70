import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { listImages } from '../data/source';
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
