/** Learned against kept: x learned, y kept, both from 0; a dot for each method and for each rate that was searched; curves of equal average accuracy. */
import { spreadLabels } from '../charts/labels';
import { planePoints, searchedRates, type PlanePoint, type SearchedRate } from '../charts/plane';
import { isAgain, readTitle } from '../charts/readings';
import { percent, small } from '../format';
import type { LearnedKept } from '../../session/rate-sweep';
import { lookOf } from '../looks';
import { methodIn } from '../names';
import type { Texts } from '../text/en';
import { unreadNote } from './accuracy';
import { TICK } from './axis';
import { LEAST_PLOT, methodsOf, type Chart, type ChartProps } from './chart';
import { keyOf } from './flow';
import { MarkerShape } from './marker-shape';
import { textWidth } from './text-width';
import { Polyline } from './marks';

const MARGIN = { left: 36, right: 88, top: 10, bottom: 20 };
const BARE = { left: 6, right: 6, top: 6, bottom: 6 };
const LABEL = { height: 16, size: 14, away: 9 };
const CURVES = [0.25, 0.5, 0.75];
const TICKS = [0, 0.5, 1];

export const sayPoint = ({ charts }: Texts, name: string, { learned, kept, final }: LearnedKept): string =>
  charts.plane.point(name, percent(learned), percent(kept), percent(final));

export type Rates = ReadonlyMap<string, readonly SearchedRate[]>;

/** Of the view's methods: where each stands, and where its other rates would. */
export function planeOf(props: ChartProps): { readonly points: readonly PlanePoint[]; readonly rates: Rates } {
  const { record, view } = props;
  const ids = methodsOf(props).map(({ id }) => id);
  // Rates were measured among all classes.
  const all: Rates = view.accuracy === 'taskAware' ? new Map() : searchedRates(record, view.rates, view.reading);
  return {
    points: planePoints(record, view.accuracy, view.reading).filter(({ method }) => ids.includes(method)),
    rates: new Map([...all].filter(([id]) => ids.includes(id))),
  };
}

export const planeChart: Chart = {
  title: ({ record, view, words }) => readTitle(words, words.charts.plane.title, record, view.reading),
  empty(props) {
    const { empty, emptyAgain } = props.words.charts.plane;
    return planeOf(props).points.length > 0 ? null : isAgain(props.view.reading) ? emptyAgain : empty;
  },
  least: (props) => keyOf(props, [], unreadNote(props)).height + LEAST_PLOT,
  draw(props) {
    const { record, view, words: texts } = props;
    const words = texts.charts.plane;
    const { bare } = view;
    const margin = bare ? BARE : MARGIN;
    const { points, rates } = planeOf(props);
    const foot = keyOf(props, [], unreadNote(props));
    const all = [...points, ...[...rates.values()].flat()];
    // Tasks may get better later: then more than all of it is kept.
    const top = Math.max(1, ...all.map(({ kept }) => Math.ceil(10 * kept) / 10));
    const [right, bottom] = [view.width - margin.right, view.height - foot.height - margin.bottom];
    const x = (learned: number) => margin.left + learned * (right - margin.left);
    const y = (kept: number) => bottom - (kept / top) * (bottom - margin.top);
    const placed = spreadLabels(
      points.map(({ method, kept }) => ({ key: method, y: y(kept) })),
      LABEL.height,
      margin.top,
      bottom - LABEL.height / 2,
    );
    return (
      <svg width={view.width} height={view.height}>
        <g role="img" aria-label={words.aria}>
          {TICKS.map((tick) => (
            <g key={tick}>
              <line x1={margin.left} x2={right} y1={y(tick)} y2={y(tick)} stroke="var(--grid)" />
              <line x1={x(tick)} x2={x(tick)} y1={margin.top} y2={bottom} stroke="var(--grid)" />
              {!bare && (
                <>
                  <text {...TICK} x={margin.left - 6} y={y(tick)} textAnchor="end" dominantBaseline="central">
                    {100 * tick}
                  </text>
                  <text {...TICK} x={x(tick)} y={bottom + 14} textAnchor="middle">
                    {100 * tick}
                  </text>
                </>
              )}
            </g>
          ))}
          {/* In the corner where no method stands: nothing learned and all of it kept. */}
          {!bare && (
            <>
              <text {...TICK} x={margin.left + 6} y={y(1) + 14}>
                {words.y}
              </text>
              <text {...TICK} x={right + 18} y={bottom + 14}>
                {words.x}
              </text>
            </>
          )}
          {CURVES.map((final) => (
            <g key={final}>
              <path d={curve(final, top, x, y)} fill="none" stroke="var(--line)" />
              {!bare && (
                <text {...TICK} x={right + 6} y={y(final)} dominantBaseline="central">
                  {words.curve(100 * final)}
                </text>
              )}
            </g>
          ))}
          {[...rates].map(([id, each]) => (
            <g key={id} stroke={lookOf(record, id).colour} fill={lookOf(record, id).colour}>
              <Polyline points={each.map(({ learned, kept }) => ({ x: x(learned), y: y(kept) }))} strokeOpacity={0.5} />
              {each.map((rate) => (
                <g key={rate.learningRate}>
                  <title>
                    {sayPoint(texts, words.atRate(methodIn(texts, record, id).name, small(rate.learningRate), rate.chosen), rate)}
                  </title>
                  <circle cx={x(rate.learned)} cy={y(rate.kept)} r={3} fillOpacity={0.5} stroke="none" />
                  {rate.chosen && <circle cx={x(rate.learned)} cy={y(rate.kept)} r={8} fill="none" strokeWidth={1.5} />}
                </g>
              ))}
            </g>
          ))}
          {points.map((point) => {
            const { colour, marker, reference } = lookOf(record, point.method);
            const { name, short } = methodIn(texts, record, point.method);
            const [atX, atY] = [x(point.learned), y(point.kept)];
            const left = atX + LABEL.away + textWidth(short, LABEL.size, 650) > right;
            return (
              <g key={point.method} data-testid={`plane-${point.method}`}>
                <title>{sayPoint(texts, name, point)}</title>
                <MarkerShape marker={marker} x={atX} y={atY} colour={colour} />
                {!bare && (
                  <text
                    x={left ? atX - LABEL.away : atX + LABEL.away}
                    y={placed.get(point.method) ?? atY}
                    textAnchor={left ? 'end' : 'start'}
                    dominantBaseline="central"
                    fontSize={LABEL.size}
                    fontWeight={reference ? 500 : 650}
                    fill={colour}
                    stroke="var(--surface)"
                    strokeWidth={3}
                    paintOrder="stroke"
                  >
                    {short}
                  </text>
                )}
              </g>
            );
          })}
        </g>
        {foot.at(view.height - foot.height)}
      </svg>
    );
  },
};

/** kept = final / learned, from the upper edge to the right one. */
function curve(final: number, top: number, x: (learned: number) => number, y: (kept: number) => number): string {
  const from = final / top;
  const steps = Array.from({ length: 25 }, (_, i) => from * (1 / from) ** (i / 24));
  return steps.map((learned, i) => `${i === 0 ? 'M' : 'L'}${x(learned).toFixed(1)} ${y(final / learned).toFixed(1)}`).join('');
}
