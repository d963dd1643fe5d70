/** How the cost of a training step of ours grows with one size at a time, from shape N; and that it does not with the tasks seen. */
import { wrap, type Remote } from 'comlink';
import { softwareAdapter } from '../../src/compute/tfjs/gpu';
import type { GrowthApi } from './growth.worker';
import type { Deadline } from './limits';
import { shapeN, type Shape } from './shapes';
import type { Spread } from './spread';

export const VARIED = ['batch', 'tokens', 'dim', 'depth', 'tasks'] as const;
export type Varied = (typeof VARIED)[number];

export interface GrowthPoint {
  readonly varies: Varied;
  readonly value: number;
  /** Milliseconds. */
  readonly step: Spread | null;
  /** Workspace of a step: what is kept for the backward pass, and temporaries. */
  readonly activationBytes: number | null;
  /** Buffers of the device beside that: weights, adapters, the optimiser's state. */
  readonly stateBytes: number | null;
  readonly failure: string | null;
}

export interface GrowthResult {
  readonly device: string;
  readonly points: readonly GrowthPoint[];
}

/** Values of each size; those of shape N are among them. `tokens`: by the side of the image, in patches of 8. */
const VALUES: Readonly<Record<Varied, readonly number[]>> = {
  batch: [8, 16, 32, 64],
  tokens: [17, 65, 145, 257],
  dim: [64, 96, 192, 384],
  depth: [3, 6, 12, 24],
  tasks: [1, 5, 10, 20],
};

/** Shape N with one size changed; the number of tasks changes none. */
export function grown(varies: Varied, value: number): Shape {
  const { config, ...rest } = shapeN;
  const shape = { ...rest, id: `${varies}-${value}`, title: `${varies} ${value}` };
  switch (varies) {
    case 'batch':
      return { ...shape, config, batch: value };
    case 'tokens':
      return { ...shape, config: { ...config, imageSize: config.patchSize * Math.round(Math.sqrt(value - 1)) } };
    case 'dim':
      return { ...shape, config: { ...config, dim: value, heads: value / 32, mlpDim: 4 * value } };
    case 'depth':
      return { ...shape, config: { ...config, depth: value } };
    case 'tasks':
      return { ...shape, config };
  }
}

/** On WASM, and on the GPU where there is a real one. */
export async function runGrowth(deadline: Deadline, report: (line: string) => void): Promise<GrowthResult[]> {
  const software = await softwareAdapter();
  const gpu = 'gpu' in navigator && (await navigator.gpu.requestAdapter()) !== null;
  const results: GrowthResult[] = [];
  for (const kind of gpu && software === null ? (['wasm', 'webgpu'] as const) : (['wasm'] as const)) {
    report(`How cost grows, ours on ${kind}`);
    results.push(await growthOn(kind, deadline, report));
  }
  return results;
}

async function growthOn(kind: 'wasm' | 'webgpu', deadline: Deadline, report: (line: string) => void): Promise<GrowthResult> {
  const worker = new Worker(new URL('./growth.worker.ts', import.meta.url), { type: 'module', name: `growth-${kind}` });
  const api: Remote<GrowthApi> = wrap<GrowthApi>(worker);
  const points: GrowthPoint[] = [];
  let device: string = kind;
  try {
    device = await deadline.guard(api.open(kind), 'the start of the device');
    for (const varies of VARIED) {
      for (const value of VALUES[varies]) points.push(await pointOf(api, varies, value, deadline));
      const steps = points.filter((point) => point.varies === varies).map(({ step }) => (step ? Math.round(step.median) : '–'));
      report(`  ${varies} ${VALUES[varies].join(', ')}: ${steps.join(', ')} ms`);
    }
  } catch (error) {
    report(`  ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    worker.terminate();
  }
  return { device: `${kind}: ${device}`, points };
}

async function pointOf(api: Remote<GrowthApi>, varies: Varied, value: number, deadline: Deadline): Promise<GrowthPoint> {
  try {
    const found = await deadline.guard(api.measure(grown(varies, value), varies === 'tasks' ? value : 1), `${varies} ${value}`);
    return { varies, value, ...found, failure: null };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { varies, value, step: null, activationBytes: null, stateBytes: null, failure };
  }
}
