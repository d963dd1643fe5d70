import { expect, it } from 'vitest';
import { defaultExperiment } from '../../session/defaults';
import { fakeHost } from '../testing/fake-host';
import { speedBlock, speedRows, yardstickRows } from './speed';

it('gives the whole step, then the groups by falling time with their shares', async () => {
  const report = await fakeHost().measure(defaultExperiment);
  const [step] = report.steps;
  if (!step) throw new Error('no step');
  expect(speedRows(step.profile)).toEqual([
    { name: 'whole step', milliseconds: '25.0 (24.0–31.0)', share: '', gflops: '36.0' },
    { name: 'products, forward', milliseconds: '20.0', share: '77 %', gflops: '40.0' },
    { name: 'attention', milliseconds: '5.0', share: '19 %', gflops: '20.0' },
    { name: 'everything else', milliseconds: '1.0', share: '4 %', gflops: '' },
  ]);
});

it('writes a block that names the device and every method', async () => {
  const block = speedBlock(await fakeHost().measure(defaultExperiment));
  expect(block).toContain('wasm: 2 threads, SIMD, kernels of our own');
  expect(block).toContain('dim 128, 6 blocks, 4 heads, 65 tokens');
  expect(block).toContain('Fastest here: tiles of 8x8 forward, tiles of 8x4 for gradients of inputs, tiles of 4x4 for those of weights.');
  expect(block).toContain('InfLoRA: a step of 32 images');
  expect(block.match(/whole step/g)).toHaveLength(defaultExperiment.methods.length);
});

it('lists what devices are compared by, and why a step was left out', async () => {
  const report = await fakeHost().measure(defaultExperiment);
  expect(yardstickRows(report)).toEqual([
    // 2 · 256³ at 70 GFLOP/s.
    ['product NT, 256 × 256 × 256', '0.479', '70', ''],
    ['from one kernel to the next', '0.004', '', ''],
    ['bundled: a step of 32 images', '100', '50', ''],
    ['ViT-B/16: a step of 32 images', 'would take too long', '', ''],
  ]);
  expect(speedBlock(report)).toContain('| too long |');
});
