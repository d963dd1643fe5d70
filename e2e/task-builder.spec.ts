import AxeBuilder from '@axe-core/playwright';
import { stripeArchive, tinyBackbone, tinyConfig } from './materials';
import { expect, test, type Playground } from './page';

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

test('a link to own images asks for them elsewhere, and takes them under any name', async ({ playground, page }) => {
  // The same bytes: an archive packed anew carries another time.
  const archive = await withStripes(playground, 4);
  await expect(page).toHaveURL(/stream\.from\.sha256=/);
  const hash = new URL(page.url()).hash.replace(/backbone\.[^&]*&?/g, '');
  await page.goto('about:blank');
  await playground.open(hash);
  await playground.by('start').click();
  await expect(playground.problem('stream')).toContainText(/needs the file "stripes\.zip" \(.*B\)/);
  await playground.drop({ ...archive, name: 'renamed by mail.zip' });
  await expect(playground.by('stream-summary')).toContainText('4 classes');
  expect(page.url()).toContain('stripes.zip');
});
