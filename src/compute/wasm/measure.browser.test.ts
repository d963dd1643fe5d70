import { describe, expect, it } from 'vitest';
import { measureProducts, measureSteps, type Timing } from './testing/measure';

const wanted = import.meta.env['VITE_MEASURE'] !== undefined;

/** Prints figures: VITE_MEASURE=1 npx vitest run --project browser src/compute/wasm/measure */
describe.skipIf(!wanted)('speed of the WASM plan', () => {
  const print = (title: string, timings: readonly Timing[]): void => {
    const lines = timings.map(({ name, median, best, gflops }) => {
      return `${median.toFixed(2).padStart(9)} ms median ${best.toFixed(2).padStart(9)} ms best ${gflops.toFixed(1).padStart(6)} GFLOP/s  ${name}`;
    });
    console.log([title, ...lines].join('\n'));
    expect(timings.every(({ best }) => best > 0)).toBe(true);
  };
  for (const threads of [2, 1]) {
    it(`${threads} threads`, async () => {
      print(`${threads} threads`, [...(await measureProducts({ threads }, [256, 512, 1024])), ...(await measureSteps({ threads }))]);
    });
  }
});
