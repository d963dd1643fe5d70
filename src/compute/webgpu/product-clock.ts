import type { Program } from '../plan/ops';
import { timeRuns } from './op-clock';
import type { Pipelines } from './pipelines';
import { PreparedProgram } from './prepared';
import type { KernelChoice } from './table';
import type { Workspace } from './workspace';

/** Milliseconds that runs of a program take with kernels of a choice. Rejects where these do not compile; the device is none the worse. */
export async function timeProgram(
  device: GPUDevice,
  pipelines: Pipelines,
  workspace: Workspace,
  choice: KernelChoice,
  program: Program,
  buffers: ReadonlyMap<string, GPUBuffer>,
  runs: number,
): Promise<number> {
  device.pushErrorScope('validation');
  const prepared = new PreparedProgram(program, device, pipelines, workspace, choice, new Set());
  const wrong = device.popErrorScope();
  try {
    await prepared.ready;
    const error = await wrong;
    if (error) throw new Error(error.message);
    prepared.reserve();
    return await timeRuns(device, prepared, buffers, runs);
  } finally {
    prepared.dispose();
  }
}
