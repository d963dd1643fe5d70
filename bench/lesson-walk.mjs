// The lesson with a stopwatch: every stop of every scene by the presenter's key alone, and how long the page takes to show each.
//   node bench/lesson-walk.mjs [width] [height]     after npm run build, on a machine that does nothing else
// A picture of every scene's last stop is left in build/lesson-walk.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { browserArguments, chromiumPath } from '../scripts/browser.mjs';
import { serve } from '../scripts/serve.mjs';

const [width = 1280, height = 720] = process.argv.slice(2).map(Number);
const PICTURES = join('build', 'lesson-walk');
/** Keys after which a lesson without an end is given up. */
const MOST_KEYS = 200;

mkdirSync(PICTURES, { recursive: true });
const site = await serve({ folder: 'dist' });
const browser = await chromium.launch({ executablePath: chromiumPath(), args: browserArguments });
try {
  const page = await browser.newPage({ viewport: { width, height } });
  const opened = performance.now();
  await page.goto(`${site.url}#scene=1`);
  await page.getByTestId('said').waitFor();
  console.log(`first question after ${Math.round(performance.now() - opened)} ms`);
  const where = () => page.getByTestId('story').evaluate(({ dataset: { scene, stop } }) => ({ scene, stop }));
  let here = await where();
  let [keys, slowest] = [0, 0];
  const stops = new Map();
  for (; keys < MOST_KEYS; keys++) {
    const before = here;
    const since = performance.now();
    await page.keyboard.press('PageDown');
    // The last stop of the last scene leads nowhere.
    for (let i = 0; i < 100 && here.scene === before.scene && here.stop === before.stop; i++) {
      await page.waitForTimeout(10);
      here = await where().catch(() => before);
    }
    stops.set(before.scene, (stops.get(before.scene) ?? 0) + 1);
    if (here.scene === before.scene && here.stop === before.stop) break;
    slowest = Math.max(slowest, performance.now() - since);
    if (here.scene !== before.scene) continue;
    await page.screenshot({ path: join(PICTURES, `${width}-${here.scene}.png`) });
  }
  const fonts = await page.evaluate(() =>
    Math.min(
      ...[...document.querySelectorAll('.story :is(p, h1, h2, text, button)')].map((each) => parseFloat(getComputedStyle(each).fontSize)),
    ),
  );
  console.log([...stops].map(([scene, count]) => `${scene}: ${count} stops`).join(', '));
  console.log(`${keys} keys, the slowest answered after ${Math.round(slowest)} ms; smallest type ${fonts} px at ${width}x${height}`);
} finally {
  await browser.close();
  await site.close();
}
