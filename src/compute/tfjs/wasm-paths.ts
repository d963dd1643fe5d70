import type * as NodeModule from 'node:module';
import { assetUrl } from '../asset-url';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';

/** Where tfjs finds its WASM binaries: bundled addresses in a browser, the package's own folder in Node. */
export async function wasmPaths(): Promise<string | Record<string, string>> {
  if (typeof process === 'undefined' || !process.versions?.node) {
    return {
      'tfjs-backend-wasm.wasm': assetUrl(plain),
      'tfjs-backend-wasm-simd.wasm': assetUrl(simd),
      'tfjs-backend-wasm-threaded-simd.wasm': assetUrl(threaded),
    };
  }
  // By a variable, so that no bundler tries to follow it into the browser.
  const nodeModule = 'node:module';
  const { createRequire } = (await import(/* @vite-ignore */ nodeModule)) as typeof NodeModule;
  return createRequire(import.meta.url)
    .resolve('@tensorflow/tfjs-backend-wasm')
    .replace(/[^/\\]*$/, '');
}
