import { describeDevice } from '../testing/conformance';
import { openWebgpuDevice } from './device';
import { choiceHere } from './testing/choice-here';

const { choice, adapter } = await choiceHere();

describeDevice(`WebGPU plan, kernels for GPUs, on ${adapter}`, () => openWebgpuDevice(choice), { quick: true, sizes: true, steps: 20 });
