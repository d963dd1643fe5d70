import { worded } from '../common/said';
import { describe, expect, it } from 'vitest';
import { digestSource } from '../data/digest';
import { openFiles } from '../data/source';
import { hashed } from '../data/manifest-digest';
import { folder, plain, zip } from '../data/testing/sources';
import { describeWanted, recognise } from './own-images';

const contents = { 'a/1.png': plain(1), 'a/2.png': plain(2), 'b/1.png': plain(3), 'b/2.png': plain(4) };
const files = [{ name: 'x.zip', file: zip(contents) }];

async function cameAs(from: typeof files) {
  const tree = hashed((await openFiles(from)).tree);
  return { size: tree.size, digest: await tree.digest() };
}

/** What a link says of the set. */
async function linkTo() {
  const { size, digest } = await cameAs(files);
  return { name: 'x.zip', sha256: digest, ...size };
}

describe('recognise', () => {
  it('takes a folder for the archive that a link was made with', async () => {
    const unpacked = folder(contents);
    const { size, digest } = await cameAs(unpacked);
    const check = recognise(await linkTo(), unpacked, size);
    await check.atOnce();
    await check.byDigest(digest);
  });

  it('refuses a set that lacks files before anything is decoded, with their number', async () => {
    const some = folder({ 'a/1.png': plain(1), 'b/1.png': plain(3) });
    const { size } = await cameAs(some);
    await expect(recognise(await linkTo(), some, size).atOnce()).rejects.toThrow(
      /needs the file "x\.zip" \(4 files, .*2 of 4 files are missing\. Drop the matching folder/,
    );
  });

  it('refuses as many others once they are read', async () => {
    const others = folder({ ...contents, 'a/1.png': plain(200) });
    const { size, digest } = await cameAs(others);
    const wanted = { ...(await linkTo()), bytes: size.bytes };
    const check = recognise(wanted, others, size);
    await check.atOnce();
    await expect(check.byDigest(digest)).rejects.toThrow(/as many files, but at least one of them differs/);
  });

  it('takes the archive of a link made before there were manifests', async () => {
    const { size, digest } = await cameAs(files);
    const [archive] = files;
    const old = { name: 'x.zip', sha256: await digestSource(files), files: 1, bytes: archive?.file.size };
    const check = recognise(old, files, size);
    await check.atOnce();
    await check.byDigest(digest);
    await expect(recognise({ ...old, sha256: '0'.repeat(64) }, files, size).atOnce()).rejects.toThrow(/not the images/);
  });

  it('asks nothing of a source without a digest', async () => {
    const { size } = await cameAs(files);
    const check = recognise({ name: 'x.zip' }, files, size);
    await check.atOnce();
    await check.byDigest('anything');
  });
});

it('what is asked for is named with its size', () => {
  expect(worded(describeWanted({ name: 'photos', files: 1200, bytes: 45_120_000 }))).toBe('folder "photos" (1200 files, 45.1 MB)');
  expect(worded(describeWanted({ name: 'photos.zip', files: 36, bytes: 900 }))).toBe('file "photos.zip" (36 files, 900 B)');
  expect(worded(describeWanted({ name: 'x.parquet', files: 1, bytes: 2_000_000 }))).toBe('file "x.parquet" (2.0 MB)');
  expect(worded(describeWanted({ name: 'x.zip' }))).toBe('file "x.zip"');
});
