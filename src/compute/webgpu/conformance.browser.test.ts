import { describeDevice } from '../testing/conformance';
import { openWebgpuDevice } from './device';
import { SOFTWARE_CHOICE } from './table';

describeDevice('WebGPU plan, kernels for software adapters', () => openWebgpuDevice(SOFTWARE_CHOICE), { quick: true });
