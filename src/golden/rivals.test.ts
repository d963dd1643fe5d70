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
  ])("replays %s by the product's own method on WASM, every quantity within its mark", async (name, quantity) => {
    const device = await openWasmDevice();
    const run = compareGolden(read, name, device, createLinearAlgebra());
    let step = await run.next();
    while (!step.done) step = await run.next();
    device.dispose();
    if (process.env['GOLDEN_ROWS']) console.table(step.value.rows);
    expect(step.value.rows.filter(({ passed }) => !passed)).toEqual([]);
    expect(step.value.passed).toBe(true);
    expect(step.value.rows.map((row) => row.quantity)).toContain(quantity);
  });

  it.each([
    { mistake: { relu: false }, reveals: 'random features' },
    { mistake: { accumulate: false }, reveals: 'Gram matrix' },
  ])('notices $mistake', async ({ mistake, reveals }) => {
    const wrong = (await rowsOf(mistake)).filter(({ passed }) => !passed).map(({ quantity }) => quantity);
    expect(wrong).toContain(reveals);
    expect(wrong).toContain('weights');
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
