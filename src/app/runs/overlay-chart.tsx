/** Lines of several runs in one picture: average accuracy as tasks arrive, the spread over seeds as a band. */
import { percent } from '../format';
import { lookOf, type Lineup } from '../looks';
import { MarkerShape } from '../figures/marker-shape';
import { fitted, textWidth } from '../figures/text-width';
import { spreadLabels } from '../charts/labels';
import { useText } from '../text';
import { courseOf, type Series, type Spread } from './compare';

const TOP = 8;
const BOTTOM = 24;
const LEFT = 40;
const SIZE = 14;
const LABEL_HEIGHT = 16;

interface OverlayProps {
  readonly series: readonly Series[];
  readonly of: Lineup;
  readonly tasks: number;
  readonly width: number;
  readonly height: number;
}

type Course = readonly (Spread | null)[];
const measured = (course: Course) => course.flatMap((spread, after) => (spread === null ? [] : [{ ...spread, after }]));

export function OverlayChart({ series, of, tasks, width, height }: OverlayProps) {
  const text = useText();
  const lines = series.map((each) => ({ ...each, points: measured(courseOf(each, tasks)), look: lookOf(of, each.key) }));
  const words = (label: string, value: number) => `${percent(value)} ${label}`;
  const widest = Math.max(0, ...lines.map(({ label }) => textWidth(words(label, 0.888), SIZE, 650)));
  const room = Math.min(widest + 16, width * 0.4);
  const right = width - room;
  const x = (after: number) => LEFT + ((right - LEFT - 8) * after) / Math.max(1, tasks - 1);
  const y = (accuracy: number) => TOP + (height - TOP - BOTTOM) * (1 - accuracy);
  const ends = lines.flatMap(({ key, label, points, look }) => {
    const end = points.at(-1);
    return end === undefined ? [] : [{ key, y: y(end.mean), words: words(label, end.mean), colour: look.colour }];
  });
  const placed = spreadLabels(ends, LABEL_HEIGHT, TOP, height - BOTTOM);
  return (
    <svg width={width} height={height} role="img" aria-label={text.runs.compare.overlayAria(series.map(({ label }) => label).join(', '))}>
      {[0, 50, 100].map((value) => (
        <g key={value}>
          <line x1={LEFT} x2={right} y1={y(value / 100)} y2={y(value / 100)} stroke="var(--grid)" />
          <text x={LEFT - 6} y={y(value / 100)} textAnchor="end" dominantBaseline="central" fontSize={13} fill="var(--ink-soft)">
            {value}
          </text>
        </g>
      ))}
      {Array.from({ length: tasks }, (_, after) => (
        <text key={after} x={x(after)} y={height - 6} textAnchor="middle" fontSize={13} fill="var(--ink-soft)">
          {after + 1}
        </text>
      ))}
      {lines.map(({ key, points, look }) => (
        <g key={key}>
          {points.length > 1 && points.some(({ deviation }) => deviation !== null) && (
            <polygon
              points={[
                ...points.map(({ after, mean, deviation }) => `${x(after)},${y(mean + (deviation ?? 0))}`),
                ...points.toReversed().map(({ after, mean, deviation }) => `${x(after)},${y(mean - (deviation ?? 0))}`),
              ].join(' ')}
              fill={look.colour}
              fillOpacity={0.16}
            />
          )}
          <polyline
            points={points.map(({ after, mean }) => `${x(after)},${y(mean)}`).join(' ')}
            fill="none"
            stroke={look.colour}
            strokeWidth={2.25}
            strokeDasharray={look.dash}
          />
          {points.map(({ after, mean }) => (
            <MarkerShape key={after} marker={look.marker} x={x(after)} y={y(mean)} colour={look.colour} />
          ))}
        </g>
      ))}
      {ends.map(({ key, y: at, words: label, colour }) => (
        <text key={key} x={right + 4} y={placed.get(key) ?? at} dominantBaseline="central" fontSize={SIZE} fontWeight={650} fill={colour}>
          {fitted(label, room - 8, SIZE)}
        </text>
      ))}
    </svg>
  );
}
