// A stranger's first minute with a stopwatch: the page opens, its recorded run plays, then Start is pressed and nothing else.
//   node bench/first-minute.mjs [light|dark] [width] [height]     after npm run build, on a machine that does nothing else
// Pictures of the moments named here are left in build/first-minute.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { browserArguments, chromiumPath } from '../scripts/browser.mjs';
import { serve } from '../scripts/serve.mjs';
import { tabBytes } from './tab-memory.mjs';

const [scheme = 'light', width = 1280, height = 720] = process.argv.slice(2).map((value, i) => (i === 0 ? value : Number(value)));
/** Share by which the tasks so far have to have fallen on average, in some method, to be seen from the last row. */
const FALL = 0.1;
const PICTURES = join('build', 'first-minute');

const folder = mkdtempSync(join(tmpdir(), 'first-minute-'));
const profile = join(folder, 'profile');
mkdirSync(PICTURES, { recursive: true });
const site = await serve({ folder: 'dist' });
const context = await chromium.launchPersistentContext(profile, {
  executablePath: chromiumPath(),
  args: [...browserArguments, `--crash-dumps-dir=${profile}`],
  viewport: { width, height },
  colorScheme: scheme,
});

/** Waits for what the page says of itself; seconds since `since`. */
async function until(page, since, what, test, argument) {
  while (!(await page.evaluate(test, argument))) await page.waitForTimeout(200);
  const seconds = (performance.now() - since) / 1000;
  await page.screenshot({ path: join(PICTURES, `${scheme}-${width}-${what.replaceAll(' ', '-')}.png`) });
  console.log(`${seconds.toFixed(1).padStart(6)} s  ${what}`);
  return seconds;
}

const numbered = () => document.querySelector('[data-testid^="average-"][data-value]:not([data-value=""])') !== null;
const fallen = (share) =>
  [...document.querySelectorAll('[data-testid^="forgetting-"][data-value]')].some((tile) => Number(tile.dataset.value) >= share);
const over = () => document.querySelector('[data-testid="stop"]')?.disabled === true;

try {
  const [page] = context.pages();
  let since = performance.now();
  await page.goto(site.url, { waitUntil: 'commit' });
  console.log('The page opens; nothing is pressed.');
  await until(page, since, 'title and pictures', () => document.title !== '' && document.querySelector('.task-strip-pictures *') !== null);
  await until(page, since, 'first accuracy', numbered);
  await until(page, since, 'recorded run forgets', fallen, FALL);
  await until(page, since, 'recorded run complete', () => document.querySelector('.timeline')?.getAttribute('aria-valuenow') === '100');
  const before = tabBytes(profile);
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, tabBytes(profile))), 1000);
  since = performance.now();
  await page.getByTestId('start').click();
  console.log('Start, the one click.');
  await until(page, since, 'live run begins', () => document.querySelector('[data-testid="origin-badge"]') === null);
  await until(page, since, 'first live accuracy', numbered);
  await until(page, since, 'live run forgets', fallen, FALL);
  await until(page, since, 'last bar', over);
  clearInterval(watch);
  // What the browser counts as the page's own (scripts, WebAssembly, drawing): without the browser's code and what a blank tab takes. The
  // run is still in memory, and WebAssembly gives nothing back.
  const own = await page.evaluate(async () => (await performance.measureUserAgentSpecificMemory?.())?.bytes ?? NaN);
  const megabytes = (bytes) => `${Math.round(bytes / 2 ** 20)} MB`;
  console.log(
    `The tab takes ${megabytes(before)} before Start, ${megabytes(most)} at most; the browser counts ${megabytes(own)} as the page's own after the run. Clicks: 1.`,
  );
} finally {
  await context.close();
  await site.close();
  rmSync(folder, { recursive: true, force: true });
}
