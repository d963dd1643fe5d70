import { describeDevice } from '../testing/conformance';
import { openAsCard } from './testing/choice-here';

// Every kernel costs seconds of LLVM: the shapes that a model needs, and of what is trained one method.
describeDevice('WebGPU plan, kernels for GPUs', openAsCard, { quick: true, oneMethod: true });
