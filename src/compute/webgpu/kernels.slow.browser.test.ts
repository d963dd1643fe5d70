import { describeCases } from '../plan/testing/describe-cases';
import { openWebgpuExecutor } from './device';
import { GPU_CHOICE, SOFTWARE_CHOICE } from './table';
import { FOUR, gpu, halvesInRegisters, shared, software } from './testing/books';

describeCases('kernels for software adapters, with subgroups', () => openWebgpuExecutor({ ...SOFTWARE_CHOICE, subgroups: FOUR }), software);
describeCases('products read as vectors', () => openWebgpuExecutor({ ...SOFTWARE_CHOICE, subgroups: FOUR }), shared);
describeCases('kernels for GPUs, without subgroups', () => openWebgpuExecutor(GPU_CHOICE), gpu);
describeCases('products in registers on weights that are halves', () => openWebgpuExecutor(SOFTWARE_CHOICE), halvesInRegisters);
describeCases('the same with subgroups', () => openWebgpuExecutor({ ...SOFTWARE_CHOICE, subgroups: FOUR }), halvesInRegisters);
