import { describe } from 'vitest';
import { describeCases } from '../plan/testing/describe-cases';
import { openWebgpuExecutor } from './device';
import { GPU_CHOICE, SOFTWARE_CHOICE } from './table';
import { FOUR, gpu, halves, large, norms, software } from './testing/books';

// SwiftShader's subgroups have four lanes; kernels.slow.browser.test.ts has the same kernels with and without subgroups.
describeCases('kernels for software adapters, against float64 loops', () => openWebgpuExecutor(SOFTWARE_CHOICE), software);
describeCases(
  'kernels for GPUs, with subgroups and in many parts',
  () => openWebgpuExecutor({ ...GPU_CHOICE, subgroups: FOUR, flopsAtOnce: 3000 }),
  gpu,
);
describeCases('tiles of 8x4 an invocation', () => openWebgpuExecutor({ ...GPU_CHOICE, wantedGroups: 1 }), large);
describeCases('kernels for GPUs on weights that are halves', () => openWebgpuExecutor(GPU_CHOICE), halves);
// SwiftShader's four lanes stand for what is larger or smaller than the kernel was made for.
describe.each([2, 4, 8, 16, 32, 64])('sums over rows by subgroups of %i lanes or more', (least) => {
  describeCases('against float64 loops', () => openWebgpuExecutor({ ...GPU_CHOICE, subgroups: { least, most: 128 } }), norms);
});
