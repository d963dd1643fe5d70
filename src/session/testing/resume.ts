/** Every method through a run that is cut after any kind of moment and goes on on a fresh model: it must end bit for bit alike. */
import { expect } from 'vitest';
import type { ComputeDevice } from '../../compute/backbone';
import { createLinearAlgebra } from '../../compute/linalg/create';
import { METHODS } from '../../continual/registry';
import { TINY, tinyCheckpoint, tinyOptions, tinyTasks } from '../../continual/testing/tiny';
import { plainDense64 } from '../../common/linalg/dense64';
import type { TaskStream } from '../../continual/stream';
import type { RunEvent } from '../events';
import { parseExperiment, type Experiment } from '../experiment';
import { applyEvents } from '../fold';
import type { RunRecord } from '../record';
import { createRun, type Run, type RunState } from '../run';
import { factsOf } from './fakes';

/** Every method of the registry once, and again where an option makes another method of it. */
export const RESUMED: readonly (readonly [string, object])[] = [
  ...METHODS.map(({ id, options }): readonly [string, object] => [id, tinyOptions(options)]),
  ['inflora', { rank: 2, targets: 'all' }],
  ['sequential-lora', { rank: 2, factors: 'up' }],
  ['ranpac', { width: 24, adapter: 'first-task', adapterRank: 2 }],
  ['joint', { rank: 2, adapt: 'full' }],
  ['lwf', { rank: 2, adapt: 'lora' }],
  ['derpp', { rank: 2, adapt: 'lora', images: 5 }],
  ['coda-prompt', { components: 8, orthogonality: 0.1 }],
  ['ewc', { rank: 2, adapt: 'lora', form: 'classic' }],
];

const stream: TaskStream = {
  kind: 'class-incremental',
  classNames: ['a', 'b', 'c', 'd'],
  tasks: tinyTasks([2, 2]),
};

function experimentOf(id: string, options: object, optimizer: 'adam' | 'sgd'): Experiment {
  return parseExperiment({
    schema: 1,
    backbone: { from: { source: 'bundled', id: 'none' } },
    stream: { from: { source: 'bundled', id: 'none' } },
    methods: [{ id, ...options }],
    training: { epochs: 2, batchSize: 6, learningRate: 0.02, optimizer },
    interference: 'exact',
  });
}

async function open(device: ComputeDevice, experiment: Experiment, from?: RunState): Promise<Run> {
  const linalg = createLinearAlgebra(async () => plainDense64);
  const multiply = device.multiply?.bind(device);
  return createRun({
    experiment,
    stream,
    linalg,
    backbone: await device.load(tinyCheckpoint()),
    facts: { ...factsOf(stream), backbone: { ...factsOf(stream).backbone, dim: TINY.dim } },
    startedAt: new Date(0),
    measures: { readings: true, interference: 'exact', multiply: multiply ?? (() => Promise.reject(new Error('no product'))) },
    ...(from && { from }),
  });
}

const timeless = (record: RunRecord | null): string =>
  JSON.stringify(record, (key, value: unknown) => (key === 'seconds' ? undefined : value));

/** Cuts the run after its event number `at` where it can be saved there; false where it cannot. */
async function cutAt(make: () => Promise<ComputeDevice>, experiment: Experiment, at: number, whole: string): Promise<boolean> {
  const first = await make();
  const run = await open(first, experiment);
  const events = run.events();
  const told: RunEvent[] = [];
  for (let i = 0; i < at; i++) {
    const next = await events.next();
    if (next.done) break;
    told.push(next.value);
  }
  const state = await run.state();
  first.dispose();
  if (state === null) return false;
  const second = await make();
  const again = await open(second, experiment, structuredClone(state));
  for await (const event of again.events()) told.push(event);
  expect(timeless(applyEvents(null, told)), `cut after event ${at}`).toBe(whole);
  again.dispose();
  second.dispose();
  return true;
}

/** `cuts`: how many of the places where the run can be saved are tried, spread over it. */
export async function expectResumable(
  make: () => Promise<ComputeDevice>,
  [id, options]: readonly [string, object],
  optimizer: 'adam' | 'sgd',
  cuts: number,
): Promise<void> {
  const experiment = experimentOf(id, options, optimizer);
  const device = await make();
  const run = await open(device, experiment);
  const events: RunEvent[] = [];
  const places: number[] = [];
  for await (const event of run.events()) {
    events.push(event);
    if (event.type === 'phase' && (event.phase === 'train' || event.method === null)) places.push(events.length);
  }
  const whole = timeless(applyEvents(null, events));
  run.dispose();
  device.dispose();
  expect(whole).not.toContain('"failure":"');
  expect(places.length).toBeGreaterThan(0);
  const apart = Math.ceil(places.length / cuts);
  const tried = places.filter((_, i) => i % apart === Math.floor(apart / 2));
  for (const place of tried) expect(await cutAt(make, experiment, place, whole), `event ${place}`).toBe(true);
}
