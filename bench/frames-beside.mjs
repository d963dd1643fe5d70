// `node bench/frames-beside.mjs [ViT-B]`: frames of the page while a vision transformer is got ready and trains on WebGPU at batch 32. The
// checkpoint is made up in the page: ViT-Ti/16 unless told, whose step takes SwiftShader longer than one of ViT-B takes a GPU. There ViT-B
// is still being got ready after eight minutes.
import { chromium } from 'playwright';
import { ensureDependencies, root } from '../scripts/ensure-deps.mjs';
import { countFrames } from '../scripts/bench-site.mjs';
import { browserArguments, chromiumPath } from '../scripts/browser.mjs';
import { builtSite } from '../scripts/build-if-stale.mjs';
import { serve } from '../scripts/serve.mjs';
import { join } from 'node:path';

ensureDependencies();
builtSite();
const SIZES = { 'ViT-B': [768, 12], 'ViT-Ti': [192, 12] };
const name = process.argv[2] ?? 'ViT-Ti';
const [dim, blocks] = SIZES[name] ?? [];
if (dim === undefined) {
  console.error(`There is no "${name}": ${Object.keys(SIZES).join(', ')}.`);
  process.exit(2);
}
const MINUTES = 8;
const SLICE_MS = 20_000;

/** Tensors as timm names them, half precision, one after the other. */
function header() {
  const tensors = {};
  let at = 0;
  const add = (of, ...shape) => {
    const bytes = 2 * shape.reduce((a, b) => a * b, 1);
    tensors[of] = { dtype: 'F16', shape, data_offsets: [at, at + bytes] };
    at += bytes;
  };
  const linear = (of, to, from) => (add(`${of}.weight`, to, from), add(`${of}.bias`, to));
  const norm = (of) => (add(`${of}.weight`, dim), add(`${of}.bias`, dim));
  add('cls_token', 1, 1, dim);
  add('pos_embed', 1, 197, dim);
  add('patch_embed.proj.weight', dim, 3, 16, 16);
  add('patch_embed.proj.bias', dim);
  for (let i = 0; i < blocks; i++) {
    norm(`blocks.${i}.norm1`);
    linear(`blocks.${i}.attn.qkv`, 3 * dim, dim);
    linear(`blocks.${i}.attn.proj`, dim, dim);
    norm(`blocks.${i}.norm2`);
    linear(`blocks.${i}.mlp.fc1`, 4 * dim, dim);
    linear(`blocks.${i}.mlp.fc2`, dim, 4 * dim);
  }
  norm('norm');
  return { tensors, bytes: at };
}

/** In the page: the checkpoint, of small numbers, dropped. */
function dropCheckpoint({ tensors, bytes }) {
  const text = new TextEncoder().encode(JSON.stringify(tensors));
  const head = new Uint8Array(8 + text.length + ((8 - (text.length % 8)) % 8)).fill(32);
  new DataView(head.buffer).setBigUint64(0, BigInt(head.length - 8), true);
  head.set(text, 8);
  // Halves between 0.008 and 0.016, of either sign.
  const body = new Uint16Array(bytes / 2);
  let x = 1;
  for (let i = 0; i < body.length; i++) {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    body[i] = ((x >>> 16) & 0x8000) | 0x2000 | ((x >>> 8) & 0x3ff);
  }
  const data = new DataTransfer();
  data.items.add(new File([head, body], 'made-up.safetensors'));
  for (const type of ['dragover', 'drop'])
    document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
}

const served = await serve({ folder: join(root, 'dist') });
const browser = await chromium.launch({ executablePath: chromiumPath(), args: browserArguments, headless: true });
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 }, serviceWorkers: 'block' });
  page.setDefaultTimeout(MINUTES * 60_000);
  const by = (id) => page.getByTestId(id);
  // So few images that it trains soon.
  const few = 'stream.maxTasks=2&stream.maxClasses=4&stream.trainPerClass=16&stream.testPerClass=2';
  await page.goto(`${served.url}#v=1&training.epochs=1&training.batchSize=32&methods.0.id=sequential-lora&interference=off&${few}`);
  await by('transport').waitFor();
  await page.evaluate(dropCheckpoint, header());
  await by('backbone-summary')
    .filter({ hasText: `${dim} wide` })
    .waitFor();
  await by('device').click();
  await by('device-webgpu').click();
  await page.keyboard.press('Escape');
  await by('device')
    .filter({ hasText: /WebGPU/ })
    .waitFor();
  await by('start').click();
  const begun = Date.now();
  let slices = 0;
  while (Date.now() - begun < MINUTES * 60_000 && slices < 2) {
    const { rate, longest } = await page.evaluate(countFrames, SLICE_MS);
    const where = (await by('where').innerText()).replaceAll('\n', ' ');
    const problems = await page.locator('[data-testid^="problem-"]').allInnerTexts();
    if (problems.length > 0) throw new Error(problems.join(' '));
    const after = Math.round((Date.now() - begun) / 1000);
    console.log(`${name}, ${after} s, ${where}: ${rate.toFixed(1)} frames a second, longest ${longest.toFixed(0)} ms`);
    if (/train/i.test(where)) slices++;
  }
} finally {
  await browser.close();
  await served.close();
}
process.exit(0);
