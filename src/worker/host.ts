/** The host behind the worker's boundary: a bench with device, backbone and images, and one run at a time upon it. */
import type { LabHost } from './api';
import { createBench } from './bench';
import { benchCalls } from './bench-calls';
import type { HostParts } from './host-parts';
import { hubCalls } from './hub/calls';
import { runCalls } from './open-run';
import { keepingCalls } from './runs/calls';
import { memoryRunFiles } from './runs/run-files';
import { createTimekeeper, timingCalls } from './timing';

export function createHost(parts: HostParts): LabHost {
  const bench = createBench(parts, () => run.close());
  const time = createTimekeeper(bench, parts);
  const run = runCalls(bench, parts, time);
  const keeping = keepingCalls(run, parts.runFiles ?? memoryRunFiles(), parts.writeState);
  return { ...benchCalls(bench, parts), ...timingCalls(bench, parts, time), ...hubCalls(parts.openHub), ...run, ...keeping };
}
