/** One small chart: accuracy on one task as tasks arrive. */
import type { AccuracySeries, TaskPanel } from '../charts/accuracy';
import { spreadLabels } from '../charts/labels';
import { percent } from '../format';
import { lookOf } from '../looks';
import { methodIn } from '../names';
import { labelledOf, Rules, TICK } from './axis';
import type { ChartProps } from './chart';
import { MarkerShape } from './marker-shape';
import { AXIS_WIDTH, labelSize, VALUE_WIDTH } from './panel-layout';
import { fitted, textWidth } from './text-width';
import { Polyline } from './marks';

/** Around a plot: its heading and its axis; the marks alone need room to be whole. */
const AROUND = { top: 28, bottom: 20 };
const BARE = { top: 5, bottom: 5 };
const INSET = 8;
const CHANCE = 'chance';
/** Pixels from one mark of a line to the next, and of a moment that a pointer can find. */
const LEAST = { mark: 6, moment: 3 };

interface AccuracySmallProps extends Pick<ChartProps, 'record' | 'words'> {
  readonly panel: TaskPanel;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly axis: boolean;
  readonly bare: boolean;
  /** Whether every line is named, or only those without a colour of their own. */
  readonly names: boolean;
  /** Room after the values for the methods' names. */
  readonly nameWidth: number;
}

interface Plot {
  readonly top: number;
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly x: (after: number) => number;
  /** Of percent. */
  readonly y: (value: number) => number;
}

export function AccuracySmall(props: AccuracySmallProps) {
  const { panel, record, words, width, height, bare } = props;
  const axis = props.axis && !bare;
  const around = bare ? BARE : AROUND;
  const { charts } = words;
  const tasks = record.stream.tasks.length;
  const left = axis ? AXIS_WIDTH : 0;
  const right = bare ? width : Math.max(left + 1, width - VALUE_WIDTH - props.nameWidth);
  const { top } = around;
  const bottom = Math.max(top, height - around.bottom);
  const plot: Plot = {
    ...{ left, right, top, bottom },
    x: (after) => left + INSET + ((right - left - 2 * INSET) * after) / Math.max(1, tasks - 1),
    y: (value) => bottom - ((bottom - top) * value) / 100,
  };
  const labelled = labelledOf(tasks, plot.x(1) - plot.x(0), textWidth(String(tasks), TICK.fontSize));
  const learned = panel.series.some((series) => series.points.length > 0);
  const head = panel.task === null ? panel.name : `${panel.task + 1}. ${panel.name}`;
  const room = width - left - 4;
  const size = textWidth(head, 14, 600) <= room ? 14 : 12;
  return (
    <g
      role="img"
      aria-label={charts.accuracy.aria(panel.name)}
      transform={`translate(${props.x} ${props.y})`}
      data-testid={`task-${panel.task ?? 'average'}`}
    >
      {!bare && (
        <text x={left} y={14} fontSize={size} fontWeight={learned ? 600 : 500} fill={learned ? 'var(--ink)' : 'var(--ink-soft)'}>
          {fitted(head, room, size, 600)}
          <title>{panel.name}</title>
        </text>
      )}
      <Rules ticks={[0, 50, 100]} y={plot.y} left={left} right={right} numbers={axis} />
      {Array.from({ length: tasks }, (_, after) =>
        labelled(after) && !bare ? (
          <text key={after} {...TICK} x={plot.x(after)} y={bottom + 15} textAnchor="middle">
            {after + 1}
          </text>
        ) : null,
      )}
      {learned && panel.task !== null && (
        <line
          x1={plot.x(panel.task)}
          x2={plot.x(panel.task)}
          y1={plot.y(100)}
          y2={bottom}
          stroke="var(--ink-soft)"
          strokeWidth={1}
          strokeDasharray="1 3"
        />
      )}
      {panel.chance.length > 0 && (
        <Polyline
          points={path(
            plot,
            panel.chance.map((accuracy, after) => ({ accuracy, after })),
          )}
          stroke="var(--ink-soft)"
        />
      )}
      {panel.series.map((series) => (
        <Course key={series.method} {...props} series={series} plot={plot} />
      ))}
      {!bare && <EndLabels {...props} plot={plot} />}
      <Readings {...props} plot={plot} />
    </g>
  );
}

const path = ({ x, y }: Plot, points: readonly { readonly after: number; readonly accuracy: number }[]) =>
  points.map(({ after, accuracy }) => ({ x: x(after), y: y(100 * accuracy) }));

