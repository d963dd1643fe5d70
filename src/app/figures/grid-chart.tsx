/** Charts of one heat map, or of several below one another. */
import { methodIn } from '../names';
import type { Chart, ChartProps } from './chart';
import { keyOf } from './flow';
import { HeatMap, type HeatCell, type HeatMapProps } from './heat-map';

export type Grid = Pick<HeatMapProps, 'rows' | 'columns' | 'cells' | 'firstRow'>;

/** Every cell of a grid, those without a value empty. */
export function gridOf(
  rows: readonly string[],
  columns: readonly string[],
  firstRow: number | null,
  cellOf: (row: number, column: number) => Pick<HeatCell, 'share' | 'words' | 'title'> | null,
): Grid {
  const cells = rows.flatMap((_, row) =>
    columns.map((_column, column) => ({
      ...{ row, column, framed: false },
      ...(cellOf(row, column) ?? { share: null, words: '', title: '' }),
    })),
  );
  return { rows, columns, firstRow, cells };
}

/** A row of a picture at its lowest, and what stands above the rows, pixels. */
const LOWEST_ROW = 20;
const ABOVE = 20;
const BETWEEN = 8;

export interface GridPart {
  readonly grid: Grid;
  /** Above the picture: what its numbers are. */
  readonly unit: string;
  readonly label: string;
}

/** Rows beyond these become lower instead. */
const MOST_ROWS = 30;
const leastOf = ({ rows }: Grid) => ABOVE + LOWEST_ROW * Math.min(MOST_ROWS, rows.length);
const keysOf = (props: ChartProps, parts: readonly GridPart[]) => parts.map(({ unit }) => keyOf(props, [], [unit]));

/** A chart of one picture or several below one another, which share the height by their rows. */
export function gridChart(
  title: (props: ChartProps) => string,
  nothing: (props: ChartProps) => string | null,
  partsOf: (props: ChartProps) => readonly GridPart[],
): Chart {
  return {
    title(props) {
      const { record, view, words } = props;
      const id = view.methods?.[0];
      return id === undefined || view.methods?.length !== 1 ? title(props) : `${title(props)}, ${methodIn(words, record, id).short}`;
    },
    empty: nothing,
    least(props) {
      const parts = partsOf(props);
      const keys = keysOf(props, parts).reduce((sum, { height }) => sum + height, 0);
      return keys + parts.reduce((sum, { grid }) => sum + leastOf(grid) + BETWEEN, 0) - BETWEEN;
    },
    draw(props) {
      const { view } = props;
      const parts = partsOf(props);
      const keys = keysOf(props, parts);
      const room = view.height - keys.reduce((sum, { height }) => sum + height, 0) - BETWEEN * (parts.length - 1);
      const whole = parts.reduce((sum, { grid }) => sum + leastOf(grid), 0);
      let y = 0;
      return (
        <svg width={view.width} height={view.height}>
          {parts.map(({ grid, label }, i) => {
            const [top, key] = [y, keys[i]];
            const height = (room * leastOf(grid)) / whole;
            y += (key?.height ?? 0) + height + BETWEEN;
            return (
              <g key={label}>
                {key?.at(top)}
                <HeatMap {...grid} {...{ height, label, scheme: view.scheme, width: view.width }} y={top + (key?.height ?? 0)} rowLabels />
              </g>
            );
          })}
        </svg>
      );
    },
  };
}
