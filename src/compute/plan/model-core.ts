import type { VitConfig } from '../../vit/config';
import type { AdapterLayout } from './adapter-layout';
import type { DeviceBuffer, Executor, RunRequest } from './executor';
import type { NetworkSpec } from './network';
import type { Program } from './ops';
import type { PromptLayout } from './prompt-layout';
import type { WeightStore } from './weight-store';

/** What a trainer and an accumulation of moments need of their model. */
export interface ModelCore {
  readonly executor: Executor;
  readonly config: VitConfig;
  readonly weights: WeightStore;
  readonly layout: AdapterLayout;
  readonly promptLayout: PromptLayout;
  /** A program for the attached adapters, built at first use. */
  program(name: string, build: (spec: NetworkSpec) => Program): Program;
  /** Runs a program on the present weights, adapters and prompts, and on `extra` buffers. */
  run(request: Omit<RunRequest, 'buffers'>, extra?: Iterable<readonly [string, DeviceBuffer]>): Promise<ReadonlyMap<string, Float32Array>>;
}
