/** The accuracy matrix of each method, beside each other where there is room. */
import { Select } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useMemo } from 'react';
import type { AccuracyKind } from '../../continual/metrics';
import type { RunRecord } from '../../session/record';
import { useApp, useAppState } from '../context';
import { percent } from '../format';
import { ChartPanel } from '../parts/chart-panel';
import type { TableData } from '../parts/data-table';
import { HeatMap } from '../parts/heat-map';
import { wordsOf } from '../methods';
import { MethodTag } from '../parts/method-mark';
import { currentReading } from '../store/state';
import { text } from '../text';
import { matrixCells } from './matrices';
import { readTitle, unread, whyUnread } from './readings';

const words = text.charts.matrix;
const NARROWEST = 190;

function tableOf(record: RunRecord, kind: AccuracyKind, reading: string): TableData {
  const names = record.stream.tasks.map((task) => task.name);
  return {
    columns: [text.charts.method, words.rows, ...names],
    rows: record.methods.flatMap((method) =>
      matrixCells(record, method.id, kind, reading)
        .filter((row) => row.some((cell) => cell.accuracy !== null))
        .map((row) => [
          wordsOf(record, method.id).name,
          names[row[0]?.after ?? 0] ?? '',
          ...row.map((cell) => (cell.accuracy === null ? text.charts.noValue : percent(cell.accuracy))),
        ]),
    ),
  };
}

export function MatrixPanel() {
  const record = useAppState((state) => state.results);
  const kind = useAppState((state) => state.view.accuracy);
  const chosen = useAppState((state) => state.view.matrixMethod);
  const reading = useAppState(currentReading);
  const { view } = useApp();
  const { ref, width } = useElementSize();
  const ids = record?.methods.map((method) => method.id) ?? [];
  const fit = Math.max(1, Math.floor(width / NARROWEST));
  const first = chosen !== null && ids.includes(chosen) ? chosen : ids[0];
  const shown = ids.length <= fit || first === undefined ? ids : [first, ...ids.filter((id) => id !== first)].slice(0, fit);
  // One decimal only where it fits every matrix, so that neighbours read alike.
  const digits = width / Math.max(1, shown.length * ((record?.stream.tasks.length ?? 0) + 1.6)) >= 46 ? 1 : 0;
  return (
    <ChartPanel
      testId="matrix-panel"
      title={readTitle(words.title, record, reading)}
      how={words.how}
      description={record === null ? '' : shown.map((id) => words.aria(wordsOf(record, id).name)).join(', ')}
      table={record === null ? null : tableOf(record, kind, reading)}
      empty={words.empty}
      tools={
        record !== null &&
        ids.length > fit && (
          <Select
            size="xs"
            w={140}
            aria-label={text.charts.method}
            data={ids.map((id) => ({ value: id, label: wordsOf(record, id).short }))}
            value={first ?? null}
            allowDeselect={false}
            onChange={(value) => view.set({ matrixMethod: ids.find((id) => id === value) ?? null })}
          />
        )
      }
    >
      <div className="matrices" ref={ref}>
        {record !== null &&
          shown.map((id, i) => (
            <MethodMatrix key={id} id={id} record={record} kind={kind} reading={reading} digits={digits} rowLabels={i === 0} />
          ))}
      </div>
    </ChartPanel>
  );
}

interface MethodMatrixProps {
  readonly id: string;
  readonly record: RunRecord;
  readonly kind: AccuracyKind;
  readonly reading: string;
  readonly digits: number;
  readonly rowLabels: boolean;
}

function MethodMatrix({ id, record, kind, reading, digits, rowLabels }: MethodMatrixProps) {
  const { ref, width, height } = useElementSize();
  const names = record.stream.tasks.map((task) => task.name);
  const { name } = wordsOf(record, id);
  const cells = useMemo(() => matrixCells(record, id, kind, reading).flat(), [record, id, kind, reading]);
  return (
    <div className="matrix" style={rowLabels ? { flexGrow: 1.25 } : undefined} data-testid={`matrix-${id}`}>
      <div data-export style={{ textAlign: 'right' }}>
        <MethodTag of={record} id={id} />
        {unread(record, reading).includes(id) && <small className="headline-beside">{whyUnread(reading)}</small>}
      </div>
      <div className="chart-canvas" ref={ref}>
        {width > 0 && height > 0 && (
          <HeatMap
            rows={names}
            columns={names}
            width={width}
            height={height}
            rowLabels={rowLabels}
            label={words.aria(name)}
            cells={cells.map((cell) => ({
              row: cell.after,
              column: cell.on,
              share: cell.accuracy,
              words: cell.accuracy === null ? '' : percent(cell.accuracy, digits),
              title: cell.accuracy === null ? '' : words.cell(name, names[cell.after] ?? '', names[cell.on] ?? '', percent(cell.accuracy)),
              framed: cell.diagonal,
            }))}
          />
        )}
      </div>
    </div>
  );
}
