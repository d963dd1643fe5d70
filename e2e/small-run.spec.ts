import { stripeArchive, tinyBackbone, tinyConfig } from './materials';
import { expect, test, type Playground } from './page';

/** Two tasks of two classes on the dropped stripes. */
async function prepare(playground: Playground, settings = '') {
  await playground.open(`#v=1&training.epochs=2&training.batchSize=8${settings}`);
  await playground.drop(tinyBackbone(), tinyConfig);
  await expect(playground.by('backbone-summary')).toContainText('32');
  await playground.drop(stripeArchive());
  await expect(playground.by('stream-summary')).toContainText('4 classes');
  await playground.page.evaluate(() => {
    location.hash += '&stream.split.kind=equal&stream.split.classesPerTask=2';
  });
}

async function choose(playground: Playground, device: 'wasm' | 'webgpu') {
  await playground.by('device').click();
  await playground.by(`device-${device}`).click();
  await playground.page.keyboard.press('Escape');
}

// On WebGPU a software adapter compiles kernels for a minute; src/compute/webgpu is what gates there.
for (const [device, name, tag] of [
  ['wasm', /WebAssembly/, []],
  ['webgpu', /WebGPU/, ['@slow']],
] as const) {
  test(`dropped images and a dropped backbone run to the end on ${device}`, { tag: [...tag] }, async ({ playground }) => {
    await prepare(playground);
    await choose(playground, device);
    await playground.by('start').click();
    await playground.finished();
    await expect(playground.by('device')).toHaveText(name);
    const record = JSON.parse(await playground.savedRecord()) as {
      status: string;
      device: { kind: string };
      methods: { id: string; results: { readings: { own: { classIncremental: number[] } } }[] }[];
    };
    expect(record.status).toBe('finished');
    expect(record.device.kind).toBe(device);
    expect(record.methods.map((method) => method.results.map((row) => row.readings.own.classIncremental.length))).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });
}

test('pause, one step, resume, stop', async ({ playground }) => {
  await prepare(playground, '&training.batchSize=2&training.epochs=400');
  await playground.by('start').click();
  await expect(playground.by('where')).toContainText(/train/i, { timeout: 60_000 });
  await playground.by('pause').click();
  await expect(playground.by('where')).toContainText(/paused/i);
  // The share of the work that is done stays where a step was slower than those before it; then losses and pace have moved.
  // Once a task is learned, a paused run has a time line where its progress was.
  const along = playground.by('progress').or(playground.by('timeline'));
  const shown = async () => `${await along.getAttribute('aria-valuenow')} ${await playground.by('numbers').innerText()}`;
  const before = await shown();
  await playground.by('step').click();
  await expect.poll(shown).not.toBe(before);
  await expect(playground.by('start')).toBeVisible();
  await playground.by('start').click();
  await expect(playground.by('pause')).toBeVisible();
  await playground.by('stop').click();
  await expect(playground.by('stop')).toBeDisabled();
});

test('a saved record draws the same numbers when it is opened again', async ({ playground, page }) => {
  await prepare(playground);
  await playground.by('start').click();
  await playground.finished();
  const numbers = async () => playground.by('headlines').innerText();
  const shown = await numbers();
  const saved = await playground.savedRecord();
  await page.reload();
  await playground.open();
  await playground.drop({ name: 'record.json', bytes: new TextEncoder().encode(saved) });
  await expect.poll(numbers).toBe(shown);
});

test('the link rebuilds the experiment', async ({ playground, page, context }) => {
  await playground.open();
  await playground.by('section-training').click();
  await playground.by('seed').fill('5');
  await playground.by('epochs').fill('3');
  await playground.by('epochs').blur();
  await expect.poll(() => page.url()).toContain('seed=5');
  const other = await context.newPage();
  await other.goto(page.url());
  await other.getByTestId('section-training').click();
  await expect(other.getByTestId('seed')).toHaveValue('5');
  await expect(other.getByTestId('epochs')).toHaveValue('3');
});

test('the page answers while a run trains: no work of its own takes long', async ({ playground, browser }) => {
  await prepare(playground, '&training.batchSize=2&training.epochs=400');
  await choose(playground, 'wasm');
  await browser.startTracing(playground.page, { categories: ['disabled-by-default-devtools.timeline'] });
  await playground.by('start').click();
  await expect(playground.by('pause')).toBeVisible({ timeout: 60_000 });
  await playground.finished();
  const tasks = tasksOfPage(await browser.stopTracing());
  const long = tasks.filter((milliseconds) => milliseconds > 50).map(Math.round);
  console.log(`${tasks.length} tasks of the page while training; of more than 50 ms: ${long.join(', ') || 'none'}`);
  expect(tasks.length).toBeGreaterThan(100);
  // Charts that appear take 50 to 150 ms on cores that also train, and more when their code has just arrived.
  expect(Math.max(...tasks)).toBeLessThan(300);
});

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Time on a processor, microseconds. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/**
 * Milliseconds on a processor that each task of the page's own thread took. On a clock they may take longer: the threads that
 * train occupy both cores of a small machine, and the page waits for its turn.
 */
function tasksOfPage(trace: Buffer): number[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { readonly traceEvents: readonly TraceEvent[] };
  const threads = traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain');
  const isPage = (event: TraceEvent): boolean => threads.some(({ pid, tid }) => pid === event.pid && tid === event.tid);
  return traceEvents.flatMap((event) => (event.name === 'RunTask' && isPage(event) ? (event.tdur ?? 0) / 1000 : []));
}
