/** Points lost per task, and on average, as bars. */
import { forgettingSeries, type ForgettingSeries } from '../charts/forgetting';
import { isAgain, readTitle } from '../charts/readings';
import { points } from '../format';
import { lookOf } from '../looks';
import { methodIn } from '../names';
import { unreadNote } from './accuracy';
import { Rules, TICK } from './axis';
import { LEAST_PLOT, methodsOf, type Chart, type ChartProps } from './chart';
import { keyOf } from './flow';
import { fitted } from './text-width';
import { Bar } from './marks';

const LEFT = 36;
const RIGHT = 4;
const BOTTOM = 22;
/** Of a label above the highest bar. */
const ABOVE = 18;
const GROUP_SHARE = 0.82;
const GAP = 2;

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
    const groups = [
      ...Array.from({ length: tasks }, (_, j) => ({
        name: record.stream.tasks[j]?.name ?? '',
        values: series.map((entry) => entry.perTask[j] ?? null),
      })),
      { name: average, values: series.map((entry) => entry.now) },
    ];
    const lowest = Math.min(0, ...groups.flatMap(({ values }) => values.map((value) => Math.floor(10 * (value ?? 0)) * 10)));
    const { bare } = view;
    const left = bare ? 0 : LEFT;
    const [top, bottom, right] = [bare ? 2 : key.height + ABOVE, view.height - (bare ? 2 : BOTTOM), view.width - RIGHT];
    const y = (percent: number) => bottom - ((bottom - top) * (percent - lowest)) / (100 - lowest);
    const band = (right - left) / groups.length;
    const bar = Math.max(1, (band * GROUP_SHARE - GAP * (series.length - 1)) / series.length);
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
          {groups.map(({ name, values }, i) => (
            <g key={i} transform={`translate(${left + i * band} 0)`}>
              {!bare && (
                <text {...TICK} x={band / 2} y={bottom + 16} textAnchor="middle">
                  {fitted(name, band - 8, TICK.fontSize)}
                  <title>{name}</title>
                </text>
              )}
              {values.map((value, k) => {
                const id = ids[k] ?? '';
                if (value === null) return null;
                const { colour } = lookOf(record, id);
                const x = (band * (1 - GROUP_SHARE)) / 2 + k * (bar + GAP);
                const [high, low] = [y(Math.max(0, 100 * value)), y(Math.min(0, 100 * value))];
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
          ))}
          <line x1={left} x2={right} y1={y(0)} y2={y(0)} stroke="var(--ink-soft)" />
        </g>
      </svg>
    );
  },
};
