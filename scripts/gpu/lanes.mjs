// What the kernels for GPUs are held to where there is no GPU: Dawn in Node on Mesa's software driver, with the subgroups, limits and
// clamps of other machines.
import { lavapipe } from './tools.mjs';

/** One run of the vitest project `dawn` each. Beyond four lanes only what depends on them: LLVM needs minutes for unrolled products in long vectors. */
export const GPU_LANES = [
  {
    title: 'lavapipe 4, default limits',
    lanes: 4,
    books: 'gpu norms gpuProducts attention halves large',
    env: { GPU_DEFAULT_LIMITS: '1' },
  },
  { title: 'lavapipe 4, compatibility mode', lanes: 4, books: 'gpu norms', env: { GPU_COMPAT: '1' } },
  {
    ...{ title: 'lavapipe 4, clamped as on Metal', lanes: 4, books: 'gpu norms' },
    env: { GPU_FLAGS: 'disable-dawn-features=vulkan_use_buffer_robust_access_2' },
  },
  { title: 'lavapipe 8', lanes: 8, books: 'norms', env: {} },
  { title: 'lavapipe 16', lanes: 16, books: 'norms', env: {} },
];

/** Throws where the tools cannot be had: no network, another system than Debian's. */
export const environmentOf = ({ lanes, books, env }) => ({ ...lavapipe(lanes), ...env, GPU_LANES: String(lanes), GPU_BOOKS: books });
