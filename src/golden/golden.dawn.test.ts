import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ComputeDevice } from '../compute/backbone';
import { createLinearAlgebra } from '../compute/linalg/create';
import { openWebgpuDevice } from '../compute/webgpu/device';
import { choiceHere } from '../compute/webgpu/testing/choice-here';
import { compareGolden } from './golden';
import { RIVALS } from './rivals';

const folder = (name: string) => new URL(`../../../shared/golden/${name}/`, import.meta.url);
const { choice, adapter } = await choiceHere();

describe.skipIf(!existsSync(folder('inflora')))(`golden comparison by kernels for GPUs, on ${adapter}`, () => {
  let device: ComputeDevice;
  beforeAll(async () => {
    device = await openWebgpuDevice(choice);
  });
  afterAll(() => device.dispose());

  async function failing(name: string, where: string, options: object) {
    const read = async (file: string) => new Uint8Array(readFileSync(new URL(file, folder(where))));
    const run = compareGolden(read, name, device, createLinearAlgebra(), options);
    let step = await run.next();
    while (!step.done) step = await run.next();
    expect(step.value.rows.length).toBeGreaterThan(3);
    return step.value.rows.filter(({ passed }) => !passed);
  }

  it.each(['a_sgd', 'b_adam'])('%s is within all marks', async (name) => {
    expect(await failing(name, 'inflora', { names: readdirSync(folder('inflora')) })).toEqual([]);
  });
  it.each(Object.keys(RIVALS))('%s is within all marks', async (name) => {
    expect(await failing(name, 'rivals', { names: ['sdlora/sdlora_kept.json', 'ewc/ewc_online.json'] })).toEqual([]);
  });
});
