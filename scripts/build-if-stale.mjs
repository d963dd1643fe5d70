// Builds dist when it is missing or older than what it is made of.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root, runNpm } from './ensure-deps.mjs';

const sources = [
  'src',
  'public',
  'index.html',
  'package-lock.json',
  'vite.config.ts',
  'build-policy.ts',
  'build-offline.ts',
  'offline',
  join('scripts', 'build-wasm.mjs'),
];

function newest(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return 0;
  if (!stats.isDirectory()) return /\.test\.tsx?$/.test(path) ? 0 : stats.mtimeMs;
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), 0);
}

/** Path of the built site. */
export function builtSite() {
  const built = statSync(join(root, 'dist', 'index.html'), { throwIfNoEntry: false });
  const changed = Math.max(...sources.map((source) => newest(join(root, source))));
  if (!built || built.mtimeMs < changed) {
    console.error('Building the site …');
    // Results go to stdout, all else to stderr. Who loads TypeScript through Vite is in development by now; the site is not.
    runNpm(['run', 'build', '--silent'], 2, { NODE_ENV: 'production' });
  }
  return join(root, 'dist');
}
