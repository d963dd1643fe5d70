/** Training loss over the run, one line per method. */
import { useElementSize } from '@mantine/hooks';
import { useMemo } from 'react';
import { CartesianGrid, Line, LineChart, ReferenceLine, XAxis, YAxis } from 'recharts';
import type { RunRecord } from '../../session/record';
import { lossSeries, type LossSeries } from '../charts/loss';
import { useAppState } from '../context';
import { lookOf } from '../looks';
import { wordsOf } from '../methods';
import { ChartPanel } from '../parts/chart-panel';
import { MethodTag } from '../parts/method-mark';
import { text } from '../text';

const words = text.charts.loss;

export function LossTab() {
  const record = useAppState((state) => state.record);
  const series = useMemo(() => (record === null ? [] : lossSeries(record).filter((entry) => entry.points.length > 0)), [record]);
  return (
    <ChartPanel
      bare
      testId="loss-panel"
      title={words.title}
      how={words.how}
      description={
        record === null
          ? ''
          : series.map((entry) => `${wordsOf(record, entry.method).name}: ${entry.points.at(-1)?.loss.toFixed(3) ?? ''}`).join(', ')
      }
      table={
        record === null || series.length === 0
          ? null
          : {
              columns: [text.charts.method, text.charts.task, words.title],
              rows: series.flatMap((entry) =>
                entry.points.map((point) => [
                  wordsOf(record, entry.method).name,
                  record.stream.tasks[Math.min(record.stream.tasks.length - 1, Math.floor(point.x))]?.name ?? '',
                  point.loss.toFixed(4),
                ]),
              ),
            }
      }
      empty={words.empty}
    >
      {record !== null && <Curves record={record} series={series} />}
    </ChartPanel>
  );
}

function Curves({ record, series }: { readonly record: RunRecord; readonly series: readonly LossSeries[] }) {
  const { ref, width, height } = useElementSize();
  const tasks = record.stream.tasks;
  return (
    <div className="chart-column">
      <div className="chart-key">
        {series.map((entry) => (
          <MethodTag key={entry.method} of={record} id={entry.method} />
        ))}
        <span className="chart-unit" data-export>
          {words.unit}
        </span>
      </div>
      <div className="chart-canvas" ref={ref}>
        {width > 0 && height > 0 && (
          <LineChart width={width} height={height} margin={{ top: 6, right: 8, bottom: 0, left: 0 }} role="img" aria-label={words.aria}>
            <CartesianGrid vertical={false} stroke="var(--grid)" />
            <XAxis
              dataKey="x"
              type="number"
              domain={[0, tasks.length]}
              ticks={tasks.map((_, i) => i + 0.5)}
              tickFormatter={(x: number) => tasks[Math.floor(x)]?.name ?? ''}
              tickLine={false}
              height={20}
              stroke="var(--line)"
              allowDuplicatedCategory={false}
            />
            <YAxis domain={[0, 'auto']} width={36} axisLine={false} tickLine={false} />
            {tasks.slice(1).map((task, i) => (
              <ReferenceLine key={task.name} x={i + 1} stroke="var(--line)" />
            ))}
            {series.map((entry) => (
              <Line
                key={entry.method}
                data={[...entry.points]}
                dataKey="loss"
                name={wordsOf(record, entry.method).short}
                stroke={lookOf(record, entry.method).colour}
                strokeWidth={1.5}
                strokeDasharray={lookOf(record, entry.method).dash}
                dot={false}
                activeDot={false}
                isAnimationActive={false}
              />
            ))}
          </LineChart>
        )}
      </div>
    </div>
  );
}
