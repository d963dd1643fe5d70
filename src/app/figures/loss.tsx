/** Training loss over the run, one line per method. */
import { lossByTask, lossSeries } from '../charts/loss';
import { lookOf } from '../looks';
import { labelledOf, Rules, roundTicks, TICK } from './axis';
import { LEAST_PLOT, methodsOf, type Chart, type ChartProps } from './chart';
import { keyOf } from './flow';
import { fitted, textWidth } from './text-width';
import { Polyline } from './marks';

const LEFT = 36;
const RIGHT = 8;
const BOTTOM = 20;
/** Pixels of a task from which it is named instead of numbered, and set apart by a line. */
const NAMED = 32;
const APART = 5;

/** Of methods that have been trained. */
export function trainedSeries(props: ChartProps) {
  const ids = methodsOf(props).map(({ id }) => id);
  return lossSeries(props.record).filter(({ method, points }) => ids.includes(method) && points.length > 0);
}

const keyFor = (props: ChartProps) =>
  keyOf(
    props,
    trainedSeries(props).map(({ method }) => method),
    [lossByTask(props.record) ? props.words.charts.loss.mean : props.words.charts.loss.unit],
  );

export const lossChart: Chart = {
  title: ({ words }) => words.charts.loss.title,
  empty: (props) => (trainedSeries(props).length > 0 ? null : props.words.charts.loss.empty),
  least: (props) => keyFor(props).height + LEAST_PLOT,
  draw(props) {
    const { record, view, words } = props;
    const { tasks } = record.stream;
    const series = trainedSeries(props);
    const key = keyFor(props);
    const ticks = roundTicks(Math.max(0, ...series.flatMap(({ points }) => points.map(({ loss }) => loss))));
    const { bare } = view;
    const left = bare ? 0 : LEFT;
    const [top, bottom, right] = [key.height + 6, view.height - (bare ? 2 : BOTTOM), view.width - RIGHT];
    const y = (loss: number) => bottom - ((bottom - top) * loss) / (ticks.at(-1) ?? 1);
    const x = (task: number) => left + ((right - left) * task) / tasks.length;
    const wide = x(1) - x(0);
    const labelled = wide >= NAMED ? () => true : labelledOf(tasks.length, wide, textWidth(String(tasks.length), TICK.fontSize));
    return (
      <svg width={view.width} height={view.height}>
        {key.at(0)}
        <g role="img" aria-label={words.charts.loss.aria}>
          <Rules ticks={ticks} y={y} left={left} right={right} numbers={!bare} />
          {tasks.map(({ name }, i) => (
            <g key={i}>
              {i > 0 && wide >= APART && <line x1={x(i)} x2={x(i)} y1={top} y2={bottom} stroke="var(--line)" />}
              {!bare && labelled(i) && (
                <text {...TICK} x={x(i + 0.5)} y={bottom + 15} textAnchor="middle">
                  {wide >= NAMED ? fitted(name, wide - 4, TICK.fontSize) : i + 1}
                  <title>{name}</title>
                </text>
              )}
            </g>
          ))}
          {series.map(({ method, points }) => {
            const { colour, dash } = lookOf(record, method);
            return (
              <Polyline
                key={method}
                points={points.map((point) => ({ x: x(point.x), y: y(point.loss) }))}
                stroke={colour}
                strokeWidth={1.5}
                strokeDasharray={dash || 'none'}
              />
            );
          })}
        </g>
      </svg>
    );
  },
};
