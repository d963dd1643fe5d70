import { execFileSync } from 'node:child_process';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { definitionsPlugin } from './build-definitions';
import { firstPaint } from './build-first-paint';
import { offlinePlugin } from './build-offline';
import { policyPlugin } from './build-policy';

/** WASM threads need a cross-origin isolated page; everything else works without these headers. */
export const isolationHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/**
 * tfjs starts its threads from the source text of one function (`toString()`). That text speaks of `_scriptDir`, a variable
 * outside of it, behind a `typeof` that the minifier takes away together with the name: every thread would die at once.
 * tfjs is told where its files are, so the question need not be asked.
 */
const tfjsThreads: Plugin = {
  name: 'tfjs-threads',
  transform: {
    filter: { id: /tfjs-backend-wasm-threaded-simd\.js/ },
    handler(code) {
      const question = 'typeof _scriptDir !== "undefined" && _scriptDir';
      if (!code.includes(question)) throw new Error('tfjs-backend-wasm has changed: see whether its threads still need this plugin.');
      return { code: code.replaceAll(question, 'false'), map: null };
    },
  },
};

/** The commit that is built, with a plus where files differ from it; empty outside of a checkout. */
function commit(): string {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return git('rev-parse', '--short=12', 'HEAD') + (git('status', '--porcelain', '--untracked-files=no') === '' ? '' : '+');
  } catch {
    return '';
  }
}

export default defineConfig({
  define: { __COMMIT__: JSON.stringify(commit()) },
  // Relative: the built folder works from any sub-path.
  base: './',
  plugins: [react(), tfjsThreads, policyPlugin, offlinePlugin, definitionsPlugin],
  worker: { format: 'es', plugins: () => [tfjsThreads] },
  server: { headers: isolationHeaders },
  preview: { headers: isolationHeaders },
  build: {
    target: 'es2023',
    chunkSizeWarningLimit: 2500,
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: firstPaint() }] } } },
  },
});
