import { expect, test } from './page';

test('the default experiment, from Start to the last bar, on WASM', async ({ playground, page }) => {
  test.setTimeout(600_000);
  await playground.open();
  await expect(playground.by('device')).toHaveText(/WebAssembly/, { timeout: 60_000 });
  const started = Date.now();
  await playground.by('start').click();
  await expect(playground.by('origin-badge')).toHaveCount(0, { timeout: 60_000 });
  await playground.finished(540_000);
  console.log(`default experiment: ${((Date.now() - started) / 1000).toFixed(1)} s from Start to the last bar`);
  const value = async (id: string) => Number(await playground.by(id).getAttribute('data-value'));
  // What the page exists to show; the margin is far below what was measured, since one seed is one seed.
  expect(await value('average-inflora')).toBeGreaterThan(await value('average-full-fine-tuning'));
  expect(await value('forgetting-full-fine-tuning')).toBeGreaterThan(await value('forgetting-inflora'));
  await expect(page.getByTestId('matrix-inflora')).toBeVisible();

  // The models of every task are asked about one test picture; the newest answers as the list above it does.
  await playground.by('next-try').click();
  await playground.by('test-picture').click();
  for (const method of ['inflora', 'full-fine-tuning']) {
    const cells = playground.by(`past-${method}`).locator('li');
    await expect(cells).toHaveCount(await page.getByTestId(/^task-\d+$/).count());
    const likeliest = await playground.by(`answer-${method}`).locator('.answer-label').first().textContent();
    await expect(cells.last()).toHaveAttribute('title', new RegExp(`: ${likeliest}, `));
  }
  // A picture of the first task was right when it was new; fine-tuning has forgotten it since.
  await expect(playground.by('past-inflora').locator('li').first()).toHaveAttribute('data-right', 'true');
});
