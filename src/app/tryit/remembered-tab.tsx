/** A strip of the first task's test images per method: the frame flips when a picture is forgotten. */
import { Button, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { recognition, type Recognition } from '../charts/remembered';
import { UnreadNote } from '../charts/reading-switch';
import { readTitle } from '../charts/readings';
import type { RunRecord } from '../../session/record';
import type { TestSample } from '../../worker/api';
import { useAppState } from '../context';
import { lookOf } from '../looks';
import { wordsOf } from '../methods';
import { ChartPanel } from '../parts/chart-panel';
import { MethodTag } from '../parts/method-mark';
import { PixelImage } from '../parts/pixel-image';
import { currentReading } from '../store/state';
import { text } from '../text';
import { pictureOf, useSample } from './sample';
import { useCellSide } from './use-cell-side';

const words = text.charts.remembered;
const LATEST = 'latest';

export function RememberedTab() {
  const record = useAppState((state) => state.results);
  const live = useAppState((state) => state.origin === 'live' && state.status !== 'loading');
  const reading = useAppState(currentReading);
  const learned = record?.methods.some((method) => method.results.length > 0) === true;
  const { state, sample, load } = useSample(record, live && learned);
  const [chosen, setChosen] = useState(LATEST);
  const rows = record === null || sample === null ? [] : recognition(record, 0, sample.positions, sample.labels, reading);
  const moments = [...new Set(rows.flatMap((row) => row.after))].sort((a, b) => a - b);
  const after = moments.find((moment) => String(moment) === chosen) ?? moments.at(-1) ?? 0;
  const name = (task: number) => record?.stream.tasks[task]?.name ?? '';
  return (
    <ChartPanel
      bare
      testId="remembered-panel"
      title={readTitle(words.title(record === null ? '' : name(0)), record, reading)}
      how={words.how}
      description={record === null ? '' : rows.map((row) => `${wordsOf(record, row.method).name}: ${scoreAt(row, after)}`).join(', ')}
      table={record === null || rows.length === 0 ? null : tableOf(record, rows)}
      empty={<Waiting learned={learned} state={state} load={load} hasSample={sample !== null} />}
      tools={
        moments.length > 1 && (
          <SegmentedControl
            size="xs"
            aria-label={words.slider}
            value={chosen}
            onChange={setChosen}
            data={[
              ...moments.slice(0, -1).map((moment) => ({ value: String(moment), label: name(moment) })),
              { value: LATEST, label: words.latest },
            ]}
          />
        )
      }
    >
      {record !== null && sample !== null && (
        <div className="panel-scroll remembered">
          {rows.map((row) => (
            <Strip key={row.method} row={row} after={after} record={record} sample={sample} />
          ))}
          <UnreadNote record={record} />
        </div>
      )}
    </ChartPanel>
  );
}

/** Newest answers not later than `after`. */
const momentOf = (row: Recognition, after: number) => row.after.findLastIndex((moment) => moment <= after);

function scoreAt(row: Recognition, after: number): string {
  const right = row.right[momentOf(row, after)] ?? [];
  return words.right(right.filter(Boolean).length, right.length);
}

function tableOf(record: RunRecord, rows: readonly Recognition[]) {
  return {
    columns: [text.charts.method, ...record.stream.tasks.map((task) => `${words.after} ${task.name}`)],
    rows: rows.map((row) => [
      wordsOf(record, row.method).name,
      ...record.stream.tasks.map((_, task) => (momentOf(row, task) < 0 ? text.charts.noValue : scoreAt(row, task))),
    ]),
  };
}

interface WaitingProps {
  readonly learned: boolean;
  readonly hasSample: boolean;
  readonly state: 'empty' | 'loading' | 'ready' | 'failed';
  readonly load: () => void;
}

function Waiting({ learned, hasSample, state, load }: WaitingProps) {
  if (!learned) return words.empty;
  if (hasSample) return words.none;
  if (state === 'loading') return words.loading;
  if (state === 'failed') return words.missing;
  return (
    <>
      {words.loadSentence}
      <Button mt="xs" size="xs" variant="default" onClick={load} data-testid="load-sample">
        {words.load}
      </Button>
    </>
  );
}

interface StripProps {
  readonly row: Recognition;
  readonly after: number;
  readonly record: RunRecord;
  readonly sample: TestSample;
}

function Strip({ row, after, record, sample }: StripProps) {
  const { ref, side: shown } = useCellSide(sample.labels.length);
  const at = momentOf(row, after);
  const classOf = (column: number | undefined) => record.stream.classNames[column ?? -1] ?? text.charts.noValue;
  return (
    <section aria-label={words.aria(wordsOf(record, row.method).name)} data-testid={`strip-${row.method}`}>
      <div className="chart-key">
        <MethodTag of={record} id={row.method} />
        <span>{scoreAt(row, after)}</span>
      </div>
      <ul ref={ref} className="strip" style={{ color: lookOf(record, row.method).colour }}>
        {sample.labels.map((label, i) => {
          const right = row.right[at]?.[i] === true;
          return (
            <li key={i} data-right={right}>
              <PixelImage
                side={sample.side}
                pixels={pictureOf(sample, i)}
                shown={shown}
                name={words.cell(classOf(label), classOf(row.answered[at]?.[i]), right)}
              />
            </li>
          );
        })}
      </ul>
    </section>
  );
}
