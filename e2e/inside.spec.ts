/** What a run that computes can show of a method at work: its four stops, its increments mixed, class means in a plane. */
import { expectAccessible } from './axe';
import { expect, test } from './page';

const SMALL =
  '#v=1&d=2&stream.maxTasks=2&stream.trainPerClass=12&stream.testPerClass=6&training.epochs=1&inside.block=1&inside.map=v&means=on';

test('four stops of InfLoRA, a share of each increment, and where class means went', { tag: '@slow' }, async ({ playground, page }) => {
  await playground.open(SMALL);
  await playground.by('start').click();
  await playground.finished();
  await playground.by('tab-inside').click();
  for (const stop of ['Gather', 'Design', 'Train', 'Consolidate']) {
    await playground.by('inside-stop').getByText(stop).click();
    await expect(playground.by('inside-panel').locator('svg').first()).toBeVisible();
    await expect(playground.by('inside-panel').getByRole('heading').first()).toContainText(stop);
  }
  await expectAccessible(page, '[data-testid="inside-panel"]');

  await playground.by('tab-mixer').click();
  const said = playground.by('mixer-panel').locator('[role="img"], svg').first();
  await expect(said).toBeVisible({ timeout: 30_000 });
  await playground.by('mixer-none').click();
  await expect(playground.by('mixer-panel').locator('output').first()).toHaveText('0.00');
  await expect(playground.by('mixer-panel').locator('fieldset')).toHaveAttribute('aria-busy', 'false');
  await expectAccessible(page, '[data-testid="mixer-panel"]');

  await playground.by('tab-interference').click();
  await playground.by('interference-view').click();
  await page.getByRole('option', { name: 'Class means' }).click();
  await expect(playground.by('interference-means-panel')).toContainText(/in this plane: \d/);
  await expectAccessible(page, '[data-testid="interference-means-panel"]');
});
