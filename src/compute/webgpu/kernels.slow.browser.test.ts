import { describeCases } from '../plan/testing/describe-cases';
import { openWebgpuExecutor } from './device';
import { allForms, GPU_CHOICE, SOFTWARE_CHOICE } from './table';
import { attention, FOUR, gpu, gpuProducts, halvesInRegisters, large, shared, software } from './testing/books';

describeCases('kernels for software adapters, with subgroups', () => openWebgpuExecutor({ ...SOFTWARE_CHOICE, subgroups: FOUR }), software);
describeCases('products read as vectors', () => openWebgpuExecutor({ ...SOFTWARE_CHOICE, subgroups: FOUR }), shared);
describeCases('kernels for GPUs, without subgroups', () => openWebgpuExecutor(GPU_CHOICE), gpu);
describeCases('products for GPUs', () => openWebgpuExecutor(GPU_CHOICE), gpuProducts);
describeCases('attention for GPUs', () => openWebgpuExecutor(GPU_CHOICE), attention);
describeCases('tiles of 8x8', () => openWebgpuExecutor({ ...GPU_CHOICE, products: allForms('8x8'), wantedGroups: 1 }), large);
describeCases('products in registers on weights that are halves', () => openWebgpuExecutor(SOFTWARE_CHOICE), halvesInRegisters);
describeCases('the same with subgroups', () => openWebgpuExecutor({ ...SOFTWARE_CHOICE, subgroups: FOUR }), halvesInRegisters);
