/** Old against new for every method of the run: three bars, and what they say in words. */
import type { MethodRun, RunRecord } from '../../session/record';
import { measuredUntil, ratioWords, sharesOverall, unmeasured, verdictOf, type Shares } from '../charts/interference';
import { share } from '../format';
import { lookOf } from '../looks';
import { methodIn } from '../names';
import type { Texts } from '../text/en';
import { methodsOf, type Chart, type ChartProps } from './chart';
import { keyOf } from './flow';
import { textWidth } from './text-width';
import { Bar } from './marks';

const ROW = 20;
const FONT = 13;
const NUMBER = 62;
const BELOW = 6;

/** What a method's bars say, or why it has none. */
export function sayInterference({ charts }: Texts, record: RunRecord, run: MethodRun): string {
  const words = charts.interference;
  const why = unmeasured(record, run);
  if (why !== null) return words.unmeasured[why];
  const shares = sharesOverall(run);
  const until = measuredUntil(run);
  return [
    ...(shares?.ratio == null ? [] : [`${words.verdicts[verdictOf(shares.ratio)]} (${words.ratio(ratioWords(shares.ratio))})`]),
    ...(shares?.old == null ? [words.ratioAlone] : []),
    ...(until === null ? [] : [words.until(record.stream.tasks[until]?.name ?? '')]),
  ].join('; ');
}

interface Row {
  readonly label: string;
  readonly value: number | null;
  readonly said: string;
  readonly look: 'full' | 'pale' | 'outline';
}

function barsOf({ charts }: Texts, { old, fresh, random, ratio }: Shares): Row[] {
  const { percent, columns, bars } = charts.interference;
  const said = (value: number | null) => (value === null ? charts.noValue : percent(share(value)));
  if (old === null) {
    return [{ label: columns.ratio, value: ratio, said: ratio === null ? charts.noValue : ratioWords(ratio), look: 'full' }];
  }
  return [
    { label: bars.old, value: old, said: said(old), look: 'full' },
    { label: bars.fresh, value: fresh, said: said(fresh), look: 'pale' },
    { label: bars.random, value: random, said: said(random), look: 'outline' },
  ];
}

/** End of the scale that all methods share; where ratios alone are known it reaches 1, which is marked. */
function scaleOf(all: readonly Shares[]): { readonly end: number; readonly mark: number | null } {
  const shares = all.flatMap(({ old, fresh, random }) => (old === null ? [] : [old, fresh ?? 0, random ?? 0]));
  if (shares.length > 0) return { end: Math.max(...shares), mark: null };
  return { end: Math.max(1, ...all.flatMap(({ ratio }) => ratio ?? [])), mark: 1 };
}

function rowsOf(props: ChartProps) {
  let y = 0;
  return methodsOf(props).map((run) => {
    const shares = sharesOverall(run);
    const bars = shares === null ? [] : barsOf(props.words, shares);
    const key = keyOf(props, [run.id], [sayInterference(props.words, props.record, run)]);
    const top = y;
    y += key.height + bars.length * ROW + BELOW;
    return { run, shares, bars, key, top, end: y };
  });
}

export const interferenceChart: Chart = {
  title: ({ words }) => words.charts.interference.methods.title,
  empty: (props) => (methodsOf(props).some(({ results }) => results.length > 0) ? null : props.words.charts.interference.empty),
  least: (props) => rowsOf(props).at(-1)?.end ?? 0,
  draw(props) {
    const { record, view, words } = props;
    const rows = rowsOf(props);
    const scale = scaleOf(rows.flatMap(({ shares }) => shares ?? []));
    const label = Math.max(...Object.values(words.charts.interference.bars).map((each) => textWidth(each, FONT))) + 10;
    const room = Math.max(20, view.width - label - NUMBER);
    const x = (value: number) => (scale.end > 0 ? (room * value) / scale.end : 0);
    return (
      <svg width={view.width} height={view.height}>
        {rows.map(({ run, bars, key, top }) => {
          const { colour } = lookOf(record, run.id);
          return (
            <g key={run.id} transform={`translate(0 ${top})`} data-testid={`interference-${run.id}`}>
              {key.at(0)}
              <g
                role="img"
                aria-label={[methodIn(words, record, run.id).name, ...bars.map(({ label: of, said }) => `${of} ${said}`)].join(', ')}
                transform={`translate(0 ${key.height})`}
                fontSize={FONT}
              >
                {bars.map(({ label: of, value, said, look }, i) => (
                  <g key={of} transform={`translate(0 ${ROW * i})`}>
                    <text y={ROW / 2} dominantBaseline="central" fill="var(--ink-soft)">
                      {of}
                    </text>
                    <Bar
                      x={label}
                      y={3}
                      width={x(value ?? 0)}
                      height={ROW - 6}
                      fill={look === 'outline' ? 'none' : colour}
                      fillOpacity={look === 'pale' ? 0.4 : 1}
                      stroke={look === 'full' ? 'none' : colour}
                      strokeDasharray={look === 'outline' ? '3 3' : 'none'}
                    />
                    <text x={label + x(value ?? 0) + 6} y={ROW / 2} dominantBaseline="central" fontWeight={650} fill="var(--ink)">
                      {said}
                    </text>
                  </g>
                ))}
                {scale.mark !== null && bars.length > 0 && (
                  <line
                    x1={label + x(scale.mark)}
                    x2={label + x(scale.mark)}
                    y1={0}
                    y2={ROW * bars.length}
                    stroke="var(--ink-soft)"
                    strokeDasharray="2 2"
                  />
                )}
              </g>
            </g>
          );
        })}
      </svg>
    );
  },
};
