/** Runs outlive the page: a tiny experiment of the bundled images, cut off in several ways. */
import type { Page } from '@playwright/test';
import { expectAccessible } from './axe';
import { expect, Playground, test } from './page';

/** Two tasks of few images, two methods: seconds on WebAssembly; `epochs` makes training last. */
const tiny = (epochs: number, more = '') =>
  `#v=1&d=2&seed=3&stream.maxTasks=2&stream.trainPerClass=8&stream.testPerClass=4&training.epochs=${epochs}&interference=off` +
  `&methods.0.id=inflora&methods.0.rank=4&methods.1.id=full-fine-tuning${more}`;

interface Found {
  readonly status: string;
  readonly methods: readonly { readonly losses: readonly object[]; readonly results: readonly Readonly<Record<string, unknown>>[] }[];
}

/** All that a run found, without the time that it took. */
async function found(playground: Playground): Promise<object> {
  const { status, methods } = JSON.parse(await playground.savedRecord()) as Found;
  return { status, methods: methods.map(({ losses, results }) => ({ losses, results: results.map(({ seconds: _, ...rest }) => rest) })) };
}

async function startOn(playground: Playground, hash: string) {
  await playground.open(hash);
  await playground.by('start').click();
  // The quickest ones train for less than the page is redrawn in.
  await expect(playground.by('where')).toContainText(/task \d|finished/i, { timeout: 150_000 });
}

/** Stands still in the middle of training `task`, saved. */
async function pausedIn(playground: Playground, task: number) {
  await expect(playground.by('where')).toContainText(new RegExp(`task ${task}.*train`, 'i'), { timeout: 150_000 });
  await playground.by('pause').click();
  await expect(playground.by('where')).toContainText(/paused/i);
  await expect.poll(() => states(playground.page)).not.toEqual([]);
}

/** Files of saved states, by name. */
const states = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('runs', { create: true });
    const names: string[] = [];
    for await (const name of (folder as unknown as { keys(): AsyncIterable<string> }).keys()) names.push(name);
    return names;
  });

const rows = (playground: Playground) => playground.by('run-row');

/** A run that nobody disturbed, paused or left. */
async function undisturbed(playground: Playground): Promise<object> {
  await startOn(playground, tiny(6));
  await playground.finished();
  const whole = await found(playground);
  await playground.page.reload();
  return whole;
}

test('a reload loses nothing: the run goes on and ends bit for bit alike', async ({ playground, page }) => {
  const whole = await undisturbed(playground);
  await startOn(playground, tiny(6));
  await pausedIn(playground, 2);
  await page.reload();
  // What it had found is on the page at once, beside the offer.
  await expect(playground.by('go-on-note')).toContainText('1 of 2 tasks');
  await expect(playground.by('average-inflora')).toHaveAttribute('data-value', /\d/);
  await playground.by('go-on').click();
  await expect(playground.by('go-on-note')).toHaveCount(0);
  await playground.finished();
  expect(await found(playground)).toEqual(whole);

  await playground.by('open-runs').click();
  await expect(rows(playground)).toHaveCount(2);
  await expect(rows(playground).last().getByTestId('run-differs')).toHaveText('the same again');
  expect(await states(page)).toEqual([]);
});

test('a page that is closed without a word loses nothing', { tag: '@slow' }, async ({ playground, page, context }) => {
  const whole = await undisturbed(playground);
  await startOn(playground, tiny(6));
  await expect(playground.by('where')).toContainText(/task 2.*train/i, { timeout: 150_000 });
  await page.close();
  const next = new Playground(await context.newPage());
  await next.open(tiny(6));
  await next.by('go-on').click();
  await next.finished();
  expect(await found(next)).toEqual(whole);
});

test.describe('a worker that breaks', () => {
  // The worker's own error, and what the browser makes of it on the page.
  test.use({ allowed: [[/killed|^(null)?$/], { scope: 'test' }] });
  test('leaves the page alive, and the run goes on without a reload', { tag: '@slow' }, async ({ playground, page }) => {
    await startOn(playground, tiny(6));
    await pausedIn(playground, 2);
    const broken = page.waitForEvent('pageerror');
    // The one that the page started; those that it started itself come from files.
    for (const worker of page.workers().filter((each) => each.url().startsWith('blob:'))) {
      void worker
        .evaluate(() => {
          setTimeout(() => {
            throw new Error('killed');
          });
        })
        .catch(() => undefined);
    }
    await broken;
    await playground.by('start').click();
    await expect(playground.problem('run')).toBeVisible();
    await expect(playground.by('go-on-note')).toContainText('1 of 2 tasks');
    await playground.by('go-on').click();
    await playground.finished();
    await expect(playground.by('where')).toContainText('2 of 2 tasks');
  });
});

test('a disk that is full: said once, the run ends all the same', { tag: '@slow' }, async ({ playground, page, context }) => {
  await playground.open(tiny(4));
  const cdp = await context.newCDPSession(page);
  await cdp.send('Storage.overrideQuotaForOrigin', { origin: new URL(page.url()).origin, quotaSize: 1000 });
  await playground.by('start').click();
  await expect(playground.problem('storage')).toContainText(/no more room/, { timeout: 150_000 });
  await playground.finished();
  await expect(playground.by('where')).toContainText('2 of 2 tasks');
  await expect(playground.problem('storage')).toHaveCount(1);
});

