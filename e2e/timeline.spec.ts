/** Going along a run: by dragging, by keys, by playing; everything on the page follows. */
import { syntheticRecord } from '../src/app/testing/synthetic-record';
import { expectAccessible } from './axe';
import { expect, test, type Playground } from './page';

const METHODS = ['inflora', 'full-fine-tuning', 'sequential-lora', 'o-lora', 'sd-lora', 'ewc', 'frozen', 'joint'];

async function withRecord(playground: Playground, tasks: number, methods: readonly string[]) {
  await playground.open();
  await playground.drop({ name: 'run.json', bytes: Buffer.from(JSON.stringify(syntheticRecord({ tasks, methods }))) });
  await expect(playground.by('matrix-inflora')).toBeVisible();
}

/** Where the time line is pressed for a share of it. */
async function at(playground: Playground, share: number) {
  const box = await playground.page.locator('.timeline-line').boundingBox();
  if (box === null) throw new Error('There is no time line.');
  return { x: box.x + share * box.width, y: box.y + box.height / 2 };
}

test('dragging, arrows and Space go along the record on the page, and nothing is started', async ({ playground, page }) => {
  await withRecord(playground, 5, ['inflora', 'full-fine-tuning']);
  const line = playground.by('timeline');
  const learned = () => page.locator('.accuracy-panel [data-testid^="task-"] circle').count();
  const whole = await learned();
  await expect(line).toHaveAttribute('aria-valuetext', /^task 5 of 5 \(Hebrew\) · testing$/);

  const [from, to] = [await at(playground, 0.99), await at(playground, 0.45)];
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 5 });
  await page.mouse.up();
  await expect(line).toHaveAttribute('aria-valuetext', /^task 3 of 5 \(Greek\) · training · epoch \d+ of \d+ · batch \d+ of 80$/);
  expect(await learned()).toBeLessThan(whole);
  await expect(playground.by('where')).toContainText('task 3 of 5 (Greek) · training');
  // Pictures, matrix and tabs stand at the same moment.
  await expect(playground.by('strip-task-2')).toHaveAttribute('data-state', 'learning');
  await expect(playground.by('strip-task-3')).toHaveAttribute('data-state', 'coming');
  await playground.by('tab-memory').click();
  await expect(playground.by('memory-panel')).toContainText('after Latin');

  await page.locator('.results').click({ position: { x: 2, y: 2 } });
  await page.keyboard.press('ArrowRight');
  await expect(line).toHaveAttribute('aria-valuetext', /^task 4 of 5/);
  await page.keyboard.press('ArrowLeft');
  await expect(line).toHaveAttribute('aria-valuetext', /^task 3 of 5 .* training · epoch 1 of/);
  await playground.by('stride').click();
  await playground.by('stride').click();
  await expect(playground.by('stride')).toHaveText('batch');
  await line.focus();
  await page.keyboard.press('ArrowRight');
  await expect(line).toHaveAttribute('aria-valuetext', /batch 1 of 80$/);
  await page.keyboard.press('End');
  await expect(line).toHaveAttribute('aria-valuenow', '100');
  expect(await learned()).toBe(whole);

  // Space plays what is on the page, from its beginning, and pauses it.
  for (let i = 0; i < 3; i++) await playground.by('speed').click();
  await expect(playground.by('speed')).toHaveText('8×');
  await page.locator('.results').click({ position: { x: 2, y: 2 } });
  await page.keyboard.press(' ');
  await expect(playground.by('replay')).toHaveAttribute('aria-label', 'Pause');
  await expect(line).toHaveAttribute('aria-valuenow', '100', { timeout: 10_000 });
  await expect(playground.by('start')).toBeEnabled();
  expect(await learned()).toBe(whole);
  await expectAccessible(page, '[data-testid="transport"]');
});

test('a finger finds the time line on a phone', async ({ playground, page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await withRecord(playground, 5, ['inflora']);
  const { x, y } = await at(playground, 0.5);
  // 44 pixels high, of which the line is the middle.
  for (const off of [-20, 0, 12]) {
    // A message that has just come lies over everything for a while.
    const id = await page.evaluate(
      ([left = 0, top = 0]) =>
        document
          .elementsFromPoint(left, top)
          .find((element) => element.closest('[class*="mantine-Notification"]') === null)
          ?.closest('[role="slider"]')
          ?.getAttribute('data-testid'),
      [x, y + off],
    );
    expect(id, `${off} px from the line`).toBe('timeline');
  }
});

test('frames a second on twenty tasks and eight methods', { tag: '@slow' }, async ({ playground, page }) => {
  await withRecord(playground, 20, METHODS);
  const box = await at(playground, 0);
  const end = await at(playground, 1);
  await page.evaluate(() => {
    const times: number[] = [];
    const frame = (now: number) => {
      times.push(now);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    Object.assign(window, { frameTimes: times });
  });
  const measured = async (what: string, act: () => Promise<void>) => {
    await page.evaluate(() => void (window as unknown as { frameTimes: number[] }).frameTimes.splice(0));
    await act();
    const times = await page.evaluate(() => (window as unknown as { frameTimes: number[] }).frameTimes);
    const gaps = times.slice(1).map((time, i) => time - (times[i] ?? time));
    const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000;
    const rate = gaps.length / seconds;
    console.log(`${what}: ${rate.toFixed(1)} frames a second over ${seconds.toFixed(1)} s, longest ${Math.max(...gaps).toFixed(0)} ms`);
    return rate;
  };
  const played = await measured('playing', async () => {
    await playground.by('timeline').press(' ');
    await page.waitForTimeout(5000);
    await playground.by('timeline').press(' ');
  });
  const dragged = await measured('dragging', async () => {
    await page.mouse.move(box.x, box.y);
    await page.mouse.down();
    for (let i = 0; i <= 150; i++) await page.mouse.move(box.x + ((end.x - box.x) * i) / 150, box.y);
    await page.mouse.up();
  });
  // Half of what a quiet machine does: tests share theirs.
  expect(Math.min(played, dragged)).toBeGreaterThan(15);
});
