/** What a run leaves behind, taken away and brought back. */
import { readFileSync } from 'node:fs';
import type { Download, Locator } from '@playwright/test';
import { unzipSync } from 'fflate';
import { PNG } from 'pngjs';
import type { Playground as Automation } from '../src/worker/automation';
import { expectAccessible } from './axe';
import { stripeArchive, tinyBackbone, tinyConfig } from './materials';
import { expect, test, type Playground } from './page';

const TASKS = 2;
const CLASSES = 4;
const archive = stripeArchive(CLASSES);

/** InfLoRA on two tasks of two classes. */
async function runOnStripes(playground: Playground) {
  await playground.open('#v=1&training.epochs=2&training.batchSize=8&methods.0.id=inflora&methods.0.rank=2');
  await playground.drop(tinyBackbone(), tinyConfig);
  await expect(playground.by('backbone-summary')).toBeVisible();
  await playground.drop(archive);
  await expect(playground.by('stream-summary')).toContainText('4 classes');
  await playground.page.evaluate(() => {
    location.hash += '&stream.split.kind=equal&stream.split.classesPerTask=2';
  });
  await playground.by('start').click();
  await playground.finished();
}

async function bytesOf(download: Download): Promise<Uint8Array> {
  return new Uint8Array(readFileSync(await download.path()));
}

/** What an entry of the share menu saves. */
async function saved(playground: Playground, entry: string) {
  await playground.by('share').click();
  const [download] = await Promise.all([playground.page.waitForEvent('download'), playground.by(entry).click()]);
  return { name: download.suggestedFilename(), text: Buffer.from(await bytesOf(download)).toString('utf8') };
}

/** The zip that the model dialog saves, for one of its layouts. */
async function savedModel(playground: Playground, layout: RegExp) {
  const { page } = playground;
  await playground.by('share').click();
  await playground.by('save-model').click();
  await playground.by('model-layout').click();
  await page.getByRole('option', { name: layout }).click();
  const [download] = await Promise.all([page.waitForEvent('download'), playground.by('model-save').click()]);
  return { name: download.suggestedFilename(), bytes: await bytesOf(download) };
}

test('the merged model, brought back, predicts what the run predicted; increments come back as an adapter', async ({
  playground,
  page,
}) => {
  await runOnStripes(playground);
  await playground.by('share').click();
  await expectAccessible(page, '[role="menu"]');
  await playground.by('save-model').click();
  await expect(playground.by('model-save')).toBeEnabled();
  await expectAccessible(page, '[role="dialog"]');
  await page.keyboard.press('Escape');

  const merged = await savedModel(playground, /^timm/);
  const adapter = await savedModel(playground, /^PEFT adapter on the timm/);
  const record = JSON.parse((await saved(playground, 'save-record')).text) as {
    methods: { results: { readings: { own?: { predicted: number[][] } } }[] }[];
  };
  const predicted = record.methods[0]?.results.at(-1)?.readings.own?.predicted;
  expect(predicted?.flat()).toHaveLength(CLASSES * 4);

  const files = unzipSync(merged.bytes);
  expect(Object.keys(files).sort()).toEqual(['README.md', 'config.json', 'model.safetensors']);
  const pictures = unzipSync(archive.bytes, { filter: ({ name }) => name.startsWith('test/') });
  const base64 = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('base64');
  const answers = await page.evaluate(
    async ({ model, images }) => {
      const { playground: automation } = window as unknown as { playground: Automation };
      const url = (content: string) => URL.createObjectURL(new Blob([Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))]));
      await automation.useDevice('wasm');
      await automation.provide(model.map(({ name, content }) => ({ name: `back/${name}`, url: url(content) })));
      const bare = {
        schema: 1,
        backbone: { from: { source: 'file', name: 'back/model.safetensors' } },
        stream: { from: { source: 'bundled', id: 'alphabets' } },
        methods: [{ id: 'nearest-mean' }],
      };
      const labels: number[] = [];
      for (const content of images) {
        const [answer] = await automation.predict({ name: 'x.png', url: url(content) }, 1, bare);
        labels.push(Number(answer?.rows[0]?.label));
      }
      return labels;
    },
    {
      model: ['model.safetensors', 'config.json'].map((name) => ({ name, content: base64(files[name]) })),
      images: Array.from({ length: CLASSES * 4 }, (_, i) => base64(pictures[`test/stripes ${Math.floor(i / 4)}/${i % 4}.png`])),
    },
  );
  expect(answers).toEqual(predicted?.flat());

  await playground.drop({ name: 'merged.zip', bytes: merged.bytes });
  await expect(playground.by('backbone-summary')).toContainText('model.safetensors');
  await expect(playground.by('backbone-summary')).toContainText('32 wide, 2 heads');
  await expect(playground.by('assumed')).toHaveCount(0);

  await playground.drop(tinyBackbone(), tinyConfig);
  await expect(playground.by('backbone-summary')).toContainText('tiny.safetensors');
  await playground.drop({ name: 'adapter.zip', bytes: adapter.bytes });
  await expect(playground.by('backbone-summary')).toContainText('tiny.safetensors + adapter_model.safetensors');
});

