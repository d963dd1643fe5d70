/** How many small multiples fit beside each other, with equally wide plots. */
import type { Lineup } from '../looks';

export const AXIS_WIDTH = 36;
/** Of "100.0" and the gap before it. */
export const VALUE_WIDTH = 52;
const GAP = 8;
const NARROWEST_PLOT = 72;

/** Methods whose names and values stand at the ends of their lines in full size. */
const FEW = 6;

/** Pixels of a label at the end of a line, and from one to the next. */
export const labelSize = ({ methods }: Lineup): { readonly size: number; readonly height: number } =>
  methods.length > FEW ? { size: 13, height: 13 } : { size: 14, height: 15 };

/** Heading and axis of a small chart, pixels. */
const AROUND = 50;

/** Pixels that a small chart needs so that no label covers another: chance has one too. */
export const rowHeight = (of: Lineup): number => AROUND + (of.methods.length + 1) * labelSize(of).height;

export interface PanelLayout {
  readonly columns: number;
  readonly rows: number;
  /** Width of each column in pixels; the first also carries the axis, and the names when they fit there alone. */
  readonly widths: readonly number[];
  readonly names: boolean;
}

/**
 * `nameWidth`: pixels that the longest method name needs at the end of a line. `everywhere`: pixels for those names that stand in
 * every column, since nothing else tells their lines.
 */
export function panelLayout(width: number, tasks: number, nameWidth: number, everywhere = 0): PanelLayout {
  const label = VALUE_WIDTH + everywhere;
  const firstLabel = Math.max(0, nameWidth - everywhere);
  const plotWidth = (columns: number, names: boolean) =>
    (width - AXIS_WIDTH - (names ? firstLabel : 0) - columns * label - (columns - 1) * GAP) / columns;
  const rowsThatFit = (names: boolean) => {
    for (let rows = 1; rows < tasks; rows += 1) if (plotWidth(Math.ceil(tasks / rows), names) >= NARROWEST_PLOT) return rows;
    return Math.max(1, tasks);
  };
  const names = rowsThatFit(true) === rowsThatFit(false) && width >= 640;
  const rows = rowsThatFit(names);
  const columns = Math.max(1, Math.ceil(tasks / rows));
  const plot = Math.max(24, plotWidth(columns, names));
  return {
    columns,
    rows,
    names,
    widths: Array.from({ length: columns }, (_, i) => plot + label + (i === 0 ? AXIS_WIDTH + (names ? firstLabel : 0) : 0)),
  };
}
