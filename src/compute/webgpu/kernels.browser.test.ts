import { describeCases } from '../plan/testing/describe-cases';
import { openWebgpuExecutor } from './device';
import { GPU_CHOICE, SOFTWARE_CHOICE } from './table';
import { gpu, halves, large, software } from './testing/books';

// SwiftShader's subgroups have four lanes; kernels.slow.browser.test.ts has the same kernels with and without subgroups.
describeCases('kernels for software adapters, against float64 loops', () => openWebgpuExecutor(SOFTWARE_CHOICE), software);
describeCases(
  'kernels for GPUs, with subgroups and in many parts',
  () => openWebgpuExecutor({ ...GPU_CHOICE, lanes: 4, flopsAtOnce: 3000 }),
  gpu,
);
describeCases('large tiles', () => openWebgpuExecutor({ ...GPU_CHOICE, wantedGroups: 1 }), large);
describeCases('kernels for GPUs on weights that are halves', () => openWebgpuExecutor(GPU_CHOICE), halves);
