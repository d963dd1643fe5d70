/** Small multiples, one per task: what is learned, what is forgotten. */
import { SegmentedControl } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useMemo } from 'react';
import type { RunRecord } from '../../session/record';
import { useApp, useAppState } from '../context';
import { percent } from '../format';
import { beyondSlots } from '../looks';
import { wordsOf } from '../methods';
import { ChartPanel } from '../parts/chart-panel';
import type { TableData } from '../parts/data-table';
import { textWidth } from '../parts/text-width';
import { currentReading } from '../store/state';
import { text } from '../text';
import { averagePanel, taskPanels, type TaskPanel } from './accuracy';
import { AccuracySmall } from './accuracy-small';
import { keptOf, keptWords } from './kept';
import { labelSize, panelHeight, panelLayout } from './panel-layout';
import { ReadingSwitch, UnreadNote } from './reading-switch';
import { readTitle } from './readings';
import { ThisExperiment } from './this-experiment';
import { FloorNote } from './floor-note';
import { describeTask } from './sentence';

const words = text.charts.accuracy;
const HEADING_HEIGHT = 20;
const NOTE_HEIGHT = 20;
/** Pixels for the name at a line that has no colour of its own, cut to fit. */
const NAME_BEYOND_SLOTS = 72;

function keptCell(record: RunRecord, id: string): string {
  const kept = keptOf(record, id);
  return kept === null ? text.charts.noValue : keptWords(kept);
}

function tableOf(panels: readonly TaskPanel[], record: RunRecord): TableData {
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
        wordsOf(record, series.method).name,
        ...record.stream.tasks.map((_, after) => {
          const last = after === record.stream.tasks.length - 1;
          const value = series.level !== null && last ? series.level : series.points.find((point) => point.after === after)?.accuracy;
          return value === undefined ? text.charts.noValue : percent(value);
        }),
        keptCell(record, series.method),
      ]),
      ...(panel.chance.length > 0 ? [[panel.name, words.chance, ...panel.chance.map((value) => percent(value)), '']] : []),
    ]),
  };
}

export function AccuracyPanel() {
  const record = useAppState((state) => state.results);
  const kind = useAppState((state) => state.view.accuracy);
  const { view } = useApp();
  const reading = useAppState(currentReading);
  const panels = useMemo(
    () => (record === null ? [] : [averagePanel(record, kind, words.average, reading), ...taskPanels(record, kind, reading)]),
    [record, kind, reading],
  );
  const newest = record === null ? -1 : Math.max(-1, ...record.methods.flatMap((method) => method.results.map((result) => result.task)));
  return (
    <ChartPanel
      className="accuracy-panel"
      testId="accuracy-panel"
      height={record === null ? undefined : panelHeight(record)}
      title={readTitle(words.title, record, reading)}
      how={words.how}
      description={record === null || newest < 0 ? '' : describeTask(record, newest, reading)}
      table={record === null ? null : tableOf(panels, record)}
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
    >
      {record !== null && <Multiples panels={panels} record={record} reading={reading} />}
    </ChartPanel>
  );
}

interface MultiplesProps {
  readonly panels: readonly TaskPanel[];
  readonly record: RunRecord;
  readonly reading: string;
}

function Multiples({ panels, record, reading }: MultiplesProps) {
  const { ref, width, height } = useElementSize();
  const { ref: footRef, height: footHeight } = useElementSize();
  const names = [words.chance, ...record.methods.map(({ id }) => wordsOf(record, id).short)];
  const nameWidth = Math.max(...names.map((name) => textWidth(` ${name}`, labelSize(record).size, 650))) + 4;
  const everywhere = beyondSlots(record) ? Math.min(nameWidth, NAME_BEYOND_SLOTS) : 0;
  const layout = panelLayout(width, panels.length, nameWidth, everywhere);
  const narrow = width < 560;
  const chartHeight = Math.max(80, (height - Math.max(NOTE_HEIGHT, footHeight)) / layout.rows - HEADING_HEIGHT - 6);
  return (
    <div className="small-multiples-box" ref={ref} data-rows={layout.rows}>
      {width > 0 && (
        <div className="small-multiples" style={{ gridTemplateColumns: layout.widths.map((w) => `${w}px`).join(' ') }}>
          {panels.map((panel, i) => {
            const first = i % layout.columns === 0;
            return (
              <div
                className="small-multiple"
                key={panel.task ?? 'average'}
                data-learned={panel.series.some((s) => s.points.length > 0)}
                data-average={panel.task === null}
                data-testid={`task-${panel.task ?? 'average'}`}
              >
                <h3 data-export style={{ paddingLeft: first ? 36 : 0 }} title={panel.name}>
                  {panel.task === null ? panel.name : `${panel.task + 1}. ${panel.name}`}
                </h3>
                <AccuracySmall
                  panel={panel}
                  record={record}
                  width={layout.widths[i % layout.columns] ?? width}
                  height={narrow ? 128 : chartHeight}
                  axis={first}
                  names={first && layout.names}
                  nameWidth={first && layout.names ? nameWidth : everywhere}
                />
              </div>
            );
          })}
        </div>
      )}
      <div className="chart-foot" ref={footRef}>
        <div className="chart-note" data-export>
          {words.unit} · {words.x}
        </div>
        <UnreadNote record={record} />
        <FloorNote record={record} reading={reading} />
      </div>
    </div>
  );
}
