// Import of a generated set of images in the built site: rate, memory and the wait for the first thumbnail.
//   node bench/import.mjs [images] [side] [png|jpeg] [zip|tar|folder]     after npm run build
// Memory is that of the tab's own process as Linux counts it (resident, with what it shares with other processes), sampled every
// 100 ms; the heap is what the engine itself counts for page and worker once everything is there, after collection.
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { chromium } from 'playwright';
import { PNG } from 'pngjs';
import { browserArguments, chromiumPath } from '../scripts/browser.mjs';
import { serve } from '../scripts/serve.mjs';
import { tabBytes } from './tab-memory.mjs';
import { writeZip } from './zip-file.mjs';

const [count = 50_000, side = 64] = process.argv.slice(2, 4).map(Number);
const [format = 'png', container = 'zip'] = process.argv.slice(4);
const CLASSES = 10;
/** Different pictures; the set repeats them. */
const PICTURES = Math.min(count, 200);
const MINUTES = 10;

/** Smooth colours with noise: about as hard to unpack as a photograph. */
function pixels(seed) {
  const rgba = Buffer.alloc(side * side * 4);
  let state = seed + 1;
  for (let i = 0; i < side * side; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const [x, y] = [i % side, Math.floor(i / side)];
    rgba.set([(x * 3 + seed * 20 + (state >>> 28)) & 255, (y * 3 + (state >>> 27)) & 255, (x + y + seed * 40) & 255, 255], 4 * i);
  }
  return rgba;
}

async function encode(page, seed) {
  const rgba = pixels(seed);
  if (format === 'png') return PNG.sync.write(Object.assign(new PNG({ width: side, height: side }), { data: rgba }));
  const base64 = await page.evaluate(
    async ([side, base64]) => {
      const canvas = new OffscreenCanvas(side, side);
      const data = Uint8ClampedArray.from(atob(base64), (letter) => letter.charCodeAt(0));
      canvas.getContext('2d').putImageData(new ImageData(data, side, side), 0, 0);
      const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 })).arrayBuffer());
      let text = '';
      for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
      return btoa(text);
    },
    [side, rgba.toString('base64')],
  );
  return Buffer.from(base64, 'base64');
}

const nameOf = (i) => `${i % 5 === 0 ? 'test' : 'train'}/class ${Math.floor(i / 5) % CLASSES}/${i}.${format === 'png' ? 'png' : 'jpg'}`;

function tarHeader(name, size) {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('0ustar\u000000', 156);
  header.write('        ', 148);
  header.write(
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  return header;
}

/** Writes the set; returns what the page is given. */
function makeSet(folder, pictures) {
  if (container === 'folder') {
    const root = join(folder, 'generated');
    for (let i = 0; i < count; i++) {
      const path = join(root, nameOf(i));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, pictures[i % PICTURES]);
    }
    return root;
  }
  const path = join(folder, `generated.${container}`);
  const entries = function* () {
    for (let i = 0; i < count; i++) yield [nameOf(i), pictures[i % PICTURES]];
  };
  if (container === 'zip') writeZip(path, entries());
  else writeTar(path, entries());
  return path;
}

function writeTar(path, entries) {
  const file = openSync(path, 'w');
  for (const [name, bytes] of entries) {
    writeSync(file, tarHeader(name, bytes.length));
    writeSync(file, Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]));
  }
  writeSync(file, Buffer.alloc(1024));
  closeSync(file);
}

/** Bytes that the engine counts for page and workers; null where it does not tell within a while. */
const heapBytes = (page) =>
  page.evaluate(() =>
    Promise.race([
      performance.measureUserAgentSpecificMemory?.().then(({ bytes }) => bytes) ?? null,
      new Promise((resolve) => setTimeout(() => resolve(null), 30_000)),
    ]),
  );

const folder = mkdtempSync(join(tmpdir(), 'import-'));
const profile = join(folder, 'profile');
const site = await serve({ folder: 'dist' });
// A profile of its own on disk, so that private files count as in daily use; its path tells the processes apart.
const context = await chromium.launchPersistentContext(profile, {
  executablePath: chromiumPath(),
  args: [...browserArguments, `--crash-dumps-dir=${profile}`],
});
try {
  const [page] = context.pages();
  const pictures = [];
  for (let i = 0; i < PICTURES; i++) pictures.push(await encode(page, i));
  const given = makeSet(folder, pictures);
  const bytes = container === 'folder' ? pictures.reduce((sum, { length }) => sum + length, 0) * (count / PICTURES) : statSync(given).size;
  await page.goto(site.url);
  await page.getByTestId('section-tasks').click();
  await page.getByTestId('pick-zip').waitFor();
  await page.waitForTimeout(3000);
  const before = tabBytes(profile);
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, tabBytes(profile))), 100);
  const started = performance.now();
  const input = container === 'folder' ? 'input[webkitdirectory]' : 'input[type=file][accept*=".zip"]';
  await page.locator(input).setInputFiles(given);
  const timeout = MINUTES * 60_000;
  await page.getByTestId('arriving').or(page.getByTestId('stream-summary')).first().waitFor({ timeout });
  const first = performance.now() - started;
  await page.getByTestId('stream-summary').getByText('training, ').waitFor({ timeout });
  const all = performance.now() - started;
  clearInterval(watch);
  const heap = await heapBytes(page);
  const megabytes = (bytes) => Math.round(bytes / 2 ** 20);
  console.log(
    JSON.stringify({
      images: count,
      side,
      format,
      container,
      setMB: megabytes(bytes),
      firstThumbnailSeconds: +(first / 1000).toFixed(2),
      seconds: +(all / 1000).toFixed(1),
      imagesPerSecond: Math.round(count / (all / 1000)),
      tabMBBefore: megabytes(before),
      tabMBPeak: megabytes(peak),
      heapMBAfter: heap === null ? null : megabytes(heap),
    }),
  );
} finally {
  await context.close();
  await site.close();
  rmSync(folder, { recursive: true, force: true });
}
