/**
 * A chart is a function of a run's record, of what is chosen to be seen of it, and of words; nothing else reaches it. So it is the same on
 * the page, in a story, in a table, in a frame elsewhere and in a file that Node writes.
 */
import type { ReactElement } from 'react';
import type { AccuracyKind, ForgettingDefinition } from '../../continual/metrics';
import type { RateSweep } from '../../session/rate-sweep';
import type { MethodRun, RunRecord } from '../../session/record';
import type { MixAnswer } from '../../worker/mixer';
import { readingOn } from '../charts/readings';
import type { Stop } from '../charts/inside';
import type { Texts } from '../text/en';
import type { Scheme } from './heat-scale';

export interface ChartView {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Colours are variables of the style sheet; heat maps mix theirs. */
  readonly scheme: Scheme;
  readonly accuracy: AccuracyKind;
  readonly forgetting: ForgettingDefinition;
  /** How features are read into classes (session/read-by.ts). */
  readonly reading: string;
  /** Methods to draw, null: all. What looks into one method alone takes the first of these that it can show, what stands side by side their order. */
  readonly methods: readonly string[] | null;
  /** Of accuracy: which small charts, the average first; null: the average and every task, of a long stream some. Tasks count from 0. */
  readonly panels: readonly (number | 'average')[] | null;
  /** Marks alone, without numbers, names and notes: for the cell of a table. */
  readonly bare: boolean;
  /** Of a look inside: the stop; null for the newest that came. */
  readonly stop: Stop | null;
  /** What the mixer answered; only a run that is in memory can be mixed. */
  readonly mix: MixAnswer | null;
  /** Searched learning rates of the run's stream, where they are known. */
  readonly rates: RateSweep | null;
}

export interface ChartProps {
  readonly record: RunRecord;
  readonly view: ChartView;
  readonly words: Texts;
}

export interface Chart {
  readonly title: (props: ChartProps) => string;
  /** Why there is nothing to draw yet; null where there is something. */
  readonly empty: (props: ChartProps) => string | null;
  /** Pixels of height that it needs, whatever `view.height` says. */
  readonly least: (props: ChartProps) => number;
  /** One `svg` of `view.width` by `view.height`. */
  readonly draw: (props: ChartProps) => ReactElement;
}

/** What the page shows when it opens, of this record. */
export function viewOf(record: RunRecord, part: Partial<ChartView> = {}): ChartView {
  return {
    ...{ width: 960, height: 360, scheme: 'light', accuracy: 'classIncremental', forgetting: 'chaudhry' },
    ...{ methods: null, panels: null, bare: false, stop: null, mix: null, rates: null },
    ...part,
    reading: readingOn(record, part.reading ?? record.experiment.readBy ?? 'own'),
  };
}

/** Pixels that a plot needs at least, axes and all. */
export const LEAST_PLOT = 90;

/** As high as it needs to be. */
export function sized(chart: Chart, { view, ...props }: ChartProps): ChartProps {
  return { ...props, view: { ...view, height: view.bare ? view.height : Math.max(view.height, chart.least({ view, ...props })) } };
}

export const drawn = (chart: Chart, props: ChartProps): ReactElement => chart.draw(sized(chart, props));

/** In the order of the view. */
export const methodsOf = ({ record, view }: Pick<ChartProps, 'record' | 'view'>): MethodRun[] =>
  view.methods === null ? record.methods : view.methods.flatMap((id) => record.methods.filter((method) => method.id === id));
