/** The lesson: eight scenes from the records, by keys, by address and in a frame; a class drawn from its codes. */
import AxeBuilder from '@axe-core/playwright';
import { expectAccessible } from './axe';
import { expect, test } from './page';

const SCENES = 8;

test('from the page through a scene by keys: predict, reveal, leave and come back', async ({ playground, page }) => {
  await playground.open();
  await playground.by('open-lesson').focus();
  await page.keyboard.press('Enter');
  const [story, said] = [playground.by('story'), playground.by('said')];
  await expect(story).toHaveAttribute('data-scene', 'forgets');
  await expect(said).toContainText('How many');
  // Nothing of the outcome is on view.
  await expect(story).not.toContainText('points lost');

  const plot = page.locator('.plot svg').first();
  const box = await plot.boundingBox();
  if (box === null) throw new Error('The plot has no place.');
  await page.mouse.move(box.x + box.width * 0.85, box.y + box.height * 0.7);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.85, box.y + box.height * 0.3, { steps: 4 });
  await page.mouse.up();
  const handle = page.getByRole('slider');
  const drawn = Number(await handle.getAttribute('aria-valuenow'));
  expect(drawn).toBeGreaterThan(50);
  await handle.focus();
  await page.keyboard.press('ArrowDown');
  await expect(handle).toHaveAttribute('aria-valuenow', String(drawn - 2));

  await page.keyboard.press('PageDown');
  await expect(said).toContainText('points lost');
  await page.keyboard.press('End');
  await expect(story).toHaveAttribute('data-stop', '4');
  await expect(said).toHaveText(/Digits: \d+ % when learned, \d+ % four tasks later/);
  await page.keyboard.press('ArrowRight');
  await expect(story).toHaveAttribute('data-scene', 'when');
  expect(new URL(page.url()).hash).toBe('#scene=2');

  await page.keyboard.press('Escape');
  await expect(playground.by('transport')).toBeVisible();
  await playground.by('open-lesson').click();
  await expect(story).toHaveAttribute('data-scene', 'when');
  await page.keyboard.press('PageUp');
  await expect(story).toHaveAttribute('data-stop', '4');
});

test('every scene by its address: accessible once revealed, and nothing wider than the page', async ({ playground, page }) => {
  for (let scene = 1; scene <= SCENES; scene++) {
    await page.goto(`./#scene=${scene}`);
    await expect(playground.by(`scene-${scene}`)).toHaveAttribute('aria-current', 'step');
    const asked = (await playground.by('said').textContent()) ?? '';
    await page.keyboard.press('End');
    await expect(playground.by('said')).not.toHaveText(asked);
    await expect(playground.by('said')).toHaveText(/\d/);
    const { violations } = await new AxeBuilder({ page }).include('.story').analyze();
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`),
      `scene ${scene}`,
    ).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  }
});

for (let scene = 1; scene <= SCENES; scene++) {
  test(`every stop is accessible in light and dark, wide and narrow: scene ${scene}`, { tag: '@slow' }, async ({ playground, page }) => {
    for (const [width, height] of [
      [1280, 720],
      [390, 844],
    ] as const) {
      await page.setViewportSize({ width, height });
      for (const stop of [0, 1, 9]) {
        await page.goto(`./#scene=${scene}&stop=${stop}`);
        await expect(playground.by(`scene-${scene}`)).toHaveAttribute('aria-current', 'step');
        await expectAccessible(page, '.story');
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      }
    }
  });
}

for (const [width, height, least] of [
  [1280, 720, 16],
  [1920, 1080, 20],
] as const) {
  test(`no type on view is smaller than ${least} px at ${width}`, { tag: '@slow' }, async ({ playground, page }) => {
    await page.setViewportSize({ width, height });
    for (let scene = 1; scene <= SCENES; scene++) {
      await page.goto(`./#scene=${scene}&stop=9`);
      await expect(playground.by('said')).toBeVisible();
      const sizes = await page.evaluate(() =>
        [...document.querySelectorAll('.story *')]
          .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim() !== ''))
          .filter((element) => element.closest('.visually-hidden') === null)
          .map((element) => Number.parseFloat(getComputedStyle(element).fontSize)),
      );
      expect(Math.min(...sizes), `scene ${scene}`).toBeGreaterThanOrEqual(least);
      const over = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
      expect(over, `scene ${scene} fits`).toBeLessThanOrEqual(0);
    }
  });
}

