// Compiles src/compute/wasm/kernels (AssemblyScript) into build/kernels.*.wasm: with and without relaxed SIMD, for shared
// and for private memory. Does nothing when the outputs are newer than every input.
import { existsSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = path.join(root, 'src/compute/wasm/kernels');
const folder = path.join(root, 'build');

/** Relaxed SIMD has the fused multiply-add; shared memory has the threads. */
const variants = [
  { name: 'relaxed.shared', relaxed: true, shared: true },
  { name: 'relaxed', relaxed: true, shared: false },
  { name: 'simd.shared', relaxed: false, shared: true },
  { name: 'simd', relaxed: false, shared: false },
];

const modified = (file) => (existsSync(file) ? statSync(file).mtimeMs : -Infinity);

/** @param {boolean} force rebuild although up to date */
export async function buildWasm(force = false) {
  const inputs = [...readdirSync(sources).map((file) => path.join(sources, file)), fileURLToPath(import.meta.url)];
  const newest = Math.max(...inputs.map(modified));
  const stale = variants.filter(({ name }) => force || modified(path.join(folder, `kernels.${name}.wasm`)) < newest);
  if (stale.length === 0) return false;
  mkdirSync(folder, { recursive: true });
  const { default: asc } = await import('assemblyscript/asc');
  for (const { name, relaxed, shared } of stale) {
    // Written beside its place first: two builds at once must not leave half a file.
    const target = path.join(folder, `kernels.${name}.wasm`);
    const draft = `${target}.${process.pid}`;
    const { error, stderr } = await asc.main([
      path.relative(root, path.join(sources, 'index.ts')),
      ...['--baseDir', root, '--outFile', path.relative(root, draft)],
      ...['-O3', '--noAssert', '--runtime', 'stub', '--use', 'abort=', '--importMemory'],
      ...['--enable', 'simd', '--enable', 'threads', '--enable', 'bulk-memory'],
      ...(relaxed ? ['--enable', 'relaxed-simd'] : []),
      ...['--initialMemory', '1', '--maximumMemory', '65536', ...(shared ? ['--sharedMemory'] : [])],
    ]);
    if (error) throw new Error(`AssemblyScript: ${error.message}\n${stderr.toString()}`);
    renameSync(draft, target);
  }
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const start = Date.now();
  if (await buildWasm(process.argv.includes('--force'))) console.log(`build/kernels.*.wasm built in ${Date.now() - start} ms`);
}
