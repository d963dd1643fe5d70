// Figures of the built site itself: what saving costs, threads on a host without headers, the frames of a page with very many tasks.
import { chromium } from 'playwright';
import { browserArguments, chromiumPath } from './browser.mjs';
import { serve } from './serve.mjs';

const LONG = 15 * 60_000;

/** `options`: of the browser's context. `work` gets a page of the site, which is served as `headers` says. */
async function onSite(folder, { headers = true, ...options }, work) {
  const served = await serve({ folder, headers });
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: browserArguments, headless: true });
  try {
    const context = await browser.newContext({ serviceWorkers: 'block', ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(LONG);
    return await work(page, served.url);
  } finally {
    await browser.close();
    await served.close();
  }
}

const by = (page, id) => page.getByTestId(id);

/** Starts what the address says and waits for its end -> the record as the page keeps it, and when and for how many milliseconds it stood still for a saving, and wrote. */
async function runToEnd(page) {
  await page.evaluate(() => ['save', 'written'].forEach((name) => performance.clearMeasures(name)));
  const rows = () => page.evaluate(readKept);
  const before = (await rows()).length;
  await by(page, 'start').click();
  for (;;) {
    const kept = await rows();
    if (kept.length > before && kept.every(({ status }) => status !== 'running')) {
      const { record } = kept.at(-1);
      const [saves, writes] = await page.evaluate(() =>
        ['save', 'written'].map((name) => performance.getEntriesByName(name).map(({ startTime, duration }) => ({ startTime, duration }))),
      );
      return { ...record, saves, writes };
    }
    await page.waitForTimeout(500);
  }
}

/** In the page: its kept runs, oldest first. */
async function readKept() {
  const asked = (request) =>
    new Promise((resolve, reject) =>
      Object.assign(request, { onsuccess: () => resolve(request.result), onerror: () => reject(new Error(String(request.error))) }),
    );
  const known = await indexedDB.databases();
  if (!known.some(({ name }) => name === 'inflora-playground')) return [];
  const db = await asked(indexedDB.open('inflora-playground'));
  try {
    const rows = await asked(db.transaction('runs').objectStore('runs').getAll());
    const found = [];
    for (const { id, status, order } of rows) {
      const { seconds } = JSON.parse(await asked(db.transaction('records').objectStore('records').get(id)));
      found.push({ order, status, record: { seconds } });
    }
    return found.sort((a, b) => a.order - b.order);
  } finally {
    db.close();
  }
}

const EIGHT = ['inflora', 'inflora-ca', 'full-fine-tuning', 'sequential-lora', 'slca', 'ranpac', 'ewc', 'l2p'];
const SAVED = {
  'the default experiment': '',
  'full fine-tuning alone, its state the largest there is': '#v=1&d=2&methods.0.id=full-fine-tuning',
  'eight methods': `#v=1&d=2&${EIGHT.map((id, i) => `methods.${i}.id=${id}`).join('&')}`,
};

/** Of one run each: its own clock, which stands still meanwhile, beside how long it did; and how long a worker wrote while it went on. */
export async function saving(folder, report) {
  const rows = [];
  for (const [name, hash] of Object.entries(SAVED)) {
    report(`saving, ${name}`);
    const { seconds, saves, writes } = await onSite(folder, {}, async (page, url) => {
      await page.goto(url + hash);
      return runToEnd(page);
    });
    const [stood, wrote] = [saves, writes].map((all) => all.reduce((sum, { duration }) => sum + duration, 0) / 1000);
    const apart = Math.max(0, ...saves.slice(1).map(({ startTime }, i) => startTime - saves[i].startTime)) / 1000;
    const share = `${((100 * stood) / (seconds + stood)).toFixed(2)} %`;
    rows.push([name, seconds.toFixed(1), String(saves.length), apart.toFixed(1), stood.toFixed(2), share, wrote.toFixed(2)]);
  }
  const columns = [
    'run',
    'computing, s',
    'saved, times',
    'at most apart, s',
    'stood still for it, s',
    'of the run',
    'written meanwhile, s',
  ];
  return { title: 'Saving', columns, rows };
}

/** The default experiment in turns: as a host without headers gives it, and with the service worker, which adds them. */
export async function threads(folder, report, rounds = 2) {
  const times = { block: [], allow: [] };
  const names = {};
  for (let round = 0; round < rounds; round++) {
    for (const serviceWorkers of ['block', 'allow']) {
      report(`threads, service worker: ${serviceWorkers}, round ${round + 1}`);
      const seconds = await onSite(folder, { headers: false, serviceWorkers }, async (page, url) => {
        await page.goto(url);
        if (serviceWorkers === 'allow') await page.waitForFunction(() => crossOriginIsolated);
        await by(page, 'device')
          .filter({ hasText: /WebAssembly/ })
          .waitFor();
        names[serviceWorkers] = await by(page, 'device').getAttribute('aria-label');
        return (await runToEnd(page)).seconds;
      });
      times[serviceWorkers].push(seconds);
    }
  }
  const best = (which) => Math.min(...times[which]);
  const row = (which, name) => [
    name,
    names[which] ?? '',
    times[which].map((s) => s.toFixed(1)).join(', '),
    (best('block') / best(which)).toFixed(2),
  ];
  return {
    title: 'Threads on a host without headers: the default experiment',
    columns: ['', 'device', 's, in turns', 'times as fast, best of each'],
    rows: [row('block', 'as the host serves it'), row('allow', 'with the service worker')],
  };
}

/** In the page: frames of so many milliseconds. */
export const countFrames = (ms) =>
  new Promise((resolve) => {
    const at = [];
    const until = performance.now() + ms;
    const frame = (now) => {
      at.push(now);
      if (now < until) return requestAnimationFrame(frame);
      const gaps = at
        .slice(1)
        .map((each, i) => each - at[i])
        .sort((a, b) => a - b);
      resolve({ rate: (1000 * gaps.length) / (at.at(-1) - at[0]), median: gaps[gaps.length >> 1], longest: gaps.at(-1) });
    };
    requestAnimationFrame(frame);
  });

/** `recordOf(tasks)`: a record's text. Opened by dropping it, then played. */
export async function frames(folder, report, recordOf) {
  const rows = [];
  for (const tasks of [5, 20, 50, 200]) {
    report(`frames, ${tasks} tasks`);
    const text = await recordOf(tasks);
    rows.push(
      await onSite(folder, { viewport: { width: 1280, height: 720 } }, async (page, url) => {
        await page.goto(url);
        await by(page, 'transport').waitFor();
        // The browser ends a connection on which more than 100 MB come at once.
        for (let at = 0; at < text.length; at += PART) await page.evaluate(addPart, text.slice(at, at + PART));
        const opened = await page.evaluate(drop);
        const still = await page.evaluate(countFrames, 3000);
        await page.locator('.results').click({ position: { x: 2, y: 2 } });
        await page.keyboard.press('Space');
        const playing = await page.evaluate(countFrames, 8000);
        const f = (value) => value.toFixed(0);
        return [f(tasks), (text.length / 1e6).toFixed(1), f(opened), f(still.rate), f(playing.rate), f(playing.median), f(playing.longest)];
      }),
    );
  }
  return {
    title: 'The page with a record of so many tasks and eight methods',
    columns: ['tasks', 'record, MB', 'opened in, ms', 'frames a second, still', 'while it plays', 'median frame, ms', 'longest, ms'],
    rows,
  };
}

/** Letters. */
const PART = 2 ** 24;

/** In the page: a part of the record to be dropped. */
const addPart = (part) => void (window.parts ??= []).push(part);

/** In the page: drops a record; resolves with the milliseconds until its matrix is drawn. */
async function drop() {
  const data = new DataTransfer();
  data.items.add(new File(window.parts.splice(0), 'run.json'));
  const since = performance.now();
  for (const type of ['dragover', 'drop'])
    document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
  const drawn = () => document.querySelector('[data-testid="matrix-inflora"]') !== null && document.body.textContent.includes('Synthetic');
  while (!drawn()) await new Promise((resolve) => requestAnimationFrame(resolve));
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  return performance.now() - since;
}