test('a class is drawn from its codes; a bad one is refused by what is wrong with it', async ({ playground, page }) => {
  await page.goto('./#scene=3');
  await playground.by('choice-1').click();
  await playground.by('open-class').click();
  const code = (await playground.by('code').textContent()) ?? '';
  expect(code).toMatch(/^ILP-\w{79}$/);
  await expectAccessible(page, '.story-dialog');
  await page.getByLabel('Paste the chat here').fill(`09:01 ${code}\n09:02 ${code.slice(0, 40)}\nhello`);
  await playground.by('draw-class').click();
  await expect(playground.by('class-read')).toContainText('One code was read');
  await expect(playground.by('class-read')).toContainText('its end is missing');
  await page.keyboard.press('Escape');
  await page.keyboard.press('PageDown');
  await expect(page.getByRole('img', { name: 'one of the class' })).toBeVisible();
});

test('a scene in a frame is moved on by the page around it', async ({ page }) => {
  await page.route('**/around.html', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<iframe title="scene" src="./#scene=1&embed=1" style="width:1000px;height:600px"></iframe>
        <script>addEventListener('message', ({ data }) => (document.title = JSON.stringify(data)));</script>`,
    }),
  );
  await page.goto('./around.html');
  const frame = page.frameLocator('iframe');
  await expect(frame.getByTestId('said')).toContainText('How many');
  await expect(frame.getByTestId('leave')).toHaveCount(0);
  await page.evaluate(() => document.querySelector('iframe')?.contentWindow?.postMessage({ act: 'next' }, '*'));
  await expect(frame.getByTestId('story')).toHaveAttribute('data-stop', '1');
  await expect(page).toHaveTitle('{"type":"lesson","scene":1,"stop":1,"stops":4,"scenes":8}');
});

test('the lecturer’s window follows and leads; the time stands there alone', async ({ playground, page, context }) => {
  await page.goto('./#scene=4');
  await expect(playground.by('said')).toBeVisible();
  await expect(page.getByRole('timer')).toHaveCount(0);
  const [notes] = await Promise.all([context.waitForEvent('page'), playground.by('open-notes').click()]);
  await expect(notes.getByRole('timer')).toHaveText(/^0:\d\d$/);
  await expect(notes.getByRole('heading', { name: /Gone, or only unreadable/ })).toBeVisible();
  await notes.getByTestId('lecturer-next').click();
  await expect(playground.by('story')).toHaveAttribute('data-stop', '1');
});

test('a task for students fixes its set-up, holds its recording, and ends in a code', async ({ playground, page }) => {
  await playground.open('#lesson=known');
  await expect(playground.by('exercise')).toContainText('Does it help to know the task?');
  await expect(playground.by('running')).toContainText('Ten in materials');
  await expect(playground.by('exercise')).toContainText('What you find stands here');
  for (const name of ['setup', 'share', 'open-lesson']) await expect(playground.by(name)).toBeHidden();
  await expectAccessible(page, '.exercise');
  await playground.by('replay').click();
  await expect(playground.by('exercise-result')).toHaveText(/InfLoRA: ([\d.]+) % on average, \1 % with the task known/);
});

test('the order of tasks is part of the link of its exercise', async ({ playground, page }) => {
  await playground.open('#lesson=order');
  await page.getByRole('button', { name: 'Digits · Glaze: down' }).click();
  await expect(playground.by('exercise').getByRole('listitem').first()).toContainText('Latin');
  expect(decodeURIComponent(page.url())).toContain('stream.split.tasks.0.name=Latin');
  expect(page.url()).toContain('lesson=order');
});

test('a presentation folds the set-up, gives nothing away, and goes on by a presenter’s keys', async ({ playground, page }) => {
  await playground.open();
  await playground.by('present').click();
  await expect(playground.by('setup')).toHaveCount(0);
  await expect(playground.by('average-inflora')).toHaveAttribute('data-value', '');
  await page.keyboard.press('PageDown');
  await expect(playground.by('average-inflora')).toHaveAttribute('data-value', /\d/);
  await expect(page.getByRole('button', { name: /^Whole screen/ }).first()).toBeVisible();
  const small = await page.evaluate(() =>
    [...document.querySelectorAll('.results *, .transport *')]
      .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim() !== ''))
      .filter((element) => element.checkVisibility() && element.closest('.visually-hidden, .build') === null)
      // As it is drawn: what `zoom` makes of it.
      .map((element) => `${(Number.parseFloat(getComputedStyle(element).fontSize) * 1.34).toFixed(1)} px: ${element.textContent}`)
      .filter((size) => Number.parseFloat(size) < 16),
  );
  expect(small).toEqual([]);
});

test('one chart in a frame', async ({ playground, page }) => {
  await page.goto('./#v=1&d=2&embed=1&chart=accuracy');
  await expect(playground.by('task-0')).toBeVisible();
  await expect(playground.by('transport')).toHaveCount(0);
});
