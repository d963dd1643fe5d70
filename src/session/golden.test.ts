import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mlMatrixAlgebra } from '../continual/testing/ml-matrix-algebra';
import { plainDevice } from '../continual/testing/plain-vit';
import { compareGolden, type GoldenOptions, type GoldenReport } from './golden';

const folder = new URL('../../../shared/golden/inflora/', import.meta.url);
const read = async (name: string) => new Uint8Array(readFileSync(new URL(name, folder)));

async function compare(scenario: string, options: GoldenOptions = {}): Promise<GoldenReport> {
  const run = compareGolden(read, scenario, plainDevice(), mlMatrixAlgebra, options);
  for (;;) {
    const step = await run.next();
    if (step.done) return step.value;
  }
}

const failures = ({ rows }: GoldenReport) => rows.filter(({ passed }) => !passed);

describe.skipIf(!existsSync(folder))('golden comparison, float64 on one thread', () => {
  it.each(['a_sgd', 'b_adam', 'dualgpm_unit'])('%s is within all marks', async (scenario) => {
    const report = await compare(scenario);
    console.table(report.rows);
    expect(failures(report)).toEqual([]);
  });
});
