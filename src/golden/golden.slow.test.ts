import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ComputeDevice } from '../compute/backbone';
import { openTfjsWasm } from '../compute/tfjs/device-wasm';
import { openWasmDevice } from '../compute/wasm/device';
import { createLinearAlgebra } from '../compute/linalg/create';
import { compareGolden, type GoldenOptions, type GoldenReport } from './golden';

const folder = new URL('../../../shared/golden/inflora/', import.meta.url);
const read = async (name: string) => new Uint8Array(readFileSync(new URL(name, folder)));
const MINUTES = 60_000;

async function comparison(device: ComputeDevice, scenario: string, options: GoldenOptions = {}): Promise<GoldenReport> {
  const run = compareGolden(read, scenario, device, createLinearAlgebra(), { names: readdirSync(folder), ...options });
  for (;;) {
    const step = await run.next();
    if (step.done) return step.value;
  }
}
const failing = ({ rows }: GoldenReport) => rows.filter(({ passed }) => !passed).map(({ quantity }) => quantity);

describe.skipIf(!existsSync(folder))('golden comparison, sensitivity', () => {
  let device: ComputeDevice;
  beforeAll(async () => {
    device = await openWasmDevice();
  });
  afterAll(() => device.dispose());
  const compare = (scenario: string, options?: GoldenOptions) => comparison(device, scenario, options);

  it.each<{ mistake: string; options: GoldenOptions; reveals: string }>([
    { mistake: 'no division by √3', options: { inflora: { scaleDown: false } }, reveals: 'BtB' },
    { mistake: 'two-sided projection', options: { inflora: { projection: 'two-sided' } }, reveals: 'BtB' },
    { mistake: 'no projection at all', options: { inflora: { projection: 'none' } }, reveals: 'BtB' },
    { mistake: 'energies not squared', options: { inflora: { energy: 'covariance' } }, reveals: 'DualGPM dimension' },
    { mistake: 'first task keeps n + 1 vectors', options: { inflora: { firstTaskRank: 'reach' } }, reveals: 'DualGPM dimension' },
    { mistake: 'memory from before training', options: { inflora: { memoryFrom: 'before-training' } }, reveals: 'gpm_projector' },
    { mistake: 'Adam schedule without its lag', options: { schedule: 'authors-unlagged' }, reveals: 'learning rate' },
  ])(
    'notices: $mistake',
    async ({ options, reveals }) => {
      const report = await compare('b_adam', { ...options, stopAtFailure: true });
      expect(report.passed).toBe(false);
      expect(failing(report)).toContain(reveals);
    },
    5 * MINUTES,
  );

  it('notices the options that DualGPM alone depends on', async () => {
    expect(failing(await compare('dualgpm_unit', { inflora: { energy: 'covariance' } }))).toContain('DualGPM dimension');
    expect(failing(await compare('dualgpm_unit', { inflora: { firstTaskRank: 'reach' } }))).toContain('DualGPM dimension');
    expect(failing(await compare('dualgpm_unit', { inflora: { memory: 'gpm' } }))).toContain('DualGPM type');
  });
});

it.skipIf(!existsSync(folder)).each(['a_sgd', 'b_adam'])(
  '%s is within all marks on the tfjs reference',
  async (scenario) => {
    const device = await openTfjsWasm();
    const report = await comparison(device, scenario);
    device.dispose();
    expect(failing(report)).toEqual([]);
    expect(report.passed).toBe(true);
  },
  10 * MINUTES,
);
