import { browserArguments, chromiumPath } from '../scripts/browser.mjs';
import { expect, test } from './page';

test.use({
  launchOptions: {
    executablePath: chromiumPath(),
    args: [...browserArguments.filter((flag) => !/webgpu/i.test(flag)), '--disable-features=WebGPU'],
  },
});

test('without WebGPU the page works and says why the GPU is not used', async ({ playground }) => {
  await playground.open();
  await expect(playground.by('average-inflora')).toHaveAttribute('data-value', /\d/);
  await expect(playground.by('device')).toHaveText(/WebAssembly/, { timeout: 60_000 });
  await playground.by('device').click();
  await expect(playground.by('device-reason')).toBeVisible();
});