test('for a paper: tables, methods, references, predictions; and every chart as SVG and PNG', async ({ playground, page }) => {
  await runOnStripes(playground);
  const latex = await saved(playground, 'save-latex');
  expect(latex.name).toMatch(/\.tex$/);
  expect(latex.text).toContain('\\toprule');
  expect(latex.text).toContain('\\begin{axis}');
  const methods = await saved(playground, 'save-methods');
  expect(methods.text).toMatch(/rank.*\b2\b/);
  const cited = [...methods.text.matchAll(/\\cite\{([^}]+)\}/g)].flatMap(([, keys = '']) => keys.split(/,\s*/));
  const bibtex = await saved(playground, 'save-bibtex');
  expect(cited.length).toBeGreaterThan(0);
  for (const key of cited) expect(bibtex.text).toContain(`{${key},`);
  const predictions = (await saved(playground, 'save-predictions')).text.trim().split('\n');
  // After task 1 its 8 test images, after task 2 all 16, and a heading.
  expect(predictions).toHaveLength(1 + 8 + 16);
  const matrix = (await saved(playground, 'save-csv')).text.trim().split('\n');
  expect(matrix.length).toBeGreaterThan(TASKS);

  const pictures = new Set<string>();
  const saveAll = async (within: Locator) => {
    for (const button of await within.getByRole('button', { name: /^Save picture: / }).all()) {
      if (!(await button.isEnabled())) continue;
      for (const kind of ['SVG', 'PNG']) {
        await button.click();
        const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: kind }).click()]);
        const name = download.suggestedFilename();
        const bytes = await bytesOf(download);
        if (kind === 'PNG') expect(PNG.sync.read(Buffer.from(bytes)).width, name).toBeGreaterThan(200);
        else {
          const svg = Buffer.from(bytes).toString('utf8');
          // Something is drawn beside the ground and the title, and nothing is fetched from elsewhere.
          expect(svg, name).toMatch(/<(path|rect|text|line|circle)[^>]*>[\s\S]*<svg/);
          expect(svg, name).not.toMatch(/(href|src)="https?:/);
        }
        pictures.add(name);
      }
    }
  };
  for (const panel of ['accuracy-panel', 'matrix-panel']) await saveAll(playground.by(panel));
  for (const tab of await page.getByRole('tab').all()) {
    await tab.click();
    // Its code arrives when it is opened.
    await expect(page.getByRole('tabpanel').locator('section, svg, p').first()).toBeVisible();
    await saveAll(page.getByRole('tabpanel'));
  }
  console.log(`charts saved: ${[...pictures].join(', ')}`);
  expect(pictures.size).toBeGreaterThanOrEqual(2 * 4);
});
