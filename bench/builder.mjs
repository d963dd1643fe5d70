// The task builder with very many classes: what the page's thread is blocked by, at most, in each thing that people do there.
//   node bench/builder.mjs [classes] [images a class]        after npm run build
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { PNG } from 'pngjs';
import { browserArguments, chromiumPath } from '../scripts/browser.mjs';
import { serve } from '../scripts/serve.mjs';
import { writeZip } from './zip-file.mjs';

const [classes = 10_000, images = 10] = process.argv.slice(2).map(Number);

function picture(shade) {
  const png = new PNG({ width: 8, height: 8 });
  for (let i = 0; i < 64; i++) png.data.set([shade, (shade * 7) & 255, 255 - shade, 255], 4 * i);
  return PNG.sync.write(png);
}

const folder = mkdtempSync(join(tmpdir(), 'builder-'));
const archive = join(folder, 'many.zip');
const pictures = Array.from({ length: 256 }, (_, shade) => picture(shade));
writeZip(
  archive,
  (function* () {
    for (let c = 0; c < classes; c++) {
      for (let i = 0; i < images; i++) yield [`class ${String(c).padStart(5, '0')}/${i}.png`, pictures[(c + 29 * i) % 256]];
    }
  })(),
);
const site = await serve({ folder: 'dist' });
const browser = await chromium.launch({ executablePath: chromiumPath(), args: browserArguments });
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  await page.goto(site.url);
  await page.getByTestId('section-tasks').click();
  await page.getByTestId('pick-zip').waitFor();
  await page.evaluate(() => {
    window.blocked = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.blocked = Math.max(window.blocked, duration);
    }).observe({ type: 'longtask' });
  });
  const result = { classes, images: classes * images };
  const step = async (name, act, seen) => {
    await page.evaluate(() => (window.blocked = 0));
    const started = performance.now();
    await act();
    await seen();
    const seconds = +((performance.now() - started) / 1000).toFixed(2);
    // Long tasks are reported after the fact.
    await page.waitForTimeout(1000);
    result[name] = { seconds, longestBlockMs: Math.round(await page.evaluate(() => window.blocked)) };
    console.error(name, JSON.stringify(result[name]));
  };
  const by = (id) => page.getByTestId(id);
  await step(
    'import',
    () => page.locator('input[type=file][accept*=".zip"]').setInputFiles(archive),
    () => by('stream-summary').getByText('training, ').waitFor({ timeout: 300_000 }),
  );
  await step(
    'open',
    () => by('arrange-tasks').click(),
    () => page.locator('.class-chip').first().waitFor(),
  );
  await step(
    'search',
    () => by('find-class').pressSequentially('class 0999', { delay: 60 }),
    () => page.getByText(/10 of \d+ classes/).waitFor(),
  );
  await step(
    'end the search',
    () => by('find-class').fill(''),
    () => page.locator('[data-class="class 00000"]').waitFor(),
  );
  await step(
    'a class to the next task by keyboard',
    async () => {
      await page.locator('[data-class="class 00000"]').focus();
      await page.keyboard.press('ArrowRight');
    },
    () => by('arranged-1').locator('[data-class="class 00000"]').waitFor(),
  );
  await step(
    'deal out in tasks of 10',
    async () => {
      await by('deal-first').fill('10');
      await by('deal-each').fill('10');
      await by('deal').click();
    },
    () =>
      by('builder-stats')
        .getByText(`in ${classes / 10} tasks`)
        .waitFor(),
  );
  await step(
    'scroll through 100 tasks',
    async () => {
      for (let i = 1; i <= 20; i++) await page.locator('.task-cards').evaluate((element, top) => element.scrollTo(0, top), i * 250);
    },
    () => page.waitForTimeout(200),
  );
  await step(
    'undo',
    () => by('builder-undo').click(),
    () => by('builder-stats').getByText('in 5 tasks').waitFor(),
  );
  await step(
    'use',
    () => by('use-tasks').click(),
    () => by('task-builder').waitFor({ state: 'hidden' }),
  );
  await page.waitForTimeout(3000);
  console.log(JSON.stringify(result, null, 1));
} finally {
  await browser.close();
  await site.close();
  rmSync(folder, { recursive: true, force: true });
}
