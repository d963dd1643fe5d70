/** Streams from images that nobody on this project made; skipped where the material is absent. */
import { existsSync, readFileSync } from 'node:fs';
import { tinyBackbone, tinyConfig } from './materials';
import { expect, test } from './page';

const root = '../shared/real/images';
const settings = '#v=1&training.epochs=1&training.batchSize=64&methods.0.id=inflora&methods.0.rank=2';

test.skip(!existsSync(root), 'no real images beside the project');

test('Omniglot, one task per alphabet, runs to the end', { tag: '@slow' }, async ({ playground }) => {
  await playground.open(settings);
  await playground.drop(tinyBackbone(), tinyConfig);
  await expect(playground.by('backbone-summary')).toBeVisible();
  const name = 'images_background_small1.zip';
  await playground.drop({ name, bytes: readFileSync(`${root}/omniglot/${name}`) });
  await expect(playground.by('stream-summary')).toContainText('136 classes in 5 tasks', { timeout: 60_000 });
  await playground.by('start').click();
  await playground.finished(170_000);
  const record = JSON.parse(await playground.savedRecord()) as { status: string; methods: { results: unknown[] }[] };
  expect(record.status).toBe('finished');
  expect(record.methods.map(({ results }) => results.length)).toEqual([5]);
});

test('trashnet, a picked folder of JPEG files, runs to the end', { tag: '@slow' }, async ({ playground, page }) => {
  await playground.open(settings);
  await playground.drop(tinyBackbone(), tinyConfig);
  await expect(playground.by('backbone-summary')).toBeVisible();
  await playground.by('section-tasks').click();
  await page.locator('input[webkitdirectory]').setInputFiles(`${root}/trashnet`);
  await expect(playground.by('stream-summary')).toContainText('176 training, 59 test', { timeout: 60_000 });
  await playground.by('start').click();
  await playground.finished();
  const record = JSON.parse(await playground.savedRecord()) as { status: string; methods: { results: unknown[] }[] };
  expect(record.status).toBe('finished');
  expect(record.methods.map(({ results }) => results.length)).toEqual([3]);
});
