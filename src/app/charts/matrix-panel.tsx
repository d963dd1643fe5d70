/** The accuracy matrix of each method, beside each other where there is room. */
import { Select } from '@mantine/core';
import type { AccuracyKind } from '../../continual/metrics';
import type { RunRecord } from '../../session/record';
import { useApp, useAppState } from '../context';
import { matrixChart } from '../figures/matrix';
import { percent } from '../format';
import { ChartPanel } from '../parts/chart-panel';
import type { TableData } from '../parts/data-table';
import { type Texts, useText } from '../text';
import { matrixCells } from './matrices';
import { useChart } from './use-chart';
import { methodIn } from '../names';

function tableOf(text: Texts, record: RunRecord, kind: AccuracyKind, reading: string): TableData {
  const words = text.charts.matrix;
  const names = record.stream.tasks.map((task) => task.name);
  return {
    columns: [text.charts.method, words.rows, ...names],
    rows: record.methods.flatMap((method) =>
      matrixCells(record, method.id, kind, reading)
        .filter((row) => row.some((cell) => cell.accuracy !== null))
        .map((row) => [
          methodIn(text, record, method.id).name,
          names[row[0]?.after ?? 0] ?? '',
          ...row.map((cell) => (cell.accuracy === null ? text.charts.noValue : percent(cell.accuracy))),
        ]),
    ),
  };
}

export function MatrixPanel() {
  const text = useText();
  const words = text.charts.matrix;
  const chosen = useAppState((state) => state.view.matrixMethod);
  const { view } = useApp();
  const whole = useChart();
  const ids = whole?.record.methods.map((method) => method.id) ?? [];
  const first = chosen !== null && ids.includes(chosen) ? chosen : ids[0];
  const of = whole && {
    ...whole,
    view: { ...whole.view, methods: [...ids.filter((id) => id === first), ...ids.filter((id) => id !== first)] },
  };
  return (
    <ChartPanel
      testId="matrix-panel"
      title={of === null ? words.title : matrixChart.title(of)}
      how={words.how}
      description={of === null ? '' : ids.map((id) => words.aria(methodIn(text, of.record, id).name)).join(', ')}
      table={of === null ? null : () => tableOf(text, of.record, of.view.accuracy, of.view.reading)}
      drawing={of && { chart: matrixChart, of }}
      empty={words.empty}
      tools={
        of !== null &&
        ids.length > 1 && (
          <Select
            size="xs"
            w={140}
            aria-label={text.charts.method}
            data={ids.map((id) => ({ value: id, label: methodIn(text, of.record, id).short }))}
            value={first ?? null}
            allowDeselect={false}
            onChange={(value) => view.set({ matrixMethod: ids.find((id) => id === value) ?? null })}
          />
        )
      }
    />
  );
}
