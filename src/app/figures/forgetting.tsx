/** Points lost per task, and on average, as bars. */
import { forgettingSeries, type ForgettingSeries } from '../charts/forgetting';
import { isAgain, readTitle } from '../charts/readings';
import { points } from '../format';
import { lookOf } from '../looks';
import { methodIn } from '../names';
import { unreadNote } from './accuracy';
import { labelledOf, Rules, TICK } from './axis';
import { LEAST_PLOT, methodsOf, type Chart, type ChartProps } from './chart';
import { keyOf } from './flow';
import { Bar, Polyline } from './marks';
import { fitted, textWidth } from './text-width';

const LEFT = 36;
const RIGHT = 4;
const BOTTOM = 22;
/** Of a label above the highest bar. */
const ABOVE = 18;
const GROUP_SHARE = 0.82;
/** Pixels of a bar and its gap: with less than the first tasks are joined by a line instead, from the second on a gap is whole. */
const LEAST_BAR = 2;
const ROOMY_BAR = 6;
/** Pixels of a group from which it is named instead of numbered. */
const NAMED = 40;

/** Of methods that have lost or won anything yet. */
export function lostSeries(props: ChartProps): ForgettingSeries[] {
  const { record, view } = props;
  const ids = methodsOf(props).map(({ id }) => id);
  return forgettingSeries(record, view.forgetting, view.accuracy, view.reading).filter(
    ({ method, perTask }) => ids.includes(method) && perTask.some((value) => value !== null),
  );
}

const keyFor = (props: ChartProps, series: readonly ForgettingSeries[]) =>
  keyOf(
    props,
    series.map(({ method }) => method),
    [props.words.charts.forgetting.unit, ...unreadNote(props)],
  );

export const forgettingChart: Chart = {
  title: ({ record, view, words }) => readTitle(words, words.charts.forgetting.title, record, view.reading),
  empty(props) {
    const { empty, emptyAgain } = props.words.charts.forgetting;
    return lostSeries(props).length > 0 ? null : isAgain(props.view.reading) ? emptyAgain : empty;
  },
  least: (props) => keyFor(props, lostSeries(props)).height + LEAST_PLOT,
  draw(props) {
    const { record, view, words } = props;
    const { average, aria } = words.charts.forgetting;
    const series = lostSeries(props);
    const ids = series.map(({ method }) => method);
    const key = keyFor(props, series);
    const tasks = Math.max(0, ...series.map((entry) => entry.perTask.length));
    const taskOf = (j: number) => record.stream.tasks[j]?.name ?? '';
    const lost = series.flatMap(({ perTask, now }) => [...perTask, now]);
    const lowest = Math.min(0, ...lost.map((value) => Math.floor(10 * (value ?? 0)) * 10));
    const { bare } = view;
    const left = bare ? 0 : LEFT;
    const [top, bottom, right] = [bare ? 2 : key.height + ABOVE, view.height - (bare ? 2 : BOTTOM), view.width - RIGHT];
    const y = (percent: number) => bottom - ((bottom - top) * (percent - lowest)) / (100 - lowest);
    const even = (right - left) / (tasks + 1);
    const dense = (even * GROUP_SHARE) / series.length < LEAST_BAR;
    const last = Math.max(even, textWidth(average, TICK.fontSize) + 8, dense ? ROOMY_BAR * series.length : 0);
    const band = (right - last - left) / Math.max(1, tasks);
    const labelled = labelledOf(tasks, band, textWidth(String(tasks), TICK.fontSize));
    const group = (of: Pick<GroupProps, 'x' | 'width' | 'name' | 'values'>, label: string) => (
      <Group key={of.x} {...of} {...{ record, words, ids, bare, label, bottom, y: (share: number) => y(100 * share) }} />
    );
    return (
      <svg width={view.width} height={view.height}>
        {key.at(0)}
        <g role="img" aria-label={aria}>
          <Rules
            ticks={[...(y(lowest) - y(0) > TICK.fontSize ? [lowest] : []), 0, 50, 100]}
            y={y}
            left={left}
            right={right}
            numbers={!bare}
          />
          {Array.from({ length: tasks }, (_, j) => {
            const values = dense ? [] : series.map(({ perTask }) => perTask[j] ?? null);
            const label = band < NAMED ? (labelled(j) ? String(j + 1) : '') : fitted(taskOf(j), band - 8, TICK.fontSize);
            return group({ x: left + j * band, width: band, name: taskOf(j), values }, label);
          })}
          {dense &&
            series.map(({ method, perTask }) => {
              const { colour, dash } = lookOf(record, method);
              const line = perTask.flatMap((value, j) => (value === null ? [] : { x: left + band * (j + 0.5), y: y(100 * value) }));
              return <Polyline key={method} points={line} stroke={colour} strokeWidth={1.5} strokeDasharray={dash || 'none'} />;
            })}
          {group(
            { x: right - last, width: last, name: average, values: series.map(({ now }) => now) },
            fitted(average, last - 8, TICK.fontSize),
          )}
          <line x1={left} x2={right} y1={y(0)} y2={y(0)} stroke="var(--ink-soft)" />
        </g>
      </svg>
    );
  },
};

interface GroupProps extends Pick<ChartProps, 'record' | 'words'> {
  readonly ids: readonly string[];
  readonly bare: boolean;
  readonly x: number;
  readonly width: number;
  readonly name: string;
  readonly label: string;
  /** By method. */
  readonly values: readonly (number | null)[];
  readonly bottom: number;
  readonly y: (share: number) => number;
}

/** The bars of one task, or of the average, side by side. */
function Group({ record, words, ids, bare, x: left, width, name, label, values, bottom, y }: GroupProps) {
  const slot = (width * GROUP_SHARE) / Math.max(1, values.length);
  const gap = slot < ROOMY_BAR ? Math.floor(slot / 3) : 2;
  const bar = (width * GROUP_SHARE - gap * (values.length - 1)) / Math.max(1, values.length);
  return (
    <g transform={`translate(${left} 0)`}>
      {!bare && label !== '' && (
        <text {...TICK} x={width / 2} y={bottom + 16} textAnchor="middle">
          {label}
          <title>{name}</title>
        </text>
      )}
      {values.map((value, k) => {
        const id = ids[k] ?? '';
        if (value === null) return null;
        const { colour } = lookOf(record, id);
        const x = (width * (1 - GROUP_SHARE)) / 2 + k * (bar + gap);
        const [high, low] = [y(Math.max(0, value)), y(Math.min(0, value))];
        return (
          <g key={id}>
            <title>{`${name}: ${points(value)}, ${methodIn(words, record, id).short}`}</title>
            <Bar x={x} y={high} width={bar} height={low - high} fill={colour} />
            {bar > 24 && !bare && (
              <text x={x + bar / 2} y={high - 4} textAnchor="middle" fontSize={13} fontWeight={600} fill={colour}>
                {points(value, bar > 38 ? 1 : 0).replace('+', '')}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}
