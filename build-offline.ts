/** Puts the service worker beside the built site, with the list of all its files: what a version is, and what can be kept. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Plugin } from 'vite';

/** `files`: paths relative to the site, with a digest of 16 hex digits. */
interface SiteList {
  readonly version: string;
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly digest: string }[];
}

const WORKER = 'service-worker.js';

function listOf(folder: string): SiteList {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => path !== WORKER)
    .sort()
    .map((path) => {
      const bytes = readFileSync(join(folder, path));
      return { path, bytes: bytes.length, digest: createHash('sha256').update(bytes).digest('hex').slice(0, 16) };
    });
  const version = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16);
  return { version, files };
}

let out: string | null = null;

export const offlinePlugin: Plugin = {
  name: 'offline',
  apply: 'build',
  configResolved({ root, build }) {
    out = existsSync(join(root, 'src', 'app')) ? join(root, build.outDir) : null;
  },
  closeBundle: {
    sequential: true,
    order: 'post',
    // Only now do the files of public/ lie beside the others.
    handler() {
      if (out === null || !existsSync(join(out, 'index.html'))) return;
      const source = readFileSync(new URL('./offline/service-worker.js', import.meta.url), 'utf8');
      writeFileSync(join(out, WORKER), `self.SITE = ${JSON.stringify(listOf(out))};\n${source}`);
    },
  },
};
