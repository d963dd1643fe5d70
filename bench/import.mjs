// Import of a generated set of images in the built site: rate, memory and the wait for the first thumbnail.
// node bench/import.mjs [images] [side], after npm run build. Memory: the largest sum over all renderer processes, as Linux counts it.
import { createWriteStream, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Zip, ZipPassThrough } from 'fflate';
import { chromium } from 'playwright';
import { PNG } from 'pngjs';
import { browserArguments, chromiumPath } from '../scripts/browser.mjs';
import { serve } from '../scripts/serve.mjs';

const [count = 50_000, side = 64] = process.argv.slice(2).map(Number);
const CLASSES = 10;

/** Smooth colours with noise: about as hard to unpack as a photograph saved as PNG. */
function picture(seed) {
  const png = new PNG({ width: side, height: side });
  let state = seed + 1;
  for (let i = 0; i < side * side; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const [x, y] = [i % side, Math.floor(i / side)];
    png.data.set([(x * 3 + seed * 20 + (state >>> 28)) & 255, (y * 3 + (state >>> 27)) & 255, (x + y + seed * 40) & 255, 255], 4 * i);
  }
  return PNG.sync.write(png);
}

function makeArchive(path) {
  return new Promise((resolve, reject) => {
    const file = createWriteStream(path);
    const zip = new Zip((error, chunk, final) => {
      if (error) return reject(error);
      file.write(chunk);
      if (final) file.end(resolve);
    });
    const pictures = Array.from({ length: 200 }, (_, i) => picture(i));
    for (let i = 0; i < count; i++) {
      const entry = new ZipPassThrough(`${i % 5 === 0 ? 'test' : 'train'}/class ${Math.floor(i / 5) % CLASSES}/${i}.png`);
      zip.add(entry);
      entry.push(pictures[i % pictures.length], true);
    }
    zip.end();
  });
}

/** Resident bytes of all renderer processes below ours. */
function rendererBytes() {
  let total = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      if (!command.includes('--type=renderer') || !command.includes(profile)) continue;
      total += 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    } catch {
      // Gone meanwhile.
    }
  }
  return total;
}

const folder = mkdtempSync(join(tmpdir(), 'import-'));
const profile = join(folder, 'profile');
const archive = join(folder, 'generated.zip');
await makeArchive(archive);
const site = await serve({ folder: 'dist' });
// A profile of its own on disk, so that private files count as in daily use; its path tells the processes apart.
const context = await chromium.launchPersistentContext(profile, {
  executablePath: chromiumPath(),
  args: [...browserArguments, `--crash-dumps-dir=${profile}`],
});
try {
  const page = await context.newPage();
  await page.goto(site.url);
  await page.getByTestId('section-tasks').click();
  await page.getByTestId('pick-zip').waitFor();
  await page.waitForTimeout(3000);
  const before = rendererBytes();
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, rendererBytes())), 100);
  const started = performance.now();
  await page.locator('input[type=file][accept*=".zip"]').setInputFiles(archive);
  await page.getByTestId('arriving').or(page.getByTestId('stream-summary')).first().waitFor({ timeout: 600_000 });
  const first = performance.now() - started;
  await page.getByTestId('stream-summary').getByText('training').waitFor({ timeout: 600_000 });
  const all = performance.now() - started;
  clearInterval(watch);
  const megabytes = (bytes) => Math.round(bytes / 2 ** 20);
  console.log(
    JSON.stringify({
      images: count,
      side,
      archiveMB: megabytes(readFileSync(archive).length),
      firstThumbnailSeconds: +(first / 1000).toFixed(2),
      seconds: +(all / 1000).toFixed(1),
      imagesPerSecond: Math.round(count / (all / 1000)),
      rendererMBBefore: megabytes(before),
      rendererMBPeak: megabytes(peak),
    }),
  );
} finally {
  await context.close();
  await site.close();
  rmSync(folder, { recursive: true, force: true });
}
