/** What rivals know of themselves, computed here: importances, prompts, magnitudes, the very images that are stored. */
import { expectAccessible } from './axe';
import { expect, test } from './page';

const SMALL =
  '#v=1&d=2&stream.maxTasks=2&stream.trainPerClass=12&stream.testPerClass=6&training.epochs=1' +
  '&methods.0.id=ewc&methods.1.id=l2p&methods.2.id=sd-lora&methods.3.id=experience-replay&methods.3.images=30&methods.4.id=coda-prompt';

test('each rival shows its memory, and experience replay the images in it', { tag: '@slow' }, async ({ playground, page }) => {
  await playground.open(SMALL);
  await playground.by('start').click();
  await playground.finished();
  await playground.by('tab-memory').click();
  const panel = playground.by('memory-panel');
  const show = async (method: string, title: string) => {
    await panel.getByRole('textbox').or(panel.getByRole('combobox')).first().click();
    await page.getByRole('option', { name: method, exact: true }).click();
    await expect(panel.getByRole('heading').first()).toContainText(title);
  };
  await expect(panel.getByRole('heading').first()).toContainText('Where the weights matter');
  await expect(panel.locator('.heat-cell')).toHaveCount(16);
  await show('L2P', 'Which prompts images get');
  await expect(panel.locator('.heat-cell')).toHaveCount(2 * 10);
  await show('CODA-Prompt', 'Which prompts images get');
  // A hundred components, told by the task that brought them.
  await expect(panel.locator('.heat-cell')).toHaveCount(2 * 2);
  await show('SD-LoRA', 'How far it goes');
  await expect(panel.locator('.heat-cell')).toHaveCount(3);
  await expectAccessible(page, '[data-testid="memory-panel"]');
  await show('Replay', 'The images it keeps');
  await expect(playground.by('exemplars-0').locator('canvas').first()).toBeVisible({ timeout: 30_000 });
  await expect(panel.locator('canvas')).toHaveCount(30);
  await expectAccessible(page, '[data-testid="memory-panel"]');
});
