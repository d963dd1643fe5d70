/** Small sources made up for tests: images, folders and zips. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { strToU8, zipSync, type Zippable } from 'fflate';
import { PNG } from 'pngjs';
import type { FileTree, NamedBlob } from '../file-tree';

type Paint = (x: number, y: number) => readonly [number, number, number] | readonly [number, number, number, number];

/** An encoded PNG. */
export function png(width: number, height: number, paint: Paint): Uint8Array {
  const image = new PNG({ width, height });
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [r, g, b, a = 255] = paint(x, y);
      image.data.set([r, g, b, a], 4 * (y * width + x));
    }
  }
  return new Uint8Array(PNG.sync.write(image));
}

/** A PNG of one colour. */
export function plain(shade: number, size = 4): Uint8Array {
  return png(size, size, () => [shade, shade, shade]);
}

export type Contents = Record<string, Uint8Array | string>;

const bytesOf = (content: Uint8Array | string) => (typeof content === 'string' ? strToU8(content) : content);

/** A zip with these files, dated alike, so that the same contents give the same bytes. */
export function zip(contents: Contents): Blob {
  const files: Zippable = Object.fromEntries(Object.entries(contents).map(([path, content]) => [path, bytesOf(content)]));
  return new Blob([new Uint8Array(zipSync(files, { mtime: '2020-01-01T00:00:00' }))]);
}

/** The same files as a dropped folder. */
export function folder(contents: Contents): NamedBlob[] {
  return Object.entries(contents).map(([name, content]) => ({ name, file: new Blob([new Uint8Array(bytesOf(content))]) }));
}

/** The same files as an opened tree. */
export function tree(contents: Contents): FileTree {
  return {
    files: Object.entries(contents).map(([path, content]) => ({
      path,
      size: bytesOf(content).length,
      bytes: async () => bytesOf(content),
    })),
    skipped: [],
  };
}

/** `train/<class>/i.png` and `test/<class>/i.png`; the shade tells class, split and number. */
export function trainTest(classes: readonly string[], train: number, test: number): Contents {
  const contents: Contents = {};
  classes.forEach((name, index) => {
    for (let i = 0; i < train; i++) contents[`train/${name}/${i}.png`] = plain(index * 20 + i);
    for (let i = 0; i < test; i++) contents[`test/${name}/${i}.png`] = plain(index * 20 + 10 + i);
  });
  return contents;
}

/** A file of the disk as a dropped one. */
export function fromDisk(path: string): NamedBlob[] {
  return [{ name: basename(path), file: new Blob([readFileSync(path)]) }];
}

/** A folder of the disk as a dropped one. */
export function folderFromDisk(path: string): NamedBlob[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((name) => join(path, name))
    .filter((file) => statSync(file).isFile())
    .map((file) => ({ name: join(basename(path), relative(path, file)), file: new Blob([readFileSync(file)]) }));
}
