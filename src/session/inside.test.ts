import { describe, expect, it } from 'vitest';
import { plainDense64 } from '../common/linalg/dense64';
import { createLinearAlgebra } from '../compute/linalg/create';
import { openWasmDevice } from '../compute/wasm/device';
import type { TaskStream } from '../continual/stream';
import { TINY, tinyCheckpoint, tinyTasks } from '../continual/testing/tiny';
import type { RunEvent } from './events';
import { parseExperiment, type Experiment } from './experiment';
import { applyEvents } from './fold';
import { lookImages } from './look-images';
import { parseRecord } from './migrations';
import type { RunRecord } from './record';
import { createRun, type RunState } from './run';
import { factsOf } from './testing/fakes';

const stream: TaskStream = { kind: 'class-incremental', classNames: ['a', 'b', 'c', 'd', 'e', 'f'], tasks: tinyTasks([2, 2, 2]) };

const METHODS = [
  { id: 'inflora', rank: 2 },
  { id: 'full-fine-tuning' },
  { id: 'sequential-lora', rank: 2 },
  { id: 'l2p' },
  { id: 'frozen' },
  { id: 'joint', rank: 2 },
] as const;

const experimentOf = (methods: readonly object[], inside?: Experiment['inside'], means?: 'on'): Experiment =>
  parseExperiment({
    schema: 1,
    backbone: { from: { source: 'bundled', id: 'none' } },
    stream: { from: { source: 'bundled', id: 'none' } },
    methods,
    training: { epochs: 3, batchSize: 8, learningRate: 0.01, optimizer: 'adam' },
    ...(inside && { inside }),
    ...(means && { means }),
  });

/** All events, or those up to a moment, and the state there. */
async function eventsOf(experiment: Experiment, from?: RunState, until: (event: RunEvent) => boolean = () => false) {
  const device = await openWasmDevice();
  const multiply = device.multiply?.bind(device) ?? (() => Promise.reject(new Error('no product')));
  const run = createRun({
    ...{ experiment, stream, linalg: createLinearAlgebra(async () => plainDense64), backbone: await device.load(tinyCheckpoint()) },
    facts: { ...factsOf(stream), backbone: { ...factsOf(stream).backbone, dim: TINY.dim } },
    startedAt: new Date(0),
    measures: { readings: true, interference: 'sampled', multiply, inside: experiment.inside, means: experiment.means === 'on' },
    ...(from && { from }),
  });
  const events: RunEvent[] = [];
  let state: RunState | null = null;
  for await (const event of run.events()) {
    events.push(event);
    if (!until(event)) continue;
    state = structuredClone(await run.state());
    break;
  }
  device.dispose();
  return { events, state };
}

function recordFrom(events: readonly RunEvent[]): RunRecord {
  const record = applyEvents(null, events);
  if (record === null) throw new Error('no record');
  return record;
}

const numbers = ({ methods }: RunRecord) =>
  JSON.stringify(
    methods.map(({ results, losses }) => ({ results, losses })),
    (key, value: unknown) => (key === 'seconds' || key === 'means' ? undefined : value),
  );

