/** Points lost per task, and on average. */
import { Select } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useMemo } from 'react';
import { Bar, BarChart, CartesianGrid, LabelList, ReferenceLine, Tooltip, XAxis, YAxis } from 'recharts';
import type { ForgettingDefinition } from '../../continual/metrics';
import type { RunRecord } from '../../session/record';
import { ChartTip } from '../charts/chart-tip';
import { forgettingSeries, type ForgettingSeries } from '../charts/forgetting';
import { UnreadNote } from '../charts/reading-switch';
import { isAgain, readTitle } from '../charts/readings';
import { useApp, useAppState } from '../context';
import { points } from '../format';
import { lookOf } from '../looks';
import { wordsOf } from '../methods';
import { ChartPanel } from '../parts/chart-panel';
import type { TableData } from '../parts/data-table';
import { MethodTag } from '../parts/method-mark';
import { Term } from '../parts/term';
import { fitted } from '../parts/text-width';
import { currentReading } from '../store/state';
import { text } from '../text';

const words = text.charts.forgetting;
const DEFINITIONS: readonly ForgettingDefinition[] = ['chaudhry', 'max-all', 'diagonal'];
const TERMS = { chaudhry: 'chaudhry', 'max-all': 'maxAll', diagonal: 'diagonal' } as const;

function tableOf(record: RunRecord, series: readonly ForgettingSeries[]): TableData {
  const names = record.stream.tasks.map((task) => task.name);
  const cell = (value: number | null | undefined) => (value == null ? text.charts.noValue : points(value));
  return {
    columns: [
      text.charts.method,
      ...names.slice(0, -1),
      words.average,
      ...names.map((name) => `${words.average}, ${text.charts.afterTask} ${name}`),
    ],
    rows: series.map((entry) => [
      wordsOf(record, entry.method).name,
      ...names.slice(0, -1).map((_, j) => cell(entry.perTask[j])),
      cell(entry.now),
      ...names.map((_, i) => cell(entry.average[i])),
    ]),
  };
}

export function ForgettingTab() {
  const record = useAppState((state) => state.results);
  const kind = useAppState((state) => state.view.accuracy);
  const definition = useAppState((state) => state.view.forgetting);
  const reading = useAppState(currentReading);
  const { view } = useApp();
  const series = useMemo(
    () =>
      record === null
        ? []
        : forgettingSeries(record, definition, kind, reading).filter((entry) => entry.perTask.some((value) => value !== null)),
    [record, definition, kind, reading],
  );
  return (
    <ChartPanel
      bare
      testId="forgetting-panel"
      title={readTitle(words.title, record, reading)}
      how={words.how}
      description={
        record === null
          ? ''
          : series.map((entry) => `${wordsOf(record, entry.method).name}: ${entry.now === null ? '' : points(entry.now)}`).join(', ')
      }
      table={record === null || series.length === 0 ? null : tableOf(record, series)}
      empty={isAgain(reading) ? words.emptyAgain : words.empty}
      tools={
        <>
          <span className="tool-label">
            <Term id={TERMS[definition]}>{words.definition}</Term>
          </span>
          <Select
            size="xs"
            w={132}
            aria-label={words.definition}
            data={DEFINITIONS.map((value) => ({ value, label: words.definitions[value] }))}
            value={definition}
            allowDeselect={false}
            onChange={(value) => view.set({ forgetting: DEFINITIONS.find((item) => item === value) ?? 'chaudhry' })}
          />
        </>
      }
    >
      {record !== null && <Bars record={record} series={series} />}
    </ChartPanel>
  );
}

function Bars({ record, series }: { readonly record: RunRecord; readonly series: readonly ForgettingSeries[] }) {
  const { ref, width, height } = useElementSize();
  const tasks = Math.max(0, ...series.map((entry) => entry.perTask.length));
  const row = (name: string, pick: (entry: ForgettingSeries) => number | null | undefined) => ({
    name,
    ...Object.fromEntries(series.map((entry): [string, number | null] => [entry.method, scaled(pick(entry))])),
  });
  const data = [
    ...Array.from({ length: tasks }, (_, j) => row(record.stream.tasks[j]?.name ?? '', (entry) => entry.perTask[j])),
    row(words.average, (entry) => entry.now),
  ];
  const values = series.flatMap((entry) => [...entry.perTask, entry.now]).filter((value) => value !== null);
  const lowest = Math.min(0, Math.floor(10 * Math.min(...values)) * 10);
  const room = width / Math.max(1, data.length * series.length);
  return (
    <div className="chart-column">
      <div className="chart-key">
        {series.map((entry) => (
          <MethodTag key={entry.method} of={record} id={entry.method} />
        ))}
        <UnreadNote record={record} />
        <span className="chart-unit" data-export>
          {words.unit}
        </span>
      </div>
      <div className="chart-canvas" ref={ref}>
        {width > 0 && height > 0 && (
          <BarChart
            width={width}
            height={height}
            data={data}
            margin={{ top: 18, right: 4, bottom: 4, left: 0 }}
            barGap={2}
            barCategoryGap="18%"
            role="img"
            aria-label={words.aria}
          >
            <CartesianGrid vertical={false} stroke="var(--grid)" />
            <XAxis
              dataKey="name"
              height={20}
              tickLine={false}
              stroke="var(--line)"
              interval={0}
              tickFormatter={(name: string) => fitted(name, (width - 40) / data.length - 8, 13)}
            />
            <YAxis
              domain={[lowest, 100]}
              ticks={[...(lowest < 0 ? [lowest] : []), 0, 50, 100]}
              width={36}
              axisLine={false}
              tickLine={false}
            />
            <ReferenceLine y={0} stroke="var(--ink-soft)" />
            {series.map((entry) => (
              <Bar
                key={entry.method}
                dataKey={entry.method}
                fill={lookOf(record, entry.method).colour}
                isAnimationActive={false}
                radius={[2, 2, 0, 0]}
                className="grow-bar"
              >
                {room > 26 && (
                  <LabelList
                    dataKey={entry.method}
                    position="top"
                    fontSize={13}
                    fontWeight={600}
                    fill={lookOf(record, entry.method).colour}
                    formatter={(value: unknown) =>
                      typeof value === 'number' ? points(value / 100, room > 44 ? 1 : 0).replace('+', '') : ''
                    }
                  />
                )}
              </Bar>
            ))}
            <Tooltip
              isAnimationActive={false}
              cursor={{ fill: 'var(--grid)', opacity: 0.5 }}
              content={<ChartTip of={record} heading={(label) => String(label)} unit="points" />}
            />
          </BarChart>
        )}
      </div>
    </div>
  );
}

const scaled = (value: number | null | undefined) => (value == null ? null : 100 * value);
