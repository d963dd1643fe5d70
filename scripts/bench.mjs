// `npm run bench`: ours side by side with its peers, in a headless browser.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureDependencies, root } from './ensure-deps.mjs';

const usage = `npm run bench -- [--quick] [--json FILE] [--shapes N,bundled,ti,s] [--contenders ours-wasm,jax-wasm,…]
  --quick       shape N alone
  --json FILE   write all figures
BENCH_REAL_GPU=1 uses the machine's graphics adapter instead of SwiftShader.`;

const text = { type: 'string' };
const flag = { type: 'boolean' };
const { values } = parseArgs({
  options: { quick: flag, help: flag, json: text, shapes: text, contenders: text, rounds: text },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}

ensureDependencies();
const { build } = await import('vite');
const { chromium } = await import('playwright');
const { buildWasm } = await import('./build-wasm.mjs');
const { browserArguments, chromiumPath } = await import('./browser.mjs');
const { serve } = await import('./serve.mjs');

await buildWasm();
// Built like the site, but beside it, so that no peer ever enters the product.
await build({
  ...{ configFile: join(root, 'vite.config.ts'), root: join(root, 'bench'), publicDir: false, logLevel: 'error' },
  build: { outDir: join(root, 'build', 'bench'), emptyOutDir: true },
});

const peer = join(root, 'node_modules', 'onnxruntime-web', 'dist');
const files = new Map(readdirSync(peer).map((name) => [`/peers/onnxruntime-web/${name}`, join(peer, name)]));
const served = await serve({ folder: join(root, 'build', 'bench'), files });
const browser = await chromium.launch({ executablePath: chromiumPath(), args: browserArguments, headless: true });
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  page.on('crash', () => console.error('The page crashed, most likely out of memory.'));
  if (process.env.BENCH_CONSOLE) page.on('console', (message) => console.error(message.text()));
  await page.exposeFunction('benchLine', (line) => console.error(line));
  await page.goto(served.url);
  await page.waitForFunction('window.bench !== undefined');
  const list = (value) => value?.split(',');
  const options = {
    ...(values.quick ? { quick: true } : {}),
    ...(values.shapes ? { shapes: list(values.shapes) } : {}),
    ...(values.contenders ? { contenders: list(values.contenders) } : {}),
    ...(values.rounds ? { rounds: Number(values.rounds) } : {}),
  };
  const { json, table } = await page.evaluate((asked) => window.bench.run(asked, (line) => window.benchLine(line)), options);
  console.log(table);
  if (values.json) writeFileSync(values.json, `${JSON.stringify(json, null, 1)}\n`);
} finally {
  await browser.close();
  await served.close();
}
