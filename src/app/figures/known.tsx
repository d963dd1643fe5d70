/** What a method knows of itself, as a heat map: importances by block and map, prompts by task, magnitudes from task to task. */
import { knownNow, magnitudesOf, methodsThatKnow, picksByTask, type KnownNow } from '../charts/known';
import { percent } from '../format';
import { methodsOf, type ChartProps } from './chart';
import { gridChart, gridOf, type Grid, type GridPart } from './grid-chart';

/** The one that is drawn; null where none of the view told anything. */
export function knownOf(props: ChartProps): (KnownNow & { readonly id: string }) | null {
  const ids = methodsThatKnow(props.record);
  const id = methodsOf(props).find((method) => ids.includes(method.id))?.id;
  const now = id === undefined ? null : knownNow(props.record, id);
  return id === undefined || now === null ? null : { id, ...now };
}

const largestOf = (values: readonly (readonly number[])[]): number => values.flat().reduce((most, value) => Math.max(most, value), 0);

const short = (value: number): string => String(Number(value.toPrecision(2)));

function values(
  rows: readonly string[],
  columns: readonly string[],
  firstRow: number | null,
  of: readonly (readonly number[])[],
  say: (value: number) => string,
): Grid {
  const largest = largestOf(of);
  return gridOf(rows, columns, firstRow, (row, column) => {
    const value = of[row]?.[column];
    if (value === undefined) return null;
    const words = say(value);
    return { share: largest > 0 ? value / largest : 0, words, title: `${rows[row] ?? ''}, ${columns[column] ?? ''}: ${words}` };
  });
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i + 1));

/** Null for what is no table: stored images are shown themselves. */
export function knownGrid({ record, words: texts }: ChartProps, { id, kind, known }: KnownNow & { readonly id: string }): GridPart | null {
  const words = texts.charts.memory.known;
  const names = record.stream.tasks.map(({ name }) => name);
  const part = (grid: Grid, unit: string): GridPart => ({ grid, unit, label: words.titles[kind] });
  if (kind === 'importances') {
    const rows = known.values.map(() => texts.charts.interference.maps.block);
    return part(
      values(rows, known.columns ?? [], 1, known.values, (value) => percent(value)),
      words.units.importances,
    );
  }
  if (kind === 'magnitudes') {
    const history = magnitudesOf(record, id);
    const rows = history.map(({ task }) => names[task] ?? '');
    const of = history.map(({ values: row }) => row);
    return part(values(rows, names.slice(0, rows.length), 1, of, short), words.units.magnitudes);
  }
  if (kind === 'picks') {
    const { together, values: of } = picksByTask(known);
    const columns = together > 1 ? names.slice(0, of.length) : numbers(Math.max(0, ...of.map(({ length }) => length)));
    const [say, unit] =
      together > 1 ? [short, words.units.picksByTask(together)] : [(value: number) => percent(value, 0), words.units.picks];
    return part(values(names.slice(0, of.length), columns, 1, of, say), unit);
  }
  return null;
}

export const knownChart = gridChart(
  (props) => {
    const { title, known } = props.words.charts.memory;
    const found = knownOf(props);
    return found === null ? title : known.titles[found.kind];
  },
  (props) => {
    const found = knownOf(props);
    if (found === null) return props.words.charts.memory.noMethod;
    return knownGrid(props, found) === null ? props.words.charts.memory.known.pictures : null;
  },
  (props) => {
    const found = knownOf(props);
    const part = found && knownGrid(props, found);
    return part ? [part] : [];
  },
);
