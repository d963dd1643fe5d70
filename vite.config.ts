import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** WASM threads need a cross-origin isolated page; everything else works without these headers. */
export const isolationHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  // Relative: the built folder works from any sub-path.
  base: './',
  plugins: [react()],
  worker: { format: 'es' },
  server: { headers: isolationHeaders },
  preview: { headers: isolationHeaders },
  build: { target: 'es2023', chunkSizeWarningLimit: 2500 },
});
