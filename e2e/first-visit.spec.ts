import { gzipSync } from 'node:zlib';
import { expect, test } from './page';

// As visitors see it: the recorded run plays.
test.use({ contextOptions: { reducedMotion: 'no-preference' } });

/** Largest transfer before the first chart and the time it may take on localhost. */
const FIRST_CHART_MS = 3000;
const FIRST_DOWNLOAD_BYTES = 2_600_000;
/** The entry and what index.html asks for with it. */
const FIRST_SCRIPT_BYTES = 650_000;
/** 200,000 is wanted: the references of all methods come with what describes them. */
const FIRST_SCRIPT_PACKED_BYTES = 200_000;

test('a recorded run draws itself before any weight is downloaded', async ({ playground, page }) => {
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await playground.open();
  await expect(playground.by('origin-badge')).toHaveText(/Recorded/);
  await expect(playground.by('average-inflora')).toHaveAttribute('data-value', /\d/);
  expect(requests.filter((url) => /\.safetensors|stream\.zip/.test(url))).toEqual([]);
  await expect(playground.by('start')).toBeEnabled();
});

test('size of the first download', async ({ playground, page }) => {
  let bytes = 0;
  page.on(
    'response',
    (response) =>
      void response.body().then(
        (body) => (bytes += body.byteLength),
        () => undefined,
      ),
  );
  await page.goto('./');
  await expect(playground.by('task-0')).toBeVisible();
  console.log(`${(bytes / 1e6).toFixed(2)} MB uncompressed up to the first chart`);
  expect(bytes).toBeLessThan(FIRST_DOWNLOAD_BYTES);
});

test('JavaScript that the first paint waits for', async ({ page }) => {
  const response = await page.request.get('./');
  const files = [...(await response.text()).matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.js)"/g)].map(([, file]) => file ?? '');
  const code = await Promise.all(files.map(async (file) => (await page.request.get(`./${file}`)).body()));
  const [bytes, packed] = [code, code.map((each) => gzipSync(each))].map((all) => all.reduce((sum, each) => sum + each.byteLength, 0));
  console.log(`${files.length} files, ${bytes} bytes, ${packed} compressed`);
  expect(bytes).toBeLessThan(FIRST_SCRIPT_BYTES);
  expect(packed).toBeLessThan(FIRST_SCRIPT_PACKED_BYTES);
});

test('time to first chart', { tag: '@slow' }, async ({ playground, page }) => {
  const visits: number[] = [];
  // The best of three: other work on the machine only ever adds to it.
  for (let visit = 0; visit < 3; visit++) {
    await page.goto('about:blank');
    const start = Date.now();
    await page.goto('./');
    await expect(playground.by('task-0')).toBeVisible();
    visits.push(Date.now() - start);
  }
  console.log(`first chart after ${visits.join(', ')} ms`);
  // A shared two-core machine under test: three times what a person may wait.
  expect(Math.min(...visits)).toBeLessThan(3 * FIRST_CHART_MS);
});

test('nothing is asked of another origin', async ({ playground, page, baseURL }) => {
  const foreign: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(baseURL ?? '') && !/^(blob|data):/.test(request.url())) foreign.push(request.url());
  });
  await playground.open();
  await expect(playground.by('device')).toHaveText(/WebAssembly|WebGPU|CPU/, { timeout: 60_000 });
  expect(foreign).toEqual([]);
});
