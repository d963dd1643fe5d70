import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { digestSource } from './digest';
import type { NamedBlob } from './file-tree';
import { openFiles } from './source';
import { hashed } from './manifest-digest';
import { listImages } from './source';
import { decodePng } from './testing/decode-node';
import { folder, plain, tree, zip, type Contents } from './testing/sources';
import { tar } from './testing/hostile';

const contents: Contents = { 'train/a/1.png': plain(1), 'train/b/1.png': plain(2), 'test/a/2.png': plain(3), 'test/b/2.png': plain(4) };
const below = (root: string): Contents => Object.fromEntries(Object.entries(contents).map(([path, bytes]) => [root + path, bytes]));
const sha = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');
const digestOf = async (files: readonly NamedBlob[]) => hashed((await openFiles(files)).tree).digest();
const archive = (some: Contents): NamedBlob[] => [{ name: 'x.zip', file: zip(some) }];

describe('the digest of the manifest', () => {
  it('is what sha256sum makes of the sorted list of files', async () => {
    const lines = Object.entries(contents)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, bytes]) => `${sha(bytes)}  ${path}\n`);
    expect(await digestOf(folder(contents))).toBe(sha(lines.join('')));
  });

  it('is the same for a folder, an archive of it with or without its root, and one that a system left files in', async () => {
    const one = await digestOf(folder(below('photos/')));
    expect(await digestOf(archive(below('photos/')))).toBe(one);
    expect(await digestOf(archive(contents))).toBe(one);
    expect(await digestOf(folder(below('renamed/')))).toBe(one);
    expect(await digestOf(archive({ ...below('photos/'), '__MACOSX/._1.png': 'x', 'photos/.DS_Store': 'x' }))).toBe(one);
    const entries = Object.entries(below('photos/')).map(([name, data]) => ({ name, data: data as Uint8Array }));
    expect(await digestOf([{ name: 'x.tar', file: new Blob([new Uint8Array(tar(entries))]) }])).toBe(one);
  });

  it('changes with a byte, a path, or a file more or less', async () => {
    const one = await digestOf(archive(contents));
    const { 'train/a/1.png': first, ...rest } = contents;
    expect(await digestOf(archive({ ...contents, 'train/a/1.png': plain(9) }))).not.toBe(one);
    expect(await digestOf(archive(rest))).not.toBe(one);
    expect(await digestOf(archive({ ...rest, 'train/a/3.png': first ?? '' }))).not.toBe(one);
  });

  it('of a single file is that file’s own, whatever it is called', async () => {
    const bytes = plain(7);
    expect(await hashed(tree({ 'any name': bytes })).digest()).toBe(sha(bytes));
    expect(await digestSource([{ name: 'other', file: new Blob([new Uint8Array(bytes)]) }])).toBe(sha(bytes));
  });

  it('does not read again what was decoded, and says how large the set is', async () => {
    let reads = 0;
    const counting = tree(contents);
    const files = counting.files.map((entry) => ({ ...entry, bytes: () => (reads++, entry.bytes()) }));
    const { files: wrapped, digest, size } = hashed({ files, skipped: [] });
    for (const entry of wrapped) await entry.bytes();
    expect(reads).toBe(4);
    await digest();
    expect(reads).toBe(4);
    expect(size).toEqual({ files: 4, bytes: Object.values(contents).reduce((sum, bytes) => sum + bytes.length, 0) });
  });

  it('takes a file that cannot be read by its size, and stops when cancelled', async () => {
    const broken = tree(contents).files.map((entry, i) => (i === 0 ? { ...entry, bytes: () => Promise.reject(new Error('x')) } : entry));
    const one = await hashed({ files: broken, skipped: [] }).digest();
    expect(one).not.toBe(await hashed(tree(contents)).digest());
    await expect(hashed(tree(contents)).digest(undefined, AbortSignal.abort(new Error('cancelled')))).rejects.toThrow('cancelled');
  });

  it('comes with a listing', async () => {
    const listing = await listImages(archive(contents), { testFraction: 0.5, seed: 0 });
    await listing.images[0]?.read(decodePng);
    expect(await listing.manifest.digest()).toBe(await digestOf(folder(contents)));
  });
});
