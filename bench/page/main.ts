/** The bench's page: `window.bench`, for scripts/bench.mjs and for a console. */
import { FULL, QUICK, run, type BenchOptions, type ShapeResult } from './run';
import { tableOf } from './table';

export interface BenchReport {
  readonly date: string;
  readonly userAgent: string;
  readonly threads: number;
  readonly options: BenchOptions;
  readonly shapes: readonly ShapeResult[];
}

const bench = {
  async run(
    asked: { quick?: boolean } & Partial<BenchOptions>,
    report: (line: string) => void,
  ): Promise<{ json: BenchReport; table: string }> {
    const { quick, ...rest } = asked;
    const options = { ...(quick ? QUICK : FULL), ...rest };
    const date = new Date().toISOString();
    const shapes = await run(options, report);
    const json = { date, userAgent: navigator.userAgent, threads: navigator.hardwareConcurrency, options, shapes };
    return { json, table: tableOf(json) };
  },
};

declare global {
  interface Window {
    bench?: typeof bench;
    benchLine?: (line: string) => void;
  }
}

window.bench = bench;
