// Which engine computes: the package's version and a digest of everything that a result depends on. Runs of one folder belong together
// only where it is the same; pages, charts and words may change without it.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { root } from './ensure-deps.mjs';

const COMPUTING = [
  ...['common', 'vit', 'compute', 'continual', 'data', 'session', 'worker'].map((folder) => join('src', folder)),
  join('public', 'backbones'),
  join('public', 'streams'),
];
const BUILT_WITH = ['package-lock.json', 'vite.config.ts', join('scripts', 'build-wasm.mjs')];

const decides = (path) => !/\.test\.tsx?$|[\\/](testing|fixtures)[\\/]/.test(path);

/** @returns {string} "0.1.0-1f2e3d4c5b6a" */
export function engineVersion() {
  const files = COMPUTING.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
  ).filter(decides);
  const hash = createHash('sha256');
  // Names as one system writes them, so that two machines agree.
  const byName = [...files, ...BUILT_WITH].map((path) => [path.split(sep).join('/'), path]).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, path] of byName) {
    const bytes = readFileSync(join(root, path));
    hash.update(`${name}\0${bytes.length}\0`).update(bytes);
  }
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return `${version}-${hash.digest('hex').slice(0, 12)}`;
}
