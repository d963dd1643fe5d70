/** Without a network, on hosts that send no headers, below a path: what the service worker is for. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve, type Served, type ServeOptions } from '../scripts/serve.mjs';
import { expect, test, type Playground } from './page';

// A page without a network complains of what it does not reach.
test.use({
  serviceWorkers: 'allow',
  allowed: [[/Failed to load resource|ERR_CONNECTION_REFUSED|ERR_FAILED|Failed to fetch/i], { scope: 'test' }],
});

let served: Served;
const open = async (playground: Playground, options: Partial<ServeOptions> = {}) => {
  served = await serve({ folder: 'dist', ...options });
  await playground.page.goto(served.url);
  await expect(playground.by('transport')).toBeVisible();
};
test.afterEach(() => served.close().catch(() => undefined));

const isolated = (playground: Playground) => playground.page.evaluate(() => crossOriginIsolated).catch(() => null);
const controlled = (playground: Playground) =>
  playground.page.evaluate(() => navigator.serviceWorker.controller !== null).catch(() => false);
/** Paths of the newest cache. */
const kept = (playground: Playground): Promise<string[]> =>
  playground.page
    .evaluate(async () => {
      const name = (await caches.keys()).find((each) => each.startsWith('site-'));
      return name === undefined ? [] : (await (await caches.open(name)).keys()).map(({ url }) => url);
    })
    .catch(() => []);
const DEFAULT = ['backbones/glyph-vit/model.safetensors', 'streams/materials/stream.zip', 'runs/default.json'];
/** What a visit leaves behind, whole. */
const keptDefault = (playground: Playground) =>
  expect
    .poll(async () => (await kept(playground)).filter((url) => DEFAULT.some((path) => url.endsWith(path))).length, { timeout: 90_000 })
    .toBe(DEFAULT.length);

const SMALL = '#v=1&d=2&stream.maxTasks=1&stream.trainPerClass=4&stream.testPerClass=4&training.epochs=1';

test('a host without headers: threads after one reload, below a path, and all of it offline', async ({ playground, page }) => {
  let loads = 0;
  page.on('framenavigated', () => loads++);
  await open(playground, { headers: false, base: '/some/where/' });
  await expect.poll(() => isolated(playground), { timeout: 90_000 }).toBe(true);
  await expect(playground.by('device')).toHaveAttribute('aria-label', /[2-9] threads/, { timeout: 60_000 });
  await keptDefault(playground);
  expect(loads).toBeLessThanOrEqual(2);
  await served.close();
  await page.goto('about:blank');
  await page.goto(`${served.url}${SMALL}`);
  await expect(playground.by('transport')).toBeVisible();
  expect(await isolated(playground)).toBe(true);
  await playground.by('start').click();
  await playground.finished();
  await expect(playground.by('average-inflora')).toHaveAttribute('data-value', /\d/);
  await page.reload();
  await expect(playground.by('transport')).toBeVisible();
  expect(await isolated(playground)).toBe(true);
});

test('a page that somebody works with is not loaded anew', { tag: '@slow' }, async ({ playground, page }) => {
  // The person is quicker than the service worker.
  await page.addInitScript(() => {
    const workers = navigator.serviceWorker;
    const register = workers.register.bind(workers);
    workers.register = async (...given) => {
      await new Promise((resolve) => addEventListener('touched', resolve, { once: true }));
      return register(...given);
    };
  });
  await open(playground, { headers: false });
  await page.evaluate(() => Object.assign(window, { stillHere: true }));
  await playground.by('help').click();
  await page.evaluate(() => dispatchEvent(new Event('touched')));
  await expect.poll(() => controlled(playground), { timeout: 90_000 }).toBe(true);
  await keptDefault(playground);
  expect(await page.evaluate(() => ['stillHere' in window, crossOriginIsolated])).toEqual([true, false]);
});

test('a refused service worker: one thread, and not a word', { tag: '@slow' }, async ({ playground, page }) => {
  await page.addInitScript(() => {
    navigator.serviceWorker.register = () => Promise.reject(new DOMException('refused', 'SecurityError'));
  });
  await open(playground, { headers: false });
  await expect(playground.by('device')).toHaveText(/WebAssembly|WebGPU|CPU/, { timeout: 60_000 });
  expect(await isolated(playground)).toBe(false);
  await playground.by('share').click();
  await expect(playground.by('copy-link')).toBeVisible();
  await expect(playground.by('keep-offline')).toHaveCount(0);
});

test('kept on demand, whole: every stream is there without the host', { tag: '@slow' }, async ({ playground, page }) => {
  await open(playground);
  await expect.poll(() => controlled(playground), { timeout: 90_000 }).toBe(true);
  await playground.by('share').click();
  await expect(playground.by('keep-offline')).toHaveText(/Keep for offline use \([\d.]+ MB\)/);
  await playground.by('keep-offline').click();
  await expect(playground.by('keep-offline')).toHaveText('Kept for offline use', { timeout: 90_000 });
  await served.close();
  await page.reload();
  await expect(playground.by('transport')).toBeVisible();
  expect(await page.evaluate(async () => (await fetch('streams/things/stream.zip').catch(() => null))?.status)).toBe(200);
});

test('a new version is told, and loads when the person says so', { tag: '@slow' }, async ({ playground, page }) => {
  const folder = mkdtempSync(join(tmpdir(), 'site-'));
  try {
    cpSync('dist', folder, { recursive: true });
    await open(playground, { folder });
    await expect.poll(() => controlled(playground), { timeout: 90_000 }).toBe(true);
    await page.evaluate(() => Object.assign(window, { stillHere: true }));
    const worker = join(folder, 'service-worker.js');
    writeFileSync(worker, readFileSync(worker, 'utf8').replace(/"version":"\w+"/, '"version":"next"'));
    await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
    await expect(playground.by('new-version')).toBeVisible({ timeout: 90_000 });
    expect(await page.evaluate(() => 'stillHere' in window)).toBe(true);
    await playground.by('load-version').click();
    await expect.poll(() => page.evaluate(() => 'stillHere' in window).catch(() => true), { timeout: 60_000 }).toBe(false);
    expect(await page.evaluate(() => caches.keys())).toEqual(['site-next']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
