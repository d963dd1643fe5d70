import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { createLinearAlgebra } from '../compute/linalg/create';
import { openWasmDevice } from '../compute/wasm/device';
import { mlMatrixAlgebra } from '../continual/testing/ml-matrix-algebra';
import { plainDevice } from '../continual/testing/plain-device';
import { Comparison } from './compare';
import { compareGolden, GoldenError } from './golden';
import { compareRanpac, type RanpacGiven } from './ranpac';
import { readRival } from './rival';
import { plainRanpac, type PlainMistakes } from './testing/plain-ranpac';

const folder = new URL('../../../shared/golden/rivals/', import.meta.url);
const read = async (name: string) => new Uint8Array(await readFile(new URL(name, folder)));

async function rowsOf(mistakes?: PlainMistakes) {
  const rival = await readRival(read, 'ranpac');
  const model = await plainDevice().load(rival.checkpoint);
  const comparison = new Comparison();
  const replay = compareRanpac((given: RanpacGiven) => plainRanpac(given, mistakes));
  for await (const progress of replay(rival, model, mlMatrixAlgebra, comparison)) expect(progress.phase).toBe('evaluate');
  return comparison.rows();
}

/** By the product's method on WASM; `changes`: to fields of the recording. */
async function replayed(name: string, changes: Readonly<Record<string, unknown>> = {}) {
  const changed = async (file: string): Promise<Uint8Array> => {
    const bytes = await read(file);
    if (!file.endsWith(`${name}.json`)) return bytes;
    const json = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    for (const [field, to] of Object.entries(changes))
      json[field] = typeof to === 'function' ? (to as (before: unknown) => unknown)(json[field]) : to;
    return new TextEncoder().encode(JSON.stringify(json));
  };
  const device = await openWasmDevice();
  const run = compareGolden(changed, name, device, createLinearAlgebra(), { names: ['sdlora/sdlora_kept.json'] });
  let step = await run.next();
  while (!step.done) step = await run.next();
  device.dispose();
  return step.value;
}

