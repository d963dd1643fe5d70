/** Accuracy on every task with a share of each task's increment, beside that of the run itself. */
import { methodRun } from '../charts/matrices';
import { percent } from '../format';
import { lookOf } from '../looks';
import { methodIn } from '../names';
import { TICK } from './axis';
import type { Chart, ChartProps } from './chart';
import { keyOf } from './flow';
import { Bar } from './marks';
import { fitted, textWidth } from './text-width';

const ROW = 30;
const LABEL = 13;
const AXIS = 20;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

export interface MixedTask {
  readonly name: string;
  readonly now: number;
  /** Of the run with all increments whole; null where the record does not say. */
  readonly whole: number | null;
}

/** Task by task, and their average last; none before an answer. */
export function mixedTasks({ record, view, words }: ChartProps): MixedTask[] {
  const { mix } = view;
  if (!mix) return [];
  const run = methodRun(record, mix.method);
  const row = run?.results.find(({ task }) => task === mix.tasks.length - 1)?.readings[mix.reading]?.[view.accuracy];
  const tasks = mix.tasks.map((task, i) => ({
    name: record.stream.tasks[i]?.name ?? '',
    now: task[view.accuracy],
    whole: row?.[i] ?? null,
  }));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const known = tasks.flatMap(({ whole }) => whole ?? []);
  const average = { name: words.charts.mixer.average, now: mean(tasks.map(({ now }) => now)) };
  return [...tasks, { ...average, whole: known.length === tasks.length ? mean(known) : null }];
}

const keyFor = (props: ChartProps) => {
  const { mix } = props.view;
  const words = props.words.charts.mixer;
  if (!mix) return keyOf(props, []);
  const [asked, all] = [mix.tasks.reduce((sum, { images }) => sum + images, 0), mix.tasks.reduce((sum, { of }) => sum + of, 0)];
  return keyOf(props, [mix.method], [words.key, words.took(Math.round(mix.milliseconds), asked, all)]);
};

export const mixerChart: Chart = {
  title: ({ words }) => words.charts.mixer.title,
  empty: (props) => (props.view.mix ? null : props.words.charts.mixer.recordAlone),
  least: (props) => keyFor(props).height + ROW * mixedTasks(props).length + AXIS,
  draw(props) {
    const { record, view, words } = props;
    const rows = mixedTasks(props);
    const { mix, bare } = view;
    if (!mix) return <svg width={view.width} height={view.height} />;
    const { colour } = lookOf(record, mix.method);
    const key = keyFor(props);
    const said = ({ now, whole }: MixedTask) => words.charts.mixer.value(percent(now), whole === null ? null : percent(whole));
    const left = bare ? 0 : Math.min(0.3 * view.width, Math.max(...rows.map(({ name }) => textWidth(name, LABEL))) + 10);
    const right = bare ? 0 : Math.max(...rows.map((row) => textWidth(said(row), LABEL, 650))) + 12;
    const room = Math.max(10, view.width - left - right);
    const row = (view.height - key.height - (bare ? 0 : AXIS)) / Math.max(1, rows.length);
    const bottom = key.height + row * rows.length;
    return (
      <svg width={view.width} height={view.height}>
        {key.at(0)}
        {!bare &&
          TICKS.map((tick) => (
            <g key={tick}>
              <line x1={left + room * tick} x2={left + room * tick} y1={key.height} y2={bottom} stroke="var(--grid)" />
              <text {...TICK} x={left + room * tick} y={bottom + 15} textAnchor="middle">
                {100 * tick}
              </text>
            </g>
          ))}
        <g role="img" aria-label={`${words.charts.mixer.title}, ${methodIn(words, record, mix.method).name}`} fontSize={LABEL}>
          {rows.map((task, i) => {
            const y = key.height + row * i;
            const thick = Math.min(18, row * 0.6);
            const at = y + (row - thick) / 2;
            return (
              <g key={i} data-testid={`mix-${i}`}>
                {!bare && (
                  <text x={0} y={y + row / 2} dominantBaseline="central" fill="var(--ink-soft)">
                    {fitted(task.name, left - 6, LABEL)}
                    <title>{task.name}</title>
                  </text>
                )}
                <Bar x={left} y={at} width={room * task.now} height={thick} fill={colour} />
                {task.whole !== null && (
                  <Bar
                    x={left}
                    y={at - 2}
                    width={room * task.whole}
                    height={thick + 4}
                    fill="none"
                    stroke="var(--ink-soft)"
                    strokeDasharray="3 3"
                  />
                )}
                {!bare && (
                  <text x={view.width} y={y + row / 2} textAnchor="end" dominantBaseline="central" fontWeight={650} fill="var(--ink)">
                    {said(task)}
                  </text>
                )}
              </g>
            );
          })}
        </g>
      </svg>
    );
  },
};
