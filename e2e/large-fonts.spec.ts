/** Fonts are the reader's: where they are larger than ours, menus stay inside the page and within reach of the keyboard. */
import { expectAccessible } from './axe';
import { expect, test } from './page';

for (const [width, height] of [
  [1280, 720],
  [390, 844],
] as const) {
  test(`the share menu in letters of 1.4 times the size, ${width} wide`, async ({ playground, page }) => {
    await page.setViewportSize({ width, height });
    await playground.open();
    await expect(playground.by('average-inflora')).toHaveAttribute('data-value', /\d/);
    await page.addStyleTag({ content: 'html { font-size: 140% }' });
    const sizeOfPage = () => page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]);
    // Letters of another size, and charts that arrive after the numbers: the page is measured once it has stopped growing.
    let before = [0];
    await expect
      .poll(
        async () => {
          const earlier = before;
          before = await sizeOfPage();
          return String(before) === String(earlier);
        },
        { intervals: [500] },
      )
      .toBe(true);
    const share = playground.by('share');
    await share.press('Enter');
    const menu = page.getByRole('menu');
    await expect(share).toHaveAttribute('aria-expanded', 'true');
    await expectAccessible(page, '[role="menu"]');
    expect(await sizeOfPage()).toEqual(before);
    expect(await menu.evaluate((element) => element.scrollHeight > element.clientHeight), 'scrolls').toBe(true);

    // Forwards by arrow, backwards by Tab: each item takes the focus inside of the menu, and the menu is inside of the page.
    const items = menu.locator('[role="menuitem"]:not(:disabled)');
    const count = await items.count();
    expect(count).toBeGreaterThan(5);
    for (const [key, order] of [
      ['ArrowDown', [...Array(count).keys()]],
      ['Shift+Tab', [...Array(count - 1).keys()].reverse()],
    ] as const) {
      for (const i of order) {
        if (i > 0 || key !== 'ArrowDown') await page.keyboard.press(key);
        await expect(items.nth(i)).toBeFocused();
        const [inside, outside] = [await items.nth(i).boundingBox(), await menu.boundingBox()];
        if (!inside || !outside) throw new Error('The menu is gone.');
        expect(inside.y).toBeGreaterThanOrEqual(outside.y);
        expect(inside.y + inside.height).toBeLessThanOrEqual(outside.y + outside.height);
        for (const [from, to, most] of [
          [outside.x, outside.x + outside.width, width],
          [outside.y, outside.y + outside.height, height],
        ] as const) {
          expect(from).toBeGreaterThanOrEqual(0);
          expect(to).toBeLessThanOrEqual(most);
        }
      }
    }

    await page.keyboard.press('Escape');
    await expect(menu).toBeHidden();
    await expect(share).toBeFocused();
  });
}