describe.skipIf(!existsSync(folder))('recordings of rival methods', () => {
  it('gives the inputs that all share and what the method recorded', async () => {
    const rival = await readRival(read, 'ranpac');
    expect(rival.checkpoint.config).toMatchObject({ imageSize: 8, patchSize: 4, dim: 16, depth: 2, heads: 2, mlpDim: 32 });
    expect(rival.tasks.map(({ train, test, classes }) => [train.count, test.count, classes.from, classes.to])).toEqual([
      [16, 8, 0, 2],
      [16, 8, 2, 4],
      [16, 8, 4, 6],
    ]);
    expect(rival.order.map((epochs) => epochs.map((rows) => [...rows].sort((a, b) => a - b)))).toEqual(
      [0, 1, 2].map(() => [0, 1].map(() => [...Array(16).keys()])),
    );
    expect(rival.tensors.get('random_projection').shape).toEqual([16, 24]);
    expect(rival.scalars(v.object({ ridge: v.array(v.number()) })).ridge).toEqual([1, 0.01, 1]);
    expect(() => rival.scalars(v.object({ lr: v.number() }))).toThrow(/ranpac\/ranpac\.json, field "lr"/);
  });

  it('replays ranpac: the formulas in float64 are within all marks', async () => {
    const rows = await rowsOf();
    expect(rows.filter(({ passed }) => !passed)).toEqual([]);
    expect(rows.map(({ quantity, count }) => [quantity, count])).toEqual([
      ...[
        'features',
        'random features',
        'Gram matrix',
        'class sums',
        'hold-out loss',
        'ridge',
        'weights',
        'test_logits',
        'predictions',
      ].map((quantity) => [quantity, 3]),
      ['accuracy matrix', 6],
    ]);
  });

  it.each([
    ['ranpac', 'hold-out loss'],
    ['slca', 'alignment loss'],
    ['er', 'images kept'],
    ['l2p', 'first gradients'],
    ['l2p_batchwise', 'first gradients'],
    ['dualprompt', 'first gradients'],
    ['coda', 'first gradients'],
    ['lwf', 'weights'],
    ['derpp', 'stored logits'],
  ])("replays %s by the product's own method on WASM, every quantity within its mark", async (name, quantity) => {
    const report = await replayed(name);
    expect(report.rows.filter(({ passed }) => !passed)).toEqual([]);
    expect(report.passed).toBe(true);
    expect(report.rows.map((row) => row.quantity)).toContain(quantity);
  });

  // What a mistake in the method would train with, as far as a recording's numbers can say it.
  it.each([
    ['slca', 'the backbone as fast as the heads', { backbone_ratio: 1 }],
    ['er', 'the first slots instead of those drawn', { replay_slots: (lists: number[][]) => lists.map((list) => list.map((__, i) => i)) }],
    ['lwf', 'distillation times T²', { lamda: (lamda: number) => 4 * lamda }],
    ['lwf', 'T = 1', { T: 1 }],
    ['derpp', 'squares summed over columns', { alpha: (alpha: number) => 6 * alpha }],
    ['derpp', 'one draw for both', { replay_slots: (lists: number[][]) => lists.map((_, i) => lists[i - (i % 2)]) }],
  ] as const)('notices in %s: %s', async (name, _, changes) => {
    const { rows } = await replayed(name, changes);
    expect(rows.filter(({ passed }) => !passed).map(({ quantity }) => quantity)).toContain('weights');
  });

  it.each([
    ['lae', ['loss', 'first gradients', 'online adapter', 'averaged adapter', 'heads', 'logits of both', 'test logits']],
    ['sdlora', ['loss', 'first gradients', 'magnitudes', 'adapters', 'test logits at the start of a task', 'test logits']],
    ['sdlora_kept', ['loss', 'first gradients', 'magnitudes', 'adapters', 'test logits at the start of a task', 'test logits']],
  ])("replays %s by the product's own method on WASM, every quantity within its mark", async (name, quantities) => {
    const { rows } = await replayed(name);
    expect(rows.filter(({ passed }) => !passed)).toEqual([]);
    expect(rows.map(({ quantity }) => quantity)).toEqual(expect.arrayContaining([...quantities, 'predictions', 'accuracy matrix']));
  });

  it.each([
    ['lae', { decay: 0.8 }, ['averaged adapter']],
    ['lae', { freeze_epochs: 0 }, ['loss', 'online adapter']],
    ['sdlora', { magnitudes: 'kept from task to task' }, ['magnitudes', 'loss']],
    ['sdlora_kept', { magnitudes: 'reset' }, ['magnitudes', 'loss']],
    ['sdlora', { alpha0: 0.7 }, ['first gradients', 'loss']],
  ])('notices in %s that the method does not do what was recorded: %o', async (name, otherwise, reveals) => {
    const wrong = (await replayed(name, otherwise)).rows.filter(({ passed }) => !passed).map(({ quantity }) => quantity);
    expect(wrong).toEqual(expect.arrayContaining(reveals));
  });

  /** A recording by the product's own method on WASM; `altered`: the recording's scalars. */
  async function ownRows(file: string, altered: (json: Record<string, unknown>) => object = (json) => json) {
    const device = await openWasmDevice();
    const reading = async (name: string) => {
      const bytes = await read(name);
      if (name !== file) return bytes;
      const json = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
      return new TextEncoder().encode(JSON.stringify({ ...json, ...altered(json) }));
    };
    const scenario = file.replace(/.*\/|\.json/g, '');
    const run = compareGolden(reading, scenario, device, createLinearAlgebra(), { names: [file] });
    let step = await run.next();
    while (!step.done) step = await run.next();
    device.dispose();
    return step.value.rows;
  }

  it.each([
    [
      'clora/clora.json',
      ['gradients (grad0)', 'gradients (gradlast)', 'loss', 'penalty', 'adapters', 'test logits', 'predictions', 'accuracy matrix'],
    ],
    ['olora/olora.json', ['gradients (grad0)', 'loss', 'penalty', 'adapters', 'test logits', 'predictions', 'accuracy matrix']],
    ['ewc/ewc.json', ['loss', 'penalty', 'importances', 'weights', 'clipped fraction', 'importances of the task', 'test logits']],
    ['ewc/ewc_online.json', ['gradients (grad0)', 'loss', 'penalty', 'importances', 'weights', 'test logits', 'accuracy matrix']],
    ['gpm/gpm.json', ['gradients (grad0)', 'loss', 'second moments', 'projectors', 'columns', 'weights', 'frozen weights', 'test logits']],
  ])("replays %s by the product's own method on WASM, every quantity within its mark", async (file, quantities) => {
    const rows = await ownRows(file);
    expect(rows.filter(({ passed }) => !passed)).toEqual([]);
    const found = rows.map(({ quantity }) => quantity);
    for (const quantity of quantities) expect(found).toContain(quantity);
  });

  it.each([
    ['clora/clora.json', 'no penalty', () => ({ lambda: 0 }), 'adapters'],
    ['olora/olora.json', 'no push away from old rows', () => ({ lambda1: 0 }), 'adapters'],
    ['olora/olora.json', 'another factor of the increment', () => ({ scaling: 2 }), 'adapters'],
    ['ewc/ewc.json', 'a penalty without its half', () => ({ lamda: 2000 }), 'weights'],
    ['ewc/ewc.json', 'no clipping', () => ({ fishermax: 1e9 }), 'importances'],
    ['ewc/ewc_online.json', 'the factor 2 missing', () => ({ e_lambda: 25 }), 'weights'],
    ['ewc/ewc_online.json', 'no fading', () => ({ gamma: 1 }), 'importances'],
    ['gpm/gpm.json', 'a threshold that does not grow', () => ({ threshold: [0.97, 0.97, 0.97] }), 'projectors'],
  ])('notices in %s: %s', async (file, _, altered, reveals) => {
    const wrong = (await ownRows(file, altered)).filter(({ passed }) => !passed).map(({ quantity }) => quantity);
    expect(wrong).toContain(reveals);
  });

  it.each([
    { mistake: { relu: false }, reveals: 'random features' },
    { mistake: { accumulate: false }, reveals: 'Gram matrix' },
  ])('notices $mistake', async ({ mistake, reveals }) => {
    const wrong = (await rowsOf(mistake)).filter(({ passed }) => !passed).map(({ quantity }) => quantity);
    expect(wrong).toContain(reveals);
    expect(wrong).toContain('weights');
  });

  // The mistakes of section 4 of the data's README, made by telling the method otherwise than the recording was told.
  it.each([
    ['l2p', 'no clipping', { clip_norm: 1e9 }, 'prompts and keys'],
    ['l2p', 'no pull of keys', { pull_coefficient: 1e-9 }, 'loss'],
    ['dualprompt', 'half the rate', { lr: 0.01 }, 'prompts and keys'],
    ['coda', 'no orthogonality', { ortho: 0 }, 'prompts and keys'],
  ])('notices in %s: %s', async (scenario, _, changes, reveals) => {
    const device = await openWasmDevice();
    const changed = async (name: string) => {
      const bytes = await read(name);
      if (!name.endsWith(`/${scenario}.json`)) return bytes;
      return new TextEncoder().encode(JSON.stringify({ ...JSON.parse(new TextDecoder().decode(bytes)), ...changes }));
    };
    const run = compareGolden(changed, scenario, device, createLinearAlgebra());
    let step = await run.next();
    while (!step.done) step = await run.next();
    device.dispose();
    expect(step.value.rows.filter(({ passed }) => !passed).map(({ quantity }) => quantity)).toContain(reveals);
  });

  it('says what is wrong: no such recording, and one that no scenario replays', async () => {
    const other = async (name: string) =>
      name === 'other/other.json' ? new TextEncoder().encode('{"method":"other"}') : read(name.replaceAll('other', 'ranpac'));
    const first = (name: string) => compareGolden(other, name, plainDevice(), mlMatrixAlgebra).next();
    await expect(first('nothing')).rejects.toThrow(GoldenError);
    await expect(first('nothing')).rejects.toThrow(/no recording "nothing"; looked for nothing\.json, nothing\/nothing\.json/);
    await expect(first('other')).rejects.toThrow(GoldenError);
    await expect(first('other')).rejects.toThrow(/"other" is a recording that is not compared yet/);
  });

  it('names the folder that it needs where the common inputs are missing', async () => {
    const alone = async (name: string) => (name.startsWith('common/') ? Promise.reject(new Error(name)) : read(name));
    await expect(readRival(alone, 'ranpac')).rejects.toThrow(/give the folder that holds common\/data\.safetensors/);
  });
});
