/** Interference, angles and drift as heat maps: by task, by layer, by method. */
import { useElementSize } from '@mantine/hooks';
import type { RunRecord } from '../../session/record';
import {
  driftNow,
  ratioWords,
  sharesByMap,
  sharesByPair,
  sharesInWords,
  weightDriftNow,
  type Shares,
  type SharesOfMap,
  type SharesOfPair,
} from '../charts/interference';
import { methodRun } from '../charts/matrices';
import { anglePairs } from '../charts/subspaces';
import { share } from '../format';
import { wordsOf } from '../methods';
import { HeatMap, type HeatCell, type HeatMapProps } from '../parts/heat-map';
import { text } from '../text';

const words = text.charts.interference;

type Grid = Pick<HeatMapProps, 'rows' | 'columns' | 'cells' | 'firstRow'>;

/** Every cell of a grid, those without a value empty. */
function gridOf(
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

/** 1 and more is the end of the scale. */
const ratioCell = (name: string, shares: Shares | undefined) =>
  shares?.ratio == null
    ? null
    : { share: Math.min(1, shares.ratio), words: ratioWords(shares.ratio), title: `${name}: ${sharesInWords(shares)}` };

const byTasks = ({ stream: { tasks } }: RunRecord, cellOf: (update: number, old: number, name: string) => ReturnType<typeof ratioCell>) => {
  const names = tasks.map(({ name }) => name);
  return gridOf(names.slice(1), names.slice(0, -1), 2, (i, old) => cellOf(i + 1, old, `${names[i + 1] ?? ''} → ${names[old] ?? ''}`));
};

export function pairsGrid(record: RunRecord, id: string): Grid {
  const run = methodRun(record, id);
  const pairs: readonly SharesOfPair[] = run ? sharesByPair(run) : [];
  return byTasks(record, (task, oldTask, name) =>
    ratioCell(
      name,
      pairs.find((pair) => pair.task === task && pair.oldTask === oldTask),
    ),
  );
}

export function anglesGrid(record: RunRecord, id: string): Grid {
  const pairs = anglePairs(record, id);
  return byTasks(record, (task, old, name) => {
    const pair = pairs.find((each) => each.task === task && each.old === old);
    if (!pair) return null;
    const mean = pair.mean.toFixed(1);
    return { share: pair.mean / 90, words: mean, title: `${name}: ${mean}° (${words.angles.smallest(pair.smallest.toFixed(1))})` };
  });
}

export function mapsGrid(record: RunRecord, id: string): Grid {
  const run = methodRun(record, id);
  const maps: readonly SharesOfMap[] = run ? sharesByMap(run) : [];
  const blocks = [...new Set(maps.map(({ block }) => block))].sort((a, b) => a - b);
  const targets = [...new Set(maps.map(({ target }) => target))];
  const rows = blocks.map(() => words.maps.block);
  return gridOf(rows, targets, (blocks[0] ?? 0) + 1, (row, column) => {
    const found = maps.find((map) => map.block === blocks[row] && map.target === targets[column]);
    return ratioCell(`${words.drift.block((blocks[row] ?? 0) + 1)}, ${targets[column] ?? ''}`, found);
  });
}

/** Methods by old tasks, and methods by blocks; each with a scale of its own. */
export function driftGrids(record: RunRecord): { readonly features: Grid; readonly weights: Grid } {
  const names = record.methods.map(({ id }) => wordsOf(record, id).short);
  const grid = (columns: readonly string[], values: readonly (readonly number[])[]) => {
    const largest = Math.max(0, ...values.flat());
    return gridOf(names, columns, null, (row, column) => {
      const value = values[row]?.[column];
      if (value === undefined) return null;
      const said = share(value);
      return {
        share: largest > 0 ? value / largest : 0,
        words: said,
        title: `${names[row] ?? ''}, ${columns[column] ?? ''}: ${words.percent(said)}`,
      };
    });
  };
  const weights = record.methods.map(weightDriftNow);
  const blocks = Array.from({ length: Math.max(0, ...weights.map(({ length }) => length)) }, (_, i) => String(i + 1));
  return {
    features: grid(
      record.stream.tasks.slice(0, -1).map(({ name }) => name),
      record.methods.map(driftNow),
    ),
    weights: grid(blocks, weights),
  };
}

/** A row of a picture at its lowest, and what stands above the rows, pixels. */
const LOWEST_ROW = 20;
const ABOVE = 44;

interface GridChartProps {
  readonly grid: Grid;
  /** As low as its rows allow, where several stand below one another. */
  readonly low?: boolean;
  /** Above the picture: what its numbers are. */
  readonly unit: string;
  readonly label: string;
}

export function GridChart({ grid, low = false, unit, label }: GridChartProps) {
  const { ref, width, height } = useElementSize();
  const least = ABOVE + LOWEST_ROW * grid.rows.length;
  return (
    <div className="chart-column" style={low ? { height: least } : { minHeight: least }}>
      <div className="chart-key">
        <span data-export>{unit}</span>
      </div>
      <div className="chart-canvas" ref={ref}>
        {width > 0 && height > 0 && <HeatMap {...grid} width={width} height={height} rowLabels label={label} />}
      </div>
    </div>
  );
}
