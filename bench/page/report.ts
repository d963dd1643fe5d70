/** All figures of one run of the bench, as its JSON holds them. */
import type { GrowthResult } from './growth';
import type { BenchOptions, ShapeResult } from './run';
import type { Table } from './own-parts';

export interface BenchReport {
  readonly date: string;
  readonly userAgent: string;
  readonly threads: number;
  /** WASM threads can run only on such a page. */
  readonly isolated: boolean;
  readonly options: BenchOptions;
  /** How long it took. */
  readonly seconds: number;
  readonly shapes: readonly ShapeResult[];
  readonly growth: readonly GrowthResult[];
  /** Of ours alone: already tables. */
  readonly own: readonly Table[];
}

/** A report, and its tables as Markdown. */
export interface Outcome {
  readonly json: BenchReport;
  readonly table: string;
}
