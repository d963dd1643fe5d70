/** Small multiples, one per task: what is learned, what is forgotten. */
import { SegmentedControl } from '@mantine/core';
import type { RunRecord } from '../../session/record';
import { useApp, useAppState } from '../context';
import { accuracyChart, accuracyPanels } from '../figures/accuracy';
import { percent } from '../format';
import { ChartPanel } from '../parts/chart-panel';
import type { TableData } from '../parts/data-table';
import { type Texts, useText } from '../text';
import type { TaskPanel } from './accuracy';
import { keptOf, keptWords } from './kept';
import { ReadingSwitch } from './reading-switch';
import { describeTask } from './sentence';
import { ThisExperiment } from './this-experiment';
import { useChart } from './use-chart';
import { methodIn } from '../names';

function keptCell(text: Texts, record: RunRecord, id: string): string {
  const kept = keptOf(record, id);
  return kept === null ? text.charts.noValue : keptWords(text, kept);
}

function tableOf(text: Texts, panels: readonly TaskPanel[], record: RunRecord): TableData {
  const words = text.charts.accuracy;
  return {
    columns: [
      text.charts.task,
      text.charts.method,
      ...record.stream.tasks.map((task) => `${text.charts.afterTask} ${task.name}`),
      text.charts.keeps.column,
    ],
    rows: panels.flatMap((panel) => [
      ...panel.series.map((series) => [
        panel.name,
        methodIn(text, record, series.method).name,
        ...record.stream.tasks.map((_, after) => {
          const last = after === record.stream.tasks.length - 1;
          const value = series.level !== null && last ? series.level : series.points.find((point) => point.after === after)?.accuracy;
          return value === undefined ? text.charts.noValue : percent(value);
        }),
        keptCell(text, record, series.method),
      ]),
      ...(panel.chance.length > 0 ? [[panel.name, words.chance, ...panel.chance.map((value) => percent(value)), '']] : []),
    ]),
  };
}

export function AccuracyPanel() {
  const text = useText();
  const words = text.charts.accuracy;
  const of = useChart();
  const { view } = useApp();
  const record = of?.record ?? null;
  const kind = useAppState((state) => state.view.accuracy);
  const newest = record === null ? -1 : Math.max(-1, ...record.methods.flatMap((method) => method.results.map((result) => result.task)));
  return (
    <ChartPanel
      className="accuracy-panel"
      testId="accuracy-panel"
      title={of === null ? words.title : accuracyChart.title(of)}
      how={words.how}
      description={of === null || newest < 0 ? '' : describeTask(text, of.record, newest, of.view.reading)}
      table={of === null ? null : () => tableOf(text, accuracyPanels(of, [...of.record.stream.tasks.keys()]), of.record)}
      drawing={of && { chart: accuracyChart, of, grows: true }}
      empty={
        <>
          <ThisExperiment />
          {words.empty}
        </>
      }
      tools={
        <>
          <ReadingSwitch record={record} />
          <SegmentedControl
            size="xs"
            aria-label={words.mode}
            data={[
              { value: 'classIncremental', label: words.classIncremental },
              { value: 'taskAware', label: words.taskAware },
            ]}
            value={kind}
            onChange={(value) => view.set({ accuracy: value === 'taskAware' ? 'taskAware' : 'classIncremental' })}
          />
        </>
      }
    />
  );
}
