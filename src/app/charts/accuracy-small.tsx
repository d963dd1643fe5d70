/** One small multiple: accuracy on one task as tasks arrive. */
import { memo } from 'react';
import {
  DefaultZIndexes,
  Line,
  LineChart,
  ReferenceLine,
  Tooltip,
  useXAxisScale,
  useYAxisScale,
  usePlotArea,
  XAxis,
  YAxis,
  type DotItemDotProps,
} from 'recharts';
import type { RunRecord } from '../../session/record';
import { percent } from '../format';
import { lookOf, type Lineup } from '../looks';
import { wordsOf } from '../methods';
import { MarkerShape } from '../parts/method-mark';
import { fitted } from '../parts/text-width';
import { text } from '../text';
import type { AccuracySeries, TaskPanel } from './accuracy';
import { spreadLabels } from './labels';
import { ChartTip } from './chart-tip';
import { AXIS_WIDTH, labelSize, VALUE_WIDTH } from './panel-layout';

/** An invisible series: axes are drawn only where there is data, and they should stand before the first result. */
const AXIS_KEY = 'axis';
const CHANCE_KEY = 'chance';

interface AccuracySmallProps {
  readonly panel: TaskPanel;
  readonly record: RunRecord;
  readonly width: number;
  readonly height: number;
  readonly axis: boolean;
  /** Whether every line is named, or only those without a colour of their own. */
  readonly names: boolean;
  /** Room after the values for the methods' names. */
  readonly nameWidth: number;
}

/** One row per moment, in percent; a level is drawn by its own reference line. */
function rowsOf(panel: TaskPanel, tasks: number) {
  return Array.from({ length: tasks }, (_, after) => {
    const values = panel.series.map((series) => {
      const point = series.points.find((candidate) => candidate.after === after);
      return [series.method, point === undefined ? null : 100 * point.accuracy] as const;
    });
    const guessed = panel.chance[after];
    return { after, [AXIS_KEY]: 0, [CHANCE_KEY]: guessed === undefined ? null : 100 * guessed, ...Object.fromEntries(values) };
  });
}

export const AccuracySmall = memo(function AccuracySmall({ panel, record, width, height, axis, names, nameWidth }: AccuracySmallProps) {
  const taskNames = record.stream.tasks.map((task) => task.name);
  const tasks = taskNames.length;
  const every = Math.ceil(tasks / 6);
  const ticks = taskNames.map((_, i) => i).filter((i) => i % every === 0 || tasks <= 6);
  const learned = panel.task !== null && panel.series.some((series) => series.now !== null && series.level === null);
  return (
    <LineChart
      width={width}
      height={height}
      data={rowsOf(panel, tasks)}
      margin={{ top: 8, right: VALUE_WIDTH + nameWidth, bottom: 0, left: 0 }}
      role="img"
      aria-label={text.charts.accuracy.aria(panel.name)}
    >
      {[50, 100].map((y) => (
        <ReferenceLine key={y} y={y} stroke="var(--grid)" zIndex={DefaultZIndexes.grid} />
      ))}
      <XAxis
        dataKey="after"
        type="number"
        domain={[0, Math.max(1, tasks - 1)]}
        ticks={ticks}
        tickFormatter={(after: number) => String(after + 1)}
        padding={{ left: 8, right: 8 }}
        height={20}
        tickSize={3}
        stroke="var(--line)"
        interval={0}
      />
      <YAxis
        domain={[0, 100]}
        ticks={[0, 50, 100]}
        width={axis ? AXIS_WIDTH : 0}
        tick={axis ? {} : false}
        axisLine={false}
        tickLine={false}
        tickMargin={4}
      />
      {learned && panel.task !== null && <ReferenceLine x={panel.task} stroke="var(--ink-soft)" strokeWidth={1} strokeDasharray="1 3" />}
      <Line dataKey={AXIS_KEY} stroke="none" dot={false} activeDot={false} isAnimationActive={false} />
      {panel.chance.length > 0 && (
        <Line dataKey={CHANCE_KEY} stroke="var(--ink-soft)" strokeWidth={1} dot={false} activeDot={false} isAnimationActive={false} />
      )}
      {panel.series.map((series) => seriesMarks(record, series))}
      <Tooltip
        isAnimationActive={false}
        content={<ChartTip of={record} heading={(after) => `${text.charts.afterTask} ${taskNames[Number(after)] ?? ''}`} unit="%" />}
        wrapperStyle={{ zIndex: 3 }}
      />
      <EndLabels of={record} panel={panel} names={names} room={nameWidth} />
    </LineChart>
  );
});

