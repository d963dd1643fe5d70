/** The page in Chinese: chosen by the address or the menu, whole, within reach. */
import { expectAccessible } from './axe';
import { expect, test } from './page';

/** Runs of three or more English words on view; names of methods, units and formats are no sentences. */
const ENGLISH = /(?:\b[a-z]{2,}\b[ ,]+){2,}\b[a-z]{2,}\b/g;

test('is chosen by the address, lasts through the lesson, and is left by the menu', async ({ playground, page }) => {
  await playground.open('#lang=zh');
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
  await expect(playground.by('average-inflora')).toHaveAttribute('data-value', /\d/);
  await expect(playground.by('start')).toContainText('开始');
  expect((await page.locator('#root').innerText()).match(ENGLISH)).toBeNull();
  await expectAccessible(page, '#root');
  await playground.by('open-lesson').click();
  await expect(playground.by('story')).toContainText('第');
  expect((await page.locator('#root').innerText()).match(ENGLISH)).toBeNull();
  await page.keyboard.press('Escape');
  await playground.by('language').click();
  await playground.by('language-en').click();
  await expect(playground.by('start')).toContainText('Start');
  await page.reload();
  await expect(playground.by('start')).toContainText('Start');
});

test('says what is wrong with a file', async ({ playground }) => {
  await playground.open('#lang=zh');
  await playground.drop({ name: 'broken.safetensors', bytes: new TextEncoder().encode('this is not a checkpoint, it is a letter') });
  await expect(playground.problem('backbone')).toContainText(/[\p{Script=Han}]{4}/u);
  expect((await playground.problem('backbone').innerText()).match(ENGLISH)).toBeNull();
});

for (const [width, height] of [
  [1280, 720],
  [390, 844],
] as const) {
  test(`every tab and scene is whole and accessible, ${width} wide`, { tag: '@slow' }, async ({ playground, page }) => {
    test.setTimeout(600_000);
    await page.setViewportSize({ width, height });
    await playground.open('#lang=zh');
    await expect(playground.by('average-inflora')).toHaveAttribute('data-value', /\d/);
    const tabs = page.locator('[data-testid^="tab-"]');
    await expect(tabs.nth(9)).toBeAttached();
    for (const tab of await tabs.all()) {
      await tab.click();
      await expect(tab).toHaveAttribute('aria-selected', 'true');
      await expectAccessible(page, '#root');
      expect((await page.locator('#root').innerText()).match(ENGLISH), (await tab.textContent()) ?? '').toBeNull();
    }
    for (let scene = 1; scene <= 8; scene++) {
      await page.goto(`./#lang=zh&scene=${scene}`);
      await expect(playground.by(`scene-${scene}`)).toHaveAttribute('aria-current', 'step');
      await page.keyboard.press('End');
      await expectAccessible(page, '.story');
      expect((await page.locator('.story').innerText()).match(ENGLISH), `scene ${scene}`).toBeNull();
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    }
  });
}
