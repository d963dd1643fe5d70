/** Scroll bars that take room, as in most browsers on Windows and Linux. Headless browsers hide them unless told. */
import { expect, test } from './page';
import { browserArguments, chromiumPath } from '../scripts/browser.mjs';

test.use({ launchOptions: { executablePath: chromiumPath(), args: browserArguments, ignoreDefaultArgs: ['--hide-scrollbars'] } });

for (const [width, height] of [
  [1280, 720],
  [1024, 768],
] as const)
  test(`at ${width} by ${height} charts fit beside scroll bars, and what is cut can be scrolled by mouse`, async ({ playground, page }) => {
    await page.setViewportSize({ width, height });
    await playground.open();
    await expect(playground.by('average-inflora')).toHaveAttribute('data-value', /\d/);
    await expect(playground.by('forgetting-panel').locator('svg').first()).toBeVisible();
    const canvas = playground.by('forgetting-panel').locator('.chart-canvas');
    await expect.poll(() => canvas.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
    await expect.poll(() => canvas.evaluate((element) => element.scrollHeight - element.clientHeight)).toBe(0);
    const tabs = page.getByRole('tablist').filter({ has: playground.by('tab-log') });
    const { cut, bar } = await tabs.evaluate((element: HTMLElement) => ({
      cut: element.scrollWidth > element.clientWidth,
      bar: element.offsetHeight - element.clientHeight,
    }));
    expect(cut).toBe(true);
    expect(bar).toBeGreaterThan(0);
  });
