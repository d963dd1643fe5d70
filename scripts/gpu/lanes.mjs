// What the kernels for GPUs are held to where there is no GPU: Dawn in Node on Mesa's software driver, with the subgroups, limits and
// clamps of other machines.
import { lavapipe } from './tools.mjs';

const kernels = (title, lanes, books, env = {}) => ({ title, lanes, file: 'kernels.dawn', env: { ...env, GPU_BOOKS: books } });
/** Whole models, for whose many kernels LLVM takes nearly all of the time: less, where it need not optimise. */
const models = (title, file) => ({ title, lanes: 4, file, env: { GALLIVM_PERF: 'nopt' } });

/** One run of a file of the vitest project `dawn` each. Beyond four lanes only what depends on them: LLVM needs minutes for unrolled products in long vectors. */
export const GPU_LANES = [
  kernels('lavapipe 4, default limits', 4, 'gpu norms gpuProducts attention halves large', { GPU_DEFAULT_LIMITS: '1' }),
  kernels('lavapipe 4, compatibility mode', 4, 'gpu norms', { GPU_COMPAT: '1' }),
  kernels('lavapipe 4, clamped as on Metal', 4, 'gpu norms', {
    GPU_FLAGS: 'disable-dawn-features=vulkan_use_buffer_robust_access_2',
  }),
  kernels('lavapipe 8', 8, 'norms'),
  kernels('lavapipe 16', 16, 'norms'),
  models('lavapipe 4, conformance', 'src/compute/webgpu/conformance.dawn'),
  models('lavapipe 4, golden', 'src/golden/golden.dawn'),
];

/** Throws where the tools cannot be had: no network, another system than Debian's. */
export const environmentOf = ({ lanes, env }) => ({ ...lavapipe(lanes), ...env, GPU_LANES: String(lanes) });
