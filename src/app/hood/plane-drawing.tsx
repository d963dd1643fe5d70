/** The plane itself: x learned, y kept, both from 0; curves of equal average accuracy. */
import type { LearnedKept } from '../../session/rate-sweep';
import type { RunRecord } from '../../session/record';
import { spreadLabels } from '../charts/labels';
import type { PlanePoint, SearchedRate } from '../charts/plane';
import { percent, small } from '../format';
import { lookOf } from '../looks';
import { wordsOf } from '../methods';
import { MarkerShape } from '../parts/method-mark';
import { textWidth } from '../parts/text-width';
import { text } from '../text';

const words = text.charts.plane;
const MARGIN = { left: 36, right: 88, top: 10, bottom: 20 };
const LABEL = { height: 16, size: 14, away: 9 };
const CURVES = [0.25, 0.5, 0.75];
const TICKS = [0, 0.5, 1];

export const sayPoint = (name: string, { learned, kept, final }: LearnedKept): string =>
  words.point(name, percent(learned), percent(kept), percent(final));

interface PlaneDrawingProps {
  readonly record: RunRecord;
  readonly points: readonly PlanePoint[];
  readonly rates: ReadonlyMap<string, readonly SearchedRate[]>;
  readonly width: number;
  readonly height: number;
}

export function PlaneDrawing({ record, points, rates, width, height }: PlaneDrawingProps) {
  const all = [...points, ...[...rates.values()].flat()];
  // Tasks may get better later: then more than all of it is kept.
  const top = Math.max(1, ...all.map(({ kept }) => Math.ceil(10 * kept) / 10));
  const [right, bottom] = [width - MARGIN.right, height - MARGIN.bottom];
  const x = (learned: number) => MARGIN.left + learned * (right - MARGIN.left);
  const y = (kept: number) => bottom - (kept / top) * (bottom - MARGIN.top);
  const placed = spreadLabels(
    points.map(({ method, kept }) => ({ key: method, y: y(kept) })),
    LABEL.height,
    MARGIN.top,
    bottom - LABEL.height / 2,
  );
  return (
    <svg width={width} height={height} role="img" aria-label={words.aria} className="chart-axis">
      {TICKS.map((tick) => (
        <g key={tick}>
          <line x1={MARGIN.left} x2={right} y1={y(tick)} y2={y(tick)} stroke="var(--grid)" />
          <line x1={x(tick)} x2={x(tick)} y1={MARGIN.top} y2={bottom} stroke="var(--grid)" />
          <text x={MARGIN.left - 6} y={y(tick)} textAnchor="end" dominantBaseline="central">
            {100 * tick}
          </text>
          <text x={x(tick)} y={bottom + 14} textAnchor="middle">
            {100 * tick}
          </text>
        </g>
      ))}
      {/* In the corner where no method stands: nothing learned and all of it kept. */}
      <text x={MARGIN.left + 6} y={y(1) + 14}>
        {words.y}
      </text>
      <text x={right + 18} y={bottom + 14}>
        {words.x}
      </text>
      {CURVES.map((final) => (
        <g key={final}>
          <path d={curve(final, top, x, y)} fill="none" stroke="var(--line)" />
          <text x={right + 6} y={y(final)} dominantBaseline="central">
            {words.curve(100 * final)}
          </text>
        </g>
      ))}
      {[...rates].map(([id, each]) => (
        <g key={id} stroke={lookOf(record, id).colour} fill={lookOf(record, id).colour}>
          <polyline points={each.map(({ learned, kept }) => `${x(learned)},${y(kept)}`).join(' ')} fill="none" strokeOpacity={0.5} />
          {each.map((rate) => (
            <g key={rate.learningRate}>
              <title>{sayPoint(words.atRate(wordsOf(record, id).name, small(rate.learningRate), rate.chosen), rate)}</title>
              <circle cx={x(rate.learned)} cy={y(rate.kept)} r={3} fillOpacity={0.5} stroke="none" />
              {rate.chosen && <circle cx={x(rate.learned)} cy={y(rate.kept)} r={8} fill="none" strokeWidth={1.5} />}
            </g>
          ))}
        </g>
      ))}
      {points.map((point) => {
        const { colour, marker, reference } = lookOf(record, point.method);
        const { name, short } = wordsOf(record, point.method);
        const [atX, atY] = [x(point.learned), y(point.kept)];
        const left = atX + LABEL.away + textWidth(short, LABEL.size, 650) > right;
        return (
          <g key={point.method} data-testid={`plane-${point.method}`}>
            <title>{sayPoint(name, point)}</title>
            <MarkerShape marker={marker} x={atX} y={atY} colour={colour} />
            <text
              x={left ? atX - LABEL.away : atX + LABEL.away}
              y={placed.get(point.method) ?? atY}
              textAnchor={left ? 'end' : 'start'}
              dominantBaseline="central"
              style={{ fill: colour, fontSize: LABEL.size, fontWeight: reference ? 500 : 650 }}
              className="haloed"
            >
              {short}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

/** kept = final / learned, from the upper edge to the right one. */
function curve(final: number, top: number, x: (learned: number) => number, y: (kept: number) => number): string {
  const from = final / top;
  const steps = Array.from({ length: 25 }, (_, i) => from * (1 / from) ** (i / 24));
  return steps.map((learned, i) => `${i === 0 ? 'M' : 'L'}${x(learned).toFixed(1)} ${y(final / learned).toFixed(1)}`).join('');
}
