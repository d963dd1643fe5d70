import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import { gz, tar } from '../src/data/testing/hostile';
import { stripeArchive, tinyBackbone, tinyConfig } from './materials';
import { expect, Playground, test } from './page';

async function withStripes(playground: Playground, classes = 6) {
  await playground.open();
  await playground.drop(tinyBackbone(), tinyConfig);
  await expect(playground.by('backbone-summary')).toBeVisible();
  const archive = stripeArchive(classes, 6, 3);
  await playground.drop(archive);
  await expect(playground.by('stream-summary')).toContainText(`${classes} classes`);
  return archive;
}

test('classes are arranged by mouse and by keyboard, renamed, merged and undone', async ({ playground, page }) => {
  await withStripes(playground);
  await playground.by('arrange-tasks').click();
  const builder = playground.by('task-builder');
  const chip = (name: string) => builder.locator(`[data-class="${name}"]`);
  await expect(builder.locator('.class-chip')).toHaveCount(6);

  await chip('stripes 0').focus();
  await page.keyboard.press('ArrowRight');
  await expect(playground.by('arranged-1').locator('[data-class="stripes 0"]')).toBeFocused();
  await chip('stripes 0').dragTo(playground.by('arranged-0'));
  await expect(playground.by('arranged-0').locator('[data-class="stripes 0"]')).toBeVisible();
  await playground.by('builder-undo').click();
  await expect(playground.by('arranged-1').locator('[data-class="stripes 0"]')).toBeVisible();

  await chip('stripes 5').click();
  await playground.by('rename-class').fill('diagonal');
  await playground.by('rename-class').press('Enter');
  await expect(chip('diagonal')).toBeVisible();
  await playground.by('merge-class').click();
  await page.getByRole('option', { name: 'stripes 4' }).click();
  await expect(chip('stripes 4')).toContainText('×2');
  await chip('stripes 4').focus();
  await playground.by('deal').click();
  await expect(playground.by('builder-stats')).toContainText('5 classes in 2 tasks');

  const axe = await new AxeBuilder({ page }).include('[data-testid="task-builder"]').analyze();
  expect(axe.violations.map(({ id }) => id)).toEqual([]);

  await playground.by('use-tasks').click();
  await expect(playground.by('stream-summary')).toContainText('5 classes in 2 tasks');
  expect(page.url()).toContain('stream.rename.0.from=');
});

test('a split is saved and opened again; doubles are found', async ({ playground, page }) => {
  await withStripes(playground, 4);
  await playground.by('arrange-tasks').click();
  await playground.by('find-duplicates').click();
  await expect(playground.by('duplicates')).not.toBeEmpty();
  const [download] = await Promise.all([page.waitForEvent('download'), playground.by('export-split').click()]);
  const path = await download.path();
  await playground.by('deal-first').fill('4');
  await playground.by('deal').click();
  await playground.by('use-tasks').click();
  await expect(playground.by('stream-summary')).toContainText('4 classes in 1 task');
  await playground.by('arrange-tasks').click();
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), playground.by('import-split').click()]);
  await chooser.setFiles(path);
  await expect(playground.by('stream-summary')).toContainText('4 classes in 2 tasks');
});

test('tasks are built by keyboard alone, trained, and kept while another import is cancelled, which leaves nothing behind', async ({
  playground,
  page,
}) => {
  await playground.open('#v=1&training.epochs=1&training.batchSize=8&methods.0.id=nearest-mean');
  await playground.drop(tinyBackbone(), tinyConfig);
  await expect(playground.by('backbone-summary')).toBeVisible();
  await playground.drop(stripeArchive(4, 4, 2));
  await expect(playground.by('stream-summary')).toContainText('4 classes in 2 tasks');
  await playground.by('arrange-tasks').press('Enter');
  await playground.by('find-class').fill('stripes 3');
  await expect(page.locator('.class-chip')).toHaveCount(1);
  await playground.by('find-class').fill('');
  for (const name of ['stripes 2', 'stripes 3']) {
    await page.locator(`[data-class="${name}"]`).focus();
    await page.keyboard.press('ArrowLeft');
    await expect(playground.by('arranged-0').locator(`[data-class="${name}"]`)).toBeFocused();
  }
  await playground.by('cap-train').fill('3');
  await expect(playground.by('builder-stats')).toContainText('4 classes in 1 task; 3 to 3 training images');
  await playground.by('use-tasks').press('Enter');
  await expect(playground.by('stream-summary')).toContainText('12 training, 8 test');

  const [picture = new Uint8Array()] = Object.values(unzipSync(stripeArchive(1, 1, 0).bytes));
  const entries = Array.from({ length: 6000 }, (_, i) => ({ name: `class ${i % 3}/${i}.png`, data: picture }));
  await playground.drop({ name: 'many.tar.gz', bytes: gz(tar(entries)) });
  await playground.by('cancel-import').click();
  await expect(playground.by('cancel-import')).toBeHidden();
  await expect(playground.by('stream-summary')).toContainText('12 training, 8 test');
  expect(page.url()).toContain('stripes.zip');
  await expect.poll(() => filesOnDisk(page), 'files on the private disk').toBe(0);
  await playground.by('start').click();
  await playground.finished();
  const record = JSON.parse(await playground.savedRecord()) as { stream: { tasks: { train: number }[] } };
  expect(record.stream.tasks.map(({ train }) => train)).toEqual([12]);
});

test('a link to own images, on another machine: they are named, others are refused, the same ones in a folder are taken', async ({
  playground,
  page,
  browser,
}) => {
  const archive = await withStripes(playground, 4);
  await expect(page).toHaveURL(/stream\.from\.sha256=/);
  const hash = new URL(page.url()).hash.replace(/backbone\.[^&]*&?/g, '');
  const context = await browser.newContext();
  const elsewhere = new Playground(await context.newPage());
  await elsewhere.open(hash);
  await elsewhere.by('start').click();
  await expect(elsewhere.problem('stream')).toContainText(/needs the file "stripes\.zip" \(36 files, .*B\)/);
  await elsewhere.drop(stripeArchive(4, 6, 2));
  await expect(elsewhere.problem('stream')).toContainText('4 of 36 files are missing');
  await expect(elsewhere.by('use-refused')).toBeVisible();
  expect(elsewhere.page.url()).toContain('stripes.zip');

  const folder = mkdtempSync(join(tmpdir(), 'unpacked-'));
  try {
    for (const [name, bytes] of Object.entries(unzipSync(archive.bytes))) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), bytes);
    }
    await elsewhere.page.locator('input[webkitdirectory]').setInputFiles(folder);
    await expect(elsewhere.by('stream-summary')).toContainText('4 classes');
    await expect(elsewhere.problem('stream')).toBeHidden();
    expect(elsewhere.page.url()).toContain('stripes.zip');
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await context.close();
  }
});

/** Files that the site keeps on the browser's private disk. */
function filesOnDisk(page: Page): Promise<number> {
  return page.evaluate(async () => {
    let count = 0;
    const walk = async (folder: FileSystemDirectoryHandle): Promise<void> => {
      for await (const [name, entry] of folder as unknown as AsyncIterable<[string, FileSystemHandle]>) {
        // What was measured of the device is no image.
        if (name === 'calibrations.json') continue;
        if (entry.kind === 'file') count++;
        else await walk(entry as FileSystemDirectoryHandle);
      }
    };
    await walk(await navigator.storage.getDirectory());
    return count;
  });
}
