import type { KernelExports } from './engine';
import type { PoolMessage } from './pool';

// Serves until it is terminated: `serve` never returns, so this worker answers no further message.
self.onmessage = async ({ data }: MessageEvent<PoolMessage>) => {
  const instance = await WebAssembly.instantiate(data.module, { env: { memory: data.memory } });
  self.postMessage('ready');
  (instance.exports as unknown as KernelExports).serve(data.control, data.thread);
};
