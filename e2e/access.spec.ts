import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './page';

for (const scheme of ['light', 'dark'] as const) {
  for (const [width, height] of [
    [1280, 720],
    [390, 844],
  ] as const) {
    test(`no accessibility violations: ${scheme}, ${width} wide`, async ({ playground, page }) => {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await playground.open();
      await expect(playground.by('average-inflora')).toHaveAttribute('data-value', /\d/);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow, 'horizontal scroll').toBeLessThanOrEqual(0);
    });
  }
}

test('everything is reached by keyboard', async ({ playground, page }) => {
  await playground.open();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  const reached = new Set<string>();
  for (let i = 0; i < 60 && !reached.has('start'); i++) {
    await page.keyboard.press('Tab');
    const id = await page.evaluate(() => {
      const focused = document.activeElement;
      const visible = focused !== null && getComputedStyle(focused).outlineStyle !== 'none';
      return visible ? (focused.getAttribute('data-testid') ?? '') : '';
    });
    if (id !== '') reached.add(id);
  }
  expect([...reached]).toContain('start');
  await page.keyboard.press('Enter');
  await expect(playground.by('pause').or(playground.by('where'))).toBeVisible();
  await expect(playground.by('stop')).toBeEnabled({ timeout: 60_000 });
});