function seriesMarks(of: Lineup, series: AccuracySeries) {
  const { colour, dash, marker, reference } = lookOf(of, series.method);
  if (series.level !== null) {
    return <ReferenceLine key={series.method} y={100 * series.level} stroke={colour} strokeWidth={1.25} strokeDasharray={dash} />;
  }
  return (
    <Line
      key={series.method}
      dataKey={series.method}
      name={wordsOf(of, series.method).short}
      type="linear"
      stroke={colour}
      strokeWidth={reference ? 1.25 : 2.5}
      strokeDasharray={dash}
      dot={({ cx, cy, key, value }: DotItemDotProps) =>
        typeof cx === 'number' && typeof cy === 'number' && typeof value === 'number' ? (
          <MarkerShape key={key} marker={marker} x={cx} y={cy} colour={colour} />
        ) : (
          <g key={key} />
        )
      }
      activeDot={false}
      isAnimationActive={false}
      connectNulls={false}
    />
  );
}

interface EndLabelsProps {
  readonly of: Lineup;
  readonly panel: TaskPanel;
  readonly names: boolean;
  readonly room: number;
}

/** Value, and where there is room the name, at the end of each line, pushed apart. */
function EndLabels({ of, panel: { series, chance }, names, room }: EndLabelsProps) {
  const plot = usePlotArea();
  const scale = useYAxisScale();
  const along = useXAxisScale();
  if (plot === undefined || scale === undefined || along === undefined) return null;
  const label = (key: string, value: number, after: number | undefined, words: string, weight: number, colour: string) => ({
    ...{ key, words, weight, colour },
    y: scale(100 * value) ?? plot.y,
    x: (after === undefined ? undefined : along(after)) ?? plot.x + plot.width,
  });
  const ofMethods = series.flatMap(({ method, now, points }) => {
    if (now === null) return [];
    const { colour, marker, reference } = lookOf(of, method);
    const name = names || marker === null ? ` ${fitted(wordsOf(of, method).short, room, labelSize(of).size)}` : '';
    return label(method, now, points.at(-1)?.after, `${percent(now)}${name}`, reference ? 500 : 650, colour);
  });
  const end = chance.at(-1);
  const guessed = text.charts.accuracy.chance;
  const ofChance =
    end !== undefined && names ? [label(CHANCE_KEY, end, undefined, `${percent(end)} ${guessed}`, 500, 'var(--ink-soft)')] : [];
  const labels = [...ofMethods, ...ofChance];
  const { size, height } = labelSize(of);
  const placed = spreadLabels(labels, height, plot.y + 2, plot.y + plot.height - 2);
  return (
    <g>
      {labels.map(({ key, words, x, y, weight, colour }) => (
        <text key={key} x={x + 11} y={placed.get(key) ?? y} dominantBaseline="central" fontSize={size} fontWeight={weight} fill={colour}>
          {words}
        </text>
      ))}
      {/* A word that does not fit beside the line stands on it. */}
      {end !== undefined && !names && (
        <text x={plot.x + plot.width} y={(scale(100 * end) ?? plot.y) - 5} textAnchor="end" fontSize={12} fill="var(--ink-soft)">
          {guessed}
        </text>
      )}
    </g>
  );
}
