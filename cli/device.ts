/** The device that was asked for, by name; a software adapter is no GPU unless that is allowed. */
import { worded } from '../src/common/said';
import type { DeviceReport } from '../src/worker/api';
import { UsageError, type DeviceChoice } from './arguments';
import type { ProgressWriter } from './progress';
import type { Site } from './site';

function deviceLines({ chosen, unavailable }: DeviceReport): string[] {
  const engine = chosen.engine === 'plan' ? 'own kernels' : 'tfjs';
  return [
    `device  ${chosen.kind} (${engine}), ${chosen.name}`,
    ...unavailable.map(({ kind, reason }) => `        not ${kind}: ${worded(reason)}`),
  ];
}

/** Throws UsageError where `--device webgpu` would compute on a processor. */
export async function chooseDevice(site: Site, writer: ProgressWriter, { device, allowSoftware }: DeviceChoice): Promise<void> {
  const report = await site.call('useDevice', device);
  for (const line of deviceLines(report)) writer.keep(line);
  if (device !== 'webgpu' || allowSoftware || !report.chosen.software) return;
  throw new UsageError(
    `--device webgpu: the only adapter here is ${report.chosen.name}, which is software and slower than --device wasm. ` +
      'With a GPU in this machine set BENCH_REAL_GPU=1 (docs/sweeps.md has the flags for one without a screen); --allow-software computes on it anyway.',
  );
}
