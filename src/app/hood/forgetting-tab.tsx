/** Points lost per task, and on average. */
import { Select } from '@mantine/core';
import type { ForgettingDefinition } from '../../continual/metrics';
import type { RunRecord } from '../../session/record';
import type { ForgettingSeries } from '../charts/forgetting';
import { useChart } from '../charts/use-chart';
import { useApp, useAppState } from '../context';
import { forgettingChart, lostSeries } from '../figures/forgetting';
import { points } from '../format';
import { ChartPanel } from '../parts/chart-panel';
import type { TableData } from '../parts/data-table';
import { Term } from '../parts/term';
import { type Texts, useText } from '../text';
import { methodIn } from '../names';

const DEFINITIONS: readonly ForgettingDefinition[] = ['chaudhry', 'max-all', 'diagonal'];
const TERMS = { chaudhry: 'chaudhry', 'max-all': 'maxAll', diagonal: 'diagonal' } as const;

function tableOf(text: Texts, record: RunRecord, series: readonly ForgettingSeries[]): TableData {
  const words = text.charts.forgetting;
  const names = record.stream.tasks.map((task) => task.name);
  const cell = (value: number | null | undefined) => (value == null ? text.charts.noValue : points(value));
  return {
    columns: [
      text.charts.method,
      ...names.slice(0, -1),
      words.average,
      ...names.map((name) => `${words.average}, ${text.charts.afterTask} ${name}`),
    ],
    rows: series.map(({ method, perTask, now, average }) => {
      const averages = average();
      return [
        methodIn(text, record, method).name,
        ...names.slice(0, -1).map((_, j) => cell(perTask[j])),
        cell(now),
        ...names.map((_, i) => cell(averages[i])),
      ];
    }),
  };
}

export function ForgettingTab() {
  const text = useText();
  const words = text.charts.forgetting;
  const definition = useAppState((state) => state.view.forgetting);
  const { view } = useApp();
  const of = useChart();
  const series = of === null ? [] : lostSeries(of);
  return (
    <ChartPanel
      bare
      testId="forgetting-panel"
      title={of === null ? words.title : forgettingChart.title(of)}
      how={words.how}
      description={
        of === null
          ? ''
          : series
              .map((entry) => `${methodIn(text, of.record, entry.method).name}: ${entry.now === null ? '' : points(entry.now)}`)
              .join(', ')
      }
      table={of === null || series.length === 0 ? null : () => tableOf(text, of.record, series)}
      drawing={of && { chart: forgettingChart, of }}
      empty={of === null ? words.empty : forgettingChart.empty(of)}
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
    />
  );
}
