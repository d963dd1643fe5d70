// `npm run bench`: ours side by side with its peers, in a headless browser.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureDependencies, root } from './ensure-deps.mjs';

const usage = `npm run bench -- [--quick | --growth | --sizes | --scale | --saving | --threads | --own PARTS | --serve] [--json FILE] [--shapes N,bundled,ti1,ti,s] [--contenders ours-wasm,jax-wasm,…]
  (nothing)     all shapes and how cost grows, at most 30 minutes
  --quick       shape N alone, at most 5 minutes
  --growth      alone how the cost of ours grows with batch, tokens, width, depth and tasks
  --sizes       alone a step of ours at every size that the bundled backbone could have had (pretrain/README.md), 3 minutes
  --scale       alone how a run, its record and the page grow: up to 200 tasks, 2,000 classes, 8 methods, 100,000 images; 10 minutes
  --saving      alone what keeping a run costs it, on the built site, 5 minutes
  --threads     alone what the service worker's threads gain on a host without headers, on the built site, 5 minutes
  --own PARTS   figures of ours alone, up to half an hour: estimates (what the page foretells, beside what is found), profile
                (where a step's time goes), products, halves (what storing them costs), subspaces (at the size of ViT-B), rates (of this
                GPU, as software-rates.ts has them), scale, long (200 tasks, method by method), steps (a step of every method
                beside full fine-tuning's)
  --serve       serve the page, to be opened in any browser of this machine
  --json FILE   write all figures
BENCH_REAL_GPU=1 uses the machine's graphics adapter instead of SwiftShader.`;

const text = { type: 'string' };
const flag = { type: 'boolean' };
const { values } = parseArgs({
  options: {
    quick: flag,
    growth: flag,
    sizes: flag,
    scale: flag,
    saving: flag,
    threads: flag,
    serve: flag,
    help: flag,
    json: text,
    own: text,
    shapes: text,
    contenders: text,
    rounds: text,
  },
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
const { serve, serveOnFreePort } = await import('./serve.mjs');

await buildWasm();
// Built like the site, but beside it, so that no peer ever enters the product.
await build({
  ...{ configFile: join(root, 'vite.config.ts'), root: join(root, 'bench'), publicDir: false, logLevel: 'error' },
  build: { outDir: join(root, 'build', 'bench'), emptyOutDir: true },
});

const peer = join(root, 'node_modules', 'onnxruntime-web', 'dist');
const files = new Map(readdirSync(peer).map((name) => [`/peers/onnxruntime-web/${name}`, join(peer, name)]));
const folder = join(root, 'build', 'bench');
if (values.saving || values.threads) {
  await siteFigures(values.saving ? 'saving' : 'threads');
} else if (values.serve) {
  const { url } = await serveOnFreePort({ folder, files }, 4180);
  console.log(`${url}  (Ctrl+C ends it)`);
} else {
  process.exitCode = await measure();
}

/** Prints a table of the built site. */
async function siteFigures(which, ...given) {
  const { builtSite } = await import('./build-if-stale.mjs');
  builtSite();
  const { [which]: measureSite } = await import('./bench-site.mjs');
  const { title, columns, rows } = await measureSite(join(root, 'dist'), console.error, ...given);
  const line = (cells) => `| ${cells.join(' | ')} |`;
  console.log([`**${title}**`, '', line(columns), line(columns.map(() => '---')), ...rows.map(line), ''].join('\n'));
}

/** Exit status: 0, or 1 when not everything was measured. */
async function measure() {
  const served = await serve({ folder, files });
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: browserArguments, headless: true });
  let found = null;
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(0);
    if (process.env.BENCH_CONSOLE) page.on('console', (message) => console.error(message.text()));
    await page.exposeFunction('benchLine', (line) => console.error(line));
    await page.exposeFunction('benchSoFar', (outcome) => (found = outcome));
    const crash = new Promise((_, reject) => page.on('crash', () => reject(new Error('The page crashed, most likely out of memory.'))));
    crash.catch(() => undefined);
    await page.goto(served.url);
    await page.waitForFunction('window.bench !== undefined');
    const list = (value) => value?.split(',');
    const options = {
      ...(values.quick ? { quick: true } : {}),
      ...(values.sizes ? { sizes: true } : {}),
      ...(values.scale ? { own: ['scale', 'long'], shapes: [], growth: false } : {}),
      ...(values.own ? { own: list(values.own), shapes: [], growth: false } : {}),
      ...(values.growth ? { growth: true, shapes: [] } : {}),
      ...(values.shapes ? { growth: false, shapes: list(values.shapes) } : {}),
      ...(values.contenders ? { growth: false, contenders: list(values.contenders) } : {}),
      ...(values.rounds ? { rounds: Number(values.rounds) } : {}),
    };
    const work = page.evaluate((asked) => window.bench.run(asked, window.benchLine, window.benchSoFar), options);
    // The page keeps to its own time; this is for a browser that no longer answers.
    const silence = new Promise((_, reject) =>
      setTimeout(() => reject(new Error('The browser did not end in time.')), values.quick ? 5 * 60_000 : 30 * 60_000).unref(),
    );
    found = await Promise.race([work, crash, silence]);
    if (values.scale) await siteFigures('frames', (tasks) => page.evaluate((n) => window.bench.madeUpRecord(n), tasks));
    return 0;
  } catch (error) {
    console.error(error.message);
    return 1;
  } finally {
    if (found) {
      console.log(found.table);
      if (values.json) writeFileSync(values.json, `${JSON.stringify(found.json, null, 1)}\n`);
    }
    await browser.close();
    await served.close();
  }
}
