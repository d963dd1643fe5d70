/** The accuracy matrix of each method, beside each other where there is room. */
import { matrixCells } from '../charts/matrices';
import { readTitle, unread, whyUnread } from '../charts/readings';
import { percent } from '../format';
import { methodIn } from '../names';
import { LEAST_PLOT, methodsOf, type Chart, type ChartProps } from './chart';
import { keyOf } from './flow';
import { HeatMap } from './heat-map';

const NARROWEST = 190;
const LOWEST = 170;
const GAP = { x: 12, y: 8 };
/** The first one of a row is wider by the names of its rows. */
const FIRST = 1.25;
const ROOM_FOR_DECIMAL = 46;

export const matrixChart: Chart = {
  title: ({ record, view, words }) => readTitle(words, words.charts.matrix.title, record, view.reading),
  empty: (props) => (methodsOf(props).some(({ results }) => results.length > 0) ? null : props.words.charts.matrix.empty),
  least: () => LEAST_PLOT,
  /** As many as fit, the view's first ones. */
  draw(props) {
    const { record, view } = props;
    const names = record.stream.tasks.map(({ name }) => name);
    const all = methodsOf(props);
    const fit = Math.max(1, Math.floor(view.width / NARROWEST));
    const rows = Math.min(Math.ceil(all.length / fit), Math.max(1, Math.floor(view.height / LOWEST)));
    const columns = Math.min(fit, Math.ceil(all.length / rows));
    const unit = (view.width - (columns - 1) * GAP.x) / (columns - 1 + FIRST);
    const height = (view.height - (rows - 1) * GAP.y) / rows;
    // One decimal only where it fits every matrix, so that neighbours read alike.
    const digits = view.width / Math.max(1, columns * (names.length + 1.6)) >= ROOM_FOR_DECIMAL ? 1 : 0;
    return (
      <svg width={view.width} height={view.height}>
        {all.slice(0, rows * columns).map(({ id }, i) => {
          const column = i % columns;
          const x = column === 0 ? 0 : unit * (FIRST + column - 1) + column * GAP.x;
          return (
            <g key={id} transform={`translate(${x} ${Math.floor(i / columns) * (height + GAP.y)})`} data-testid={`matrix-${id}`}>
              <Matrix
                {...props}
                id={id}
                digits={digits}
                width={column === 0 ? FIRST * unit : unit}
                height={height}
                rowLabels={column === 0 && !view.bare}
              />
            </g>
          );
        })}
      </svg>
    );
  },
};

interface MatrixProps extends ChartProps {
  readonly id: string;
  readonly digits: number;
  readonly width: number;
  readonly height: number;
  readonly rowLabels: boolean;
}

function Matrix({ record, view, words, id, digits, width, height, rowLabels }: MatrixProps) {
  const { cell: say, aria } = words.charts.matrix;
  const names = record.stream.tasks.map((task) => task.name);
  const { name } = methodIn(words, record, id);
  const missing = unread(record, view.reading).includes(id) ? [whyUnread(words, view.reading)] : [];
  const head = keyOf({ record, words, view: { ...view, width } }, [id], missing);
  return (
    <>
      {head.at(0)}
      <HeatMap
        {...{ width, rowLabels, scheme: view.scheme }}
        rows={names}
        columns={names}
        y={head.height}
        height={Math.max(0, height - head.height)}
        label={aria(name)}
        cells={matrixCells(record, id, view.accuracy, view.reading)
          .flat()
          .map(({ after, on, accuracy, diagonal }) => ({
            ...{ row: after, column: on, share: accuracy, framed: diagonal },
            words: accuracy === null ? '' : percent(accuracy, digits),
            title: accuracy === null ? '' : say(name, names[after] ?? '', names[on] ?? '', percent(accuracy)),
          }))}
      />
    </>
  );
}