test(
  'two tabs: each has its own run, and neither offers, deletes or overwrites the run of the other',
  { tag: '@slow' },
  async ({ playground, context }) => {
    await startOn(playground, tiny(6));
    await pausedIn(playground, 1);
    const other = new Playground(await context.newPage());
    await other.open(tiny(6));
    await other.by('open-runs').click();
    await expect(rows(other)).toHaveCount(1);
    await expect(rows(other)).toContainText('going');
    await expect(rows(other).getByTestId('run-remove')).toBeDisabled();
    await expect(rows(other).getByTestId('run-go-on')).toBeDisabled();
    await other.page.keyboard.press('Escape');
    await expect(other.by('go-on-note')).toHaveCount(0);
    await startOn(other, tiny(2, '&seed=4'));
    await other.finished();
    await playground.by('start').click();
    await playground.finished();
    for (const each of [playground, other]) {
      await each.by('open-runs').click();
      await expect(rows(each)).toHaveCount(2);
      await expect(rows(each).filter({ hasText: 'finished' })).toHaveCount(2);
    }
  },
);

test('a state that is damaged, cut off or of a newer version: told, the results stay', { tag: '@slow' }, async ({ playground, page }) => {
  await startOn(playground, tiny(6));
  await pausedIn(playground, 2);
  for (const [what, words] of [
    ['newer', /newer version/],
    ['flip', /damaged/],
    ['cut', /damaged/],
    ['gone', /saved any more/],
  ] as const) {
    await page.reload();
    await expect(playground.by('average-inflora')).toHaveAttribute('data-value', /\d/);
    await page.evaluate(spoil, what);
    await playground.by('go-on').click();
    await expect(playground.problem('storage')).toContainText(words);
    await expect(playground.by('average-inflora')).toHaveAttribute('data-value', /\d/);
    await expect(playground.by('start')).toBeEnabled();
  }
});

/** In the page: makes every saved state unusable in one way. */
async function spoil(what: 'newer' | 'flip' | 'cut' | 'gone') {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('runs');
  const all = folder as unknown as { entries(): AsyncIterable<[string, FileSystemFileHandle]> };
  for await (const [name, handle] of all.entries()) {
    if (what === 'gone') {
      await folder.removeEntry(name);
      continue;
    }
    const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
    if (what === 'newer') {
      // The schema is the first number of the head; the check sum is made right again.
      bytes['InfLoRA run\n'.length + 4 + '{"schema":'.length] = '9'.charCodeAt(0);
      let crc = 0xffffffff;
      for (const byte of bytes.subarray(0, -4)) {
        crc ^= byte;
        for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
      }
      new DataView(bytes.buffer).setUint32(bytes.length - 4, (crc ^ 0xffffffff) >>> 0, true);
    }
    if (what === 'flip') bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    const writable = await handle.createWritable();
    await writable.write(what === 'cut' ? bytes.slice(0, 5000) : bytes);
    await writable.close();
  }
}

test(
  'my runs: names, the reference, comparing, deleting and having back, by keyboard and to a screen reader',
  { tag: '@slow' },
  async ({ playground, page }) => {
    for (const more of ['', '&seed=4', '&training.learningRate=0.0003']) {
      await startOn(playground, tiny(1, more));
      await playground.finished();
    }
    await playground.by('open-runs').focus();
    await page.keyboard.press('Enter');
    await expect(rows(playground)).toHaveCount(3);
    await expect(rows(playground).nth(1).getByTestId('run-differs')).toHaveText('seed 4');
    await expect(rows(playground).nth(2).getByTestId('run-differs')).toContainText(/rate.*0\.0003/i);
    await rows(playground).nth(0).getByTestId('run-rename').click();
    await playground.by('run-name').fill('The first');
    await page.keyboard.press('Enter');
    await expect(rows(playground).nth(0)).toContainText('The first');
    await rows(playground).nth(0).getByTestId('run-pin').click();
    await expect(rows(playground).nth(0)).toContainText('reference');
    await expectAccessible(page, '.mantine-Modal-content');
    for (const row of [0, 1, 2]) await rows(playground).nth(row).getByTestId('run-choose').check();
    await playground.by('runs-compare').click();
    await expect(playground.by('compare')).toContainText('2 seeds: 3, 4');
    await expect(playground.by('compare').getByRole('table')).toContainText('B InfLoRA');
    await expect(playground.by('compare').getByRole('img', { name: /less that of/ })).toBeVisible();
    await expectAccessible(page, '.mantine-Modal-content');
    await page.keyboard.press('Escape');
    await rows(playground).nth(1).getByTestId('run-remove').click();
    await expect(rows(playground)).toHaveCount(2);
    await playground.by('undo').click();
    await expect(rows(playground)).toHaveCount(3);
    const [download] = await Promise.all([page.waitForEvent('download'), playground.by('runs-export').click()]);
    expect(download.suggestedFilename()).toBe('my-runs.zip');
  },
);

test('a link that says its result is checked by who opens it', { tag: '@slow' }, async ({ playground, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await startOn(playground, tiny(1));
  await playground.finished();
  await playground.by('share').click();
  await playground.by('copy-claim').click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  for (const [address, verdict] of [
    [link, 'same'],
    [link.replace(/result=[^:]*:\d+/, `result=${'0'.repeat(24)}:1`), 'different'],
  ] as const) {
    const other = new Playground(await context.newPage());
    await other.page.goto(address);
    await expect(other.by('claim')).toContainText('InfLoRA');
    await other.by('start').click();
    await expect(other.by('claim')).toHaveAttribute('data-verdict', verdict, { timeout: 150_000 });
    expect(other.page.url()).toContain('result=');
    await other.page.close();
  }
});
