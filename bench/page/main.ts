/** The bench's page: `window.bench`, for scripts/bench.mjs and for a console; and buttons for everybody else. */
import { syntheticRecord } from '../../src/app/testing/synthetic-record';
import { runGrowth } from './growth';
import { Deadline } from './limits';
import { runOwn } from './own';
import type { BenchReport, Outcome } from './report';
import { FULL, OF_SIZES, QUICK, run, type BenchOptions } from './run';
import { EIGHT } from './scale';
import { blocksOf, markdownOf } from './table';
import { showPage } from './view';

const bench = {
  /** A record of eight methods, for the page to show. */
  madeUpRecord: (tasks: number): string => JSON.stringify(syntheticRecord({ tasks, methods: EIGHT })),
  /** `soFar` hears of what there is whenever a shape is done. */
  async run(
    asked: { quick?: boolean; sizes?: boolean } & Partial<BenchOptions>,
    report: (line: string) => void,
    soFar: (outcome: Outcome) => void = () => undefined,
  ): Promise<Outcome> {
    const { quick, sizes, ...rest } = asked;
    const options = { ...(sizes ? OF_SIZES : quick ? QUICK : FULL), ...rest };
    const deadline = new Deadline(options.budget);
    const started = performance.now();
    const date = new Date().toISOString();
    const outcome = (found: Pick<BenchReport, 'shapes' | 'growth' | 'own'>): Outcome => {
      const { userAgent, hardwareConcurrency: threads } = navigator;
      const seconds = (performance.now() - started) / 1000;
      const json = { date, userAgent, threads, isolated: crossOriginIsolated, options, seconds, ...found };
      return { json, table: markdownOf(blocksOf(json)) };
    };
    const own = await runOwn(options.own, deadline, report);
    const growth = options.growth ? await runGrowth(deadline, report) : [];
    const shapes = await run(options, deadline, report, (results) => soFar(outcome({ shapes: results, growth, own })));
    return outcome({ shapes, growth, own });
  },
};

declare global {
  interface Window {
    bench?: typeof bench;
    benchLine?: (line: string) => void;
    benchSoFar?: (outcome: Outcome) => void;
  }
}

window.bench = bench;
showPage((asked, report, soFar) => bench.run(asked, report, soFar));
