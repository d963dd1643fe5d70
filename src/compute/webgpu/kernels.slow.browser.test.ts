import { describe } from 'vitest';
import { describeCases } from '../plan/testing/describe-cases';
import { openWebgpuExecutor } from './device';
import { allForms, GPU_CHOICE, SOFTWARE_CHOICE } from './table';
import { attention, FOUR, gpu, gpuProducts, halvesInRegisters, large, norms, shared, software } from './testing/books';

describeCases('kernels for software adapters, with subgroups', () => openWebgpuExecutor({ ...SOFTWARE_CHOICE, subgroups: FOUR }), software);
describeCases('products read as vectors', () => openWebgpuExecutor({ ...SOFTWARE_CHOICE, subgroups: FOUR }), shared);
describeCases('kernels for GPUs, without subgroups', () => openWebgpuExecutor(GPU_CHOICE), gpu);
describeCases('products for GPUs', () => openWebgpuExecutor(GPU_CHOICE), gpuProducts);
describeCases('attention for GPUs', () => openWebgpuExecutor(GPU_CHOICE), attention);
describeCases('tiles of 8x8', () => openWebgpuExecutor({ ...GPU_CHOICE, products: allForms('8x8'), wantedGroups: 1 }), large);
describeCases('products in registers on weights that are halves', () => openWebgpuExecutor(SOFTWARE_CHOICE), halvesInRegisters);
describeCases('the same with subgroups', () => openWebgpuExecutor({ ...SOFTWARE_CHOICE, subgroups: FOUR }), halvesInRegisters);
describe.each([2, 8, 16, 32])('sums over rows by subgroups of %i lanes or more', (least) => {
  describeCases('against float64 loops', () => openWebgpuExecutor({ ...GPU_CHOICE, subgroups: { least, most: 128 } }), norms);
});
