// What the kernels for GPUs are held to where there is no GPU: Dawn in Node on Mesa's software driver, with the subgroups, limits and
// clamps of other machines. docs/devices.md says what each stands for.
import { lavapipe } from './tools.mjs';

/** One run of the vitest project `dawn` each: its title, what the process is started with, and which of the project's files (all unless told). */
export const GPU_LANES = [
  { title: 'lavapipe 8', lanes: 8, files: [] },
  { title: 'lavapipe 4, default limits', lanes: 4, env: { GPU_DEFAULT_LIMITS: '1' }, files: ['kernels'] },
  {
    ...{ title: 'lavapipe 16, clamped as on Metal', lanes: 16, files: ['kernels'] },
    env: { GPU_FLAGS: 'disable-dawn-features=vulkan_use_buffer_robust_access_2' },
  },
  { title: 'lavapipe 8, compatibility mode', lanes: 8, env: { GPU_COMPAT: '1' }, files: ['kernels'] },
];

export const environmentOf = ({ lanes, env = {} }) => ({ ...lavapipe(lanes), ...env, GPU_LANES: String(lanes) });
