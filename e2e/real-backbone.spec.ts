/** A checkpoint of the usual size, from the drop to the moment it can be used; skipped where the material is absent. */
import { existsSync, readFileSync } from 'node:fs';
import { fromFloat32, readSafetensors, toFloat32, writeSafetensors } from '../src/vit/safetensors';
import { expect, test } from './page';

const path = '../shared/real/deit_tiny/deit_tiny_patch16_224.f16.safetensors';
/** A shared two-core machine under test; a quiet one needs a fraction of it. */
const MOST_MS = 15_000;

test.skip(!existsSync(path), 'no real backbone beside the project');

for (const kind of ['float16', 'float32'] as const) {
  test(`DeiT-tiny in ${kind}: time from the drop to ready`, { tag: '@slow' }, async ({ playground, page }) => {
    const half = new Uint8Array(readFileSync(path));
    const { tensors, metadata } = readSafetensors(half);
    const single = new Map([...tensors].map(([name, tensor]) => [name, fromFloat32(toFloat32(tensor, name), tensor.shape)]));
    const bytes = kind === 'float16' ? half : writeSafetensors(single, metadata);
    await playground.open();
    await expect(playground.by('device')).toHaveText(/WebAssembly|WebGPU|CPU/, { timeout: 60_000 });
    await page.evaluate(() => {
      const facts = window as unknown as { dropped: number; ready: Promise<number> };
      facts.ready = new Promise((resolve) => {
        window.addEventListener('drop', () => (facts.dropped = performance.now()), { capture: true, once: true });
        const look = () => {
          const summary = document.querySelector('[data-testid="backbone-summary"]');
          if (summary?.textContent.includes('deit_tiny')) resolve(performance.now() - facts.dropped);
          else requestAnimationFrame(look);
        };
        look();
      });
    });
    await playground.drop({ name: `deit_tiny.${kind}.safetensors`, bytes });
    const milliseconds = await page.evaluate(() => (window as unknown as { ready: Promise<number> }).ready);
    console.log(`${kind}, ${(bytes.length / 1e6).toFixed(1)} MB: ${(milliseconds / 1000).toFixed(2)} s from the drop to ready`);
    await expect(playground.by('backbone-summary')).toContainText('12 layers, 192 wide, 3 heads');
    expect(milliseconds).toBeLessThan(MOST_MS);
  });
}