describe('looking inside while tasks are learned', () => {
  it('changes no number, sees the four stops of InfLoRA and two of those without a memory, and is kept by the record', async () => {
    const off = recordFrom((await eventsOf(experimentOf(METHODS))).events);
    const { events } = await eventsOf(experimentOf(METHODS, { block: 0, map: 'v' }));
    const on = recordFrom(events);
    expect(numbers(on)).toBe(numbers(off));
    expect(off.methods.every(({ inside }) => inside === undefined)).toBe(true);
    expect(on.methods.filter(({ failure }) => failure !== null)).toEqual([]);
    const stops = Object.fromEntries(
      on.methods.map(({ id, inside = [] }) => [id, inside.map((look) => Object.keys(look).slice(3).join(' '))]),
    );
    const [four, two] = ['gather design train consolidate', 'gather train'];
    expect(stops).toEqual({
      ...{ inflora: [four, four, four], 'full-fine-tuning': [two, two, two], 'sequential-lora': [two, two, two] },
      ...{ l2p: [], frozen: [], joint: [] },
    });
    expect(parseRecord(structuredClone(on)).methods[0]?.inside).toEqual(on.methods[0]?.inside);
    // The page may halt at each: they come in the order of the work, one by one.
    const told = events.flatMap((event) => (event.type === 'inside' && event.method === 'inflora' ? Object.keys(event.look).slice(3) : []));
    expect(told).toEqual([0, 1, 2].flatMap(() => four.split(' ')));
    // What the memory is told to hold is what the diagnostics of the same task say.
    const { inside = [], results } = on.methods[0] ?? { results: [] };
    inside.forEach((look, task) => {
      const site = results[task]?.subspaces?.sites.find(({ block }) => block === 0);
      const occupied = site?.type === 'retain' ? site.of - site.dimension : site?.dimension;
      expect(look.consolidate).toMatchObject({ after: occupied, threshold: results[task]?.subspaces?.threshold });
    });
  });

  it('goes on where a run was cut in a training, and ends alike', async () => {
    const experiment = experimentOf(METHODS.slice(0, 1), { block: 1, map: 'k' });
    const whole = recordFrom((await eventsOf(experiment)).events);
    const first = await eventsOf(experiment, undefined, (event) => event.type === 'phase' && event.phase === 'train' && event.task === 1);
    if (first.state === null) throw new Error('It could not be cut there.');
    const second = await eventsOf(experiment, first.state);
    const record = recordFrom([...first.events, ...second.events]);
    expect(record.methods[0]?.inside).toEqual(whole.methods[0]?.inside);
    expect(numbers(record)).toBe(numbers(whole));
  });

  it('follows class means of every method that learns in turn, changes no number by it, and goes on in the same plane', async () => {
    const off = recordFrom((await eventsOf(experimentOf(METHODS))).events);
    const experiment = experimentOf(METHODS, { block: 0, map: 'v' }, 'on');
    const whole = await eventsOf(experiment);
    const on = recordFrom(whole.events);
    expect(numbers(on)).toBe(numbers(off));
    expect(off.methods.flatMap(({ results }) => results.filter(({ means }) => means))).toEqual([]);
    const means = (record: RunRecord) => Object.fromEntries(record.methods.map(({ id, results }) => [id, results.map((row) => row.means)]));
    for (const [id, rows] of Object.entries(means(on))) {
      if (id === 'joint') expect(rows).toEqual([undefined]);
      else expect(rows.map((row) => row?.places.map(({ length }) => length))).toEqual([[4], [4, 4], [4, 4, 4]]);
    }
    // A network that nobody trains stands still; one that is trained whole does not.
    const [first, , last] = means(on).frozen ?? [];
    expect(last?.places[0]).toEqual(first?.places[0]);
    const [then, , now] = means(on)['full-fine-tuning'] ?? [];
    expect(now?.places[0]).not.toEqual(then?.places[0]);
    expect(now?.fixed).toBe(then?.fixed);
    expect(means(parseRecord(structuredClone(on)))).toEqual(means(on));

    const cut = await eventsOf(experiment, undefined, (event) => event.type === 'phase' && event.phase === 'train' && event.task === 2);
    if (cut.state === null) throw new Error('It could not be cut there.');
    const rest = await eventsOf(experiment, cut.state);
    const record = recordFrom([...cut.events, ...rest.events]);
    expect(means(record)).toEqual(means(on));
    expect(numbers(record)).toBe(numbers(on));
  });

  it('says which block is not there, and lets no other map be named than a block has', async () => {
    await expect(eventsOf(experimentOf(METHODS, { block: 7, map: 'v' }))).rejects.toThrow('look inside block 8, and this backbone has 2');
    expect(() => experimentOf(METHODS, { block: 0, map: 'x' as 'v' })).toThrow(/inside\.map/);
    expect(() => experimentOf(METHODS, { block: -1, map: 'v' })).toThrow(/inside\.block/);
  });

  it('looks at the new task’s test images and at as many of the old ones, dealt evenly', () => {
    const { old, fresh } = lookImages(stream.tasks, 2);
    expect([old?.count, fresh.count]).toEqual([16, 16]);
    expect(old?.pixels).toHaveLength(16 * TINY.imageSize ** 2 * 3);
    expect(lookImages(stream.tasks, 0).old).toBeNull();
  });
});
