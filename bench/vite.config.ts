import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import site from '../vite.config';

/** The bench page: built like the site, but beside it, so that no peer ever enters the product. */
export default defineConfig({
  ...site,
  root: fileURLToPath(new URL('.', import.meta.url)),
  publicDir: false,
  build: { ...site.build, outDir: fileURLToPath(new URL('../build/bench', import.meta.url)), emptyOutDir: true },
});
