/** A link opens its own experiment; whose results the charts show is always said. */
import { stripeArchive } from './materials';
import { expect, test } from './page';

const LINK = '#v=1&seed=3&training.epochs=1&stream.maxTasks=3';

test('a link shows its own experiment, named, and no results of another', async ({ playground, page }) => {
  await playground.open(LINK);
  await expect(playground.by('device')).toHaveText(/WebAssembly|WebGPU/, { timeout: 60_000 });
  await expect(playground.by('origin-badge')).toHaveCount(0);
  await expect(playground.by('running')).toHaveText('Alphabets · Glyph ViT · InfLoRA vs Fine-tuning · seed 3');
  await expect(playground.by('this-experiment')).toContainText('seed 3');
  await expect(playground.by('average-inflora')).toHaveAttribute('data-value', '');
  await expect(playground.by('start')).toBeEnabled();

  // The default experiment's own address shows what is recorded of it; from there a link is followed, too.
  await page.evaluate(() => (location.hash = '#v=1&d=2'));
  await expect(playground.by('origin-badge')).toHaveText('Recorded');
  await expect(playground.by('average-inflora')).toHaveAttribute('data-value', /\d/);
  await page.evaluate((hash) => (location.hash = hash), LINK);
  await expect(playground.by('average-inflora')).toHaveAttribute('data-value', '');
});

test('the link to a recorded experiment plays its recording, read as the link asks', async ({ playground, page }) => {
  await playground.open('#v=1&d=2&readBy=class-means');
  await expect(playground.by('origin-badge')).toHaveText('Recorded');
  await expect(playground.by('read-by')).toHaveValue('Class means');
  await expect(playground.by('running')).toContainText('seed 0');
  await expect(page.getByTestId('changed')).toHaveCount(0);
});

test('other images than those of the charts are told apart from them', async ({ playground }) => {
  await playground.open();
  await expect(playground.by('average-inflora')).toHaveAttribute('data-value', /\d/);
  await playground.drop(stripeArchive());
  const note = playground.by('changed');
  await expect(note).toContainText('The charts show another run');
  await expect(note).toContainText('materials →');
  await playground.by('take-back').click();
  await expect(note).toHaveCount(0);
});

test('a figure that is saved says which run it is of', async ({ playground, page }) => {
  await playground.open();
  await expect(playground.by('average-inflora')).toHaveAttribute('data-value', /\d/);
  await page.getByRole('button', { name: /^Save picture: Accuracy matrix/ }).click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'SVG' }).click()]);
  const parts: Buffer[] = [];
  for await (const some of await download.createReadStream()) parts.push(some as Buffer);
  expect(Buffer.concat(parts).toString('utf8')).toContain('Materials · InfLoRA, Fine-tuning, Seq. LoRA, Frozen · seed 0');
});

test('a picture dropped on the page waits to be tried', async ({ playground, page }) => {
  await playground.open();
  await playground.drop({ name: 'cat.png', bytes: new Uint8Array([1, 2, 3]) });
  await expect(playground.by('try-panel')).toContainText('“cat.png” waits here to be tried.');
  await expect(page.getByRole('alert')).toHaveCount(0);
});
