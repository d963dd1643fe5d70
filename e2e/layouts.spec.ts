/** Small pages, large letters, colours of the system: everything stays within reach and legible. */
import { expectAccessible } from './axe';
import { expect, test, type Playground } from './page';

async function withResults(playground: Playground, width: number, height: number) {
  await playground.page.setViewportSize({ width, height });
  await playground.open();
  await expect(playground.by('average-inflora')).toHaveAttribute('data-value', /\d/);
  await expect(playground.by('task-0')).toBeVisible();
}

test('on a phone the run is started again after the next steps have come', async ({ playground, page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await playground.open('#v=1&d=2&stream.maxTasks=2&training.epochs=1&stream.trainPerClass=8&methods.0.id=frozen');
  await playground.by('start').click();
  await expect(playground.by('append')).toBeVisible({ timeout: 120_000 });
  for (const id of ['start', 'reset', 'next-try', 'next-change', 'next-share', 'append']) {
    const box = await playground.by(id).boundingBox();
    expect(box, id).not.toBeNull();
    expect(box?.x, id).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 0), id).toBeLessThanOrEqual(390);
    expect((box?.y ?? 0) + (box?.height ?? 0), id).toBeLessThanOrEqual(844);
  }
  await playground.by('start').click({ trial: true });
});

test('at 1024 by 768 no chart lies on another, and titles are more than a letter', async ({ playground, page }) => {
  await withResults(playground, 1024, 768);
  const charts = page.locator('.accuracy-panel [data-testid^="task-"]');
  const boxes = await charts.evaluateAll((all) =>
    all.map((one) => one.getBoundingClientRect()).map(({ x, y, right, bottom }) => ({ x, y, right, bottom })),
  );
  expect(boxes).toHaveLength(6);
  const note = await playground.by('floor-note').boundingBox();
  for (const [i, a] of boxes.entries()) {
    expect(a.bottom).toBeLessThanOrEqual((note?.y ?? 0) + 1);
    for (const b of boxes.slice(i + 1)) {
      const overlap = [Math.min(a.right, b.right) - Math.max(a.x, b.x), Math.min(a.bottom, b.bottom) - Math.max(a.y, b.y)];
      // Of letters' boxes, at most.
      expect(Math.min(...overlap), JSON.stringify([a, b])).toBeLessThan(4);
    }
  }
  for (const heading of await page.locator('.panel-head h2').all()) {
    expect((await heading.boundingBox())?.width ?? 0, await heading.innerText()).toBeGreaterThan(80);
  }
});

test('at twice the size the bars leave most of the page to the results', async ({ playground }) => {
  await withResults(playground, 640, 360);
  const bars = await Promise.all([playground.by('transport').boundingBox(), playground.page.locator('.top-bar').boundingBox()]);
  expect(bars.reduce((sum, bar) => sum + (bar?.height ?? 360), 0)).toBeLessThan(0.31 * 360);
});

test('the set-up of a phone opens without violations, and closes by Escape', { tag: '@slow' }, async ({ playground, page }) => {
  await withResults(playground, 390, 844);
  await playground.by('open-drawer').click();
  await expect(playground.by('section-methods')).toBeVisible();
  await playground.by('section-tasks').click();
  await expect(playground.by('pick-zip')).toBeVisible();
  await expectAccessible(page, '[role="dialog"]');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('menus tell what is chosen', { tag: '@slow' }, async ({ playground, page }) => {
  await withResults(playground, 1280, 720);
  for (const [menu, questions] of [
    ['theme', ['Colour scheme']],
    ['device', ['Compute device', 'While this tab is hidden the run']],
  ] as const) {
    await playground.by(menu).press('Enter');
    const items = page.getByRole('menuitemradio');
    const chosen = page.locator('[aria-checked="true"]');
    for (const question of questions) {
      const asked = menu === 'theme' ? page.getByRole('menu') : page.getByRole('group', { name: question });
      await expect(asked.getByRole('menuitemradio').and(chosen), question).toHaveCount(1);
    }
    await expect(items.and(chosen)).toHaveCount(questions.length);
    await expectAccessible(page, '[role="menu"]');
    await page.keyboard.press('Escape');
    await expect(items).toHaveCount(0);
  }
});

test('what is selected and how far a run is show in the colours of the system', { tag: '@slow' }, async ({ playground, page }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await withResults(playground, 1280, 720);
  await playground.by('timeline').press('Home');
  await playground.by('timeline').press('PageDown');
  const ground = (selector: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((element) => getComputedStyle(element).backgroundColor);
  const [sheet, highlight] = await page.evaluate(() =>
    ['Canvas', 'Highlight'].map((colour) => {
      const probe = document.body.appendChild(document.createElement('i'));
      Object.assign(probe.style, { background: colour, forcedColorAdjust: 'none' });
      const { backgroundColor } = getComputedStyle(probe);
      probe.remove();
      return backgroundColor;
    }),
  );
  expect(highlight).not.toBe(sheet);
  for (const selector of ['.mantine-SegmentedControl-label[data-active]', '.mantine-Tabs-tab[data-active]', '.timeline-thumb'])
    expect(await ground(selector), selector).toBe(highlight);
  // Phases of training and of what comes between, gone along and yet to come.
  for (const phase of ['train', 'evaluate']) {
    expect(await ground(`.timeline-done [data-phase="${phase}"]`), phase).toBe(highlight);
    const ahead = await ground(`.timeline-line > .timeline-tasks [data-phase="${phase}"]`);
    expect(ahead, phase).not.toBe(highlight);
    expect(ahead, phase).not.toBe(sheet);
  }
});

test(
  'messages cover neither the device nor the help, and help leaves the charts in sight',
  { tag: '@slow' },
  async ({ playground, page }) => {
    await withResults(playground, 1280, 720);
    await playground.by('share').click();
    await page.getByRole('menuitem', { name: /^Alphabets: one rate for all/ }).click();
    await expect(playground.by('undo')).toBeVisible();
    for (const id of ['device', 'help', 'start']) await playground.by(id).click({ trial: true, timeout: 5000 });
    await playground.by('help').click();
    // It arrives when it is asked for.
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectAccessible(page, '[role="dialog"]');
    const help = await page.getByRole('dialog').boundingBox();
    const chart = await playground.by('task-average').boundingBox();
    expect(chart).not.toBeNull();
    expect((help?.x ?? 0) + (help?.width ?? 1280)).toBeLessThan((chart?.x ?? 0) + (chart?.width ?? 0));
  },
);