/** Of how many moments one is shown, so that they are so many pixels apart. */
const everyOf = (pixels: number, { x }: Plot): number => Math.ceil(pixels / Math.max(1e-3, x(1) - x(0)));

interface InPlot extends AccuracySmallProps {
  readonly plot: Plot;
}

function Course({ record, series, plot }: InPlot & { readonly series: AccuracySeries }) {
  const { colour, dash, marker, reference } = lookOf(record, series.method);
  const line = { stroke: colour, strokeDasharray: dash || 'none' };
  if (series.level !== null) {
    const y = plot.y(100 * series.level);
    return <line {...line} x1={plot.left} x2={plot.right} y1={y} y2={y} strokeWidth={1.25} />;
  }
  const every = everyOf(LEAST.mark, plot);
  const marked = series.points.filter((_, i) => (series.points.length - 1 - i) % every === 0);
  return (
    <g>
      {/* Where the way from task to task was looked at, it is not the straight one. */}
      <Polyline
        {...line}
        points={path(plot, series.points)}
        strokeWidth={reference ? 1.25 : 2.5}
        strokeOpacity={series.between.length > 0 ? 0.25 : 1}
        strokeLinejoin="round"
      />
      {series.between.map((looks, i) => (
        <Polyline key={i} {...line} points={path(plot, looks)} strokeWidth={1.75} strokeLinejoin="round" className="looks" />
      ))}
      {marked.map(({ after, accuracy }) => (
        <MarkerShape key={after} marker={marker} x={plot.x(after)} y={plot.y(100 * accuracy)} colour={colour} />
      ))}
    </g>
  );
}

/** Value, and where there is room the name, at the end of each line, pushed apart. */
function EndLabels({ record, words, panel: { series, chance }, names, nameWidth, plot }: InPlot) {
  const { size, height } = labelSize(record);
  const label = (key: string, value: number, after: number | undefined, said: string, weight: number, colour: string) => ({
    ...{ key, said, weight, colour },
    y: plot.y(100 * value),
    x: after === undefined ? plot.right : plot.x(after),
  });
  const ofMethods = series.flatMap(({ method, now, points }) => {
    if (now === null) return [];
    const { colour, marker, reference } = lookOf(record, method);
    const name = names || marker === null ? ` ${fitted(methodIn(words, record, method).short, nameWidth, size)}` : '';
    return label(method, now, points.at(-1)?.after, `${percent(now)}${name}`, reference ? 500 : 650, colour);
  });
  const end = chance.at(-1);
  const guessed = words.charts.accuracy.chance;
  const ofChance = end !== undefined && names ? [label(CHANCE, end, undefined, `${percent(end)} ${guessed}`, 500, 'var(--ink-soft)')] : [];
  const labels = [...ofMethods, ...ofChance];
  const placed = spreadLabels(labels, height, plot.top + 2, plot.bottom - 2);
  return (
    <g>
      {labels.map(({ key, said, x, y, weight, colour }) => (
        <text key={key} x={x + 11} y={placed.get(key) ?? y} dominantBaseline="central" fontSize={size} fontWeight={weight} fill={colour}>
          {said}
        </text>
      ))}
      {/* A word that does not fit beside the line stands on it. */}
      {end !== undefined && !names && (
        <text x={plot.right} y={plot.y(100 * end) - 5} textAnchor="end" fontSize={12} fill="var(--ink-soft)">
          {guessed}
        </text>
      )}
    </g>
  );
}

/** What a pointer over a moment reads. */
function Readings({ record, words, panel, plot }: InPlot) {
  const { tasks } = record.stream;
  const every = everyOf(LEAST.moment, plot);
  const step = (every * (plot.right - plot.left)) / Math.max(1, tasks.length);
  return tasks.map(({ name }, after) => {
    if ((tasks.length - 1 - after) % every !== 0) return null;
    const said = panel.series.flatMap(({ method, points, level }) => {
      const accuracy = level ?? points.find((point) => point.after === after)?.accuracy;
      return accuracy === undefined ? [] : `${percent(accuracy)} % ${methodIn(words, record, method).short}`;
    });
    if (said.length === 0) return null;
    return (
      <rect
        key={after}
        className="reading"
        x={plot.x(after) - step / 2}
        y={plot.top}
        width={step}
        height={plot.bottom - plot.top}
        fill="transparent"
      >
        <title>{[`${words.charts.afterTask} ${name}`, ...said].join('\n')}</title>
      </rect>
    );
  });
}
