/** Test images of every task, per method: which are still recognised, and what the others are taken for. */
import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { recognition, type Recognition } from '../charts/remembered';
import { UnreadNote } from '../charts/reading-switch';
import { readTitle } from '../charts/readings';
import type { RunRecord } from '../../session/record';
import type { TestSample } from '../../worker/api';
import { useAppState, useResults } from '../context';
import { lookOf } from '../looks';
import { ChartPanel } from '../parts/chart-panel';
import { MethodTag } from '../parts/method-mark';
import { PixelImage } from '../parts/pixel-image';
import { currentReading } from '../store/state';
import { type Texts, useText } from '../text';
import { pictureOf, useSample } from './sample';
import { useCellSide } from './use-cell-side';
import { methodIn } from '../names';

/** What the methods say of one task's sample. */
interface TaskRows {
  readonly task: number;
  readonly sample: TestSample;
  readonly rows: readonly Recognition[];
}

export function RememberedTab() {
  const text = useText();
  const words = text.charts.remembered;
  const record = useResults();
  const live = useAppState((state) => state.origin === 'live' && state.status !== 'loading');
  const reading = useAppState(currentReading);
  const learned = record?.methods.some((method) => method.results.length > 0) === true;
  const { state, samples, load } = useSample(record, live && learned);
  const tasks = useMemo(
    () =>
      record === null
        ? []
        : samples.map((sample, task): TaskRows => {
            return { task, sample, rows: recognition(record, task, sample.positions, sample.labels, reading) };
          }),
    [record, samples, reading],
  );
  const after = Math.max(0, ...tasks.flatMap(({ rows }) => rows.flatMap((row) => row.after)));
  const name = (task: number) => record?.stream.tasks[task]?.name ?? '';
  const shown = tasks.filter(({ rows }) => rows.some((row) => momentOf(row, after) >= 0));
  return (
    <ChartPanel
      bare
      testId="remembered-panel"
      title={readTitle(text, words.title, record, reading)}
      how={words.how}
      description={
        record === null
          ? ''
          : shown
              .flatMap(({ task, rows }) =>
                rows.map((row) => `${name(task)}, ${methodIn(text, record, row.method).name}: ${scoreAt(text, row, after)}`),
              )
              .join('; ')
      }
      table={record === null || shown.length === 0 ? null : () => tableOf(text, record, tasks)}
      empty={<Waiting learned={learned} state={state} load={load} />}
    >
      {record !== null && (
        <div className="panel-scroll remembered" tabIndex={0} role="group" aria-label={words.title}>
          {shown.map(({ task, sample, rows }) => (
            <section key={task} aria-label={name(task)} data-testid={`remembered-${task}`}>
              <h3>{words.task(task + 1, name(task))}</h3>
              {rows.map((row) => (
                <Strip key={row.method} row={row} after={after} record={record} sample={sample} />
              ))}
            </section>
          ))}
          <UnreadNote record={record} />
        </div>
      )}
    </ChartPanel>
  );
}

/** Newest answers not later than `after`. */
const momentOf = (row: Recognition, after: number) => row.after.findLastIndex((moment) => moment <= after);

function countsAt(row: Recognition, after: number): [number, number] {
  const right = row.right[momentOf(row, after)] ?? [];
  return [right.filter(Boolean).length, right.length];
}

const scoreAt = (text: Texts, row: Recognition, after: number) => {
  const words = text.charts.remembered;
  return words.right(...countsAt(row, after));
};

function tableOf(text: Texts, record: RunRecord, tasks: readonly TaskRows[]) {
  const words = text.charts.remembered;
  const names = record.stream.tasks.map(({ name }) => name);
  return {
    columns: [text.charts.method, words.of, ...names.map((name) => `${words.after} ${name}`)],
    rows: tasks.flatMap(({ task, rows }) =>
      rows.map((row) => [
        methodIn(text, record, row.method).name,
        names[task] ?? '',
        ...names.map((_, after) => (momentOf(row, after) < 0 ? text.charts.noValue : scoreAt(text, row, after))),
      ]),
    ),
  };
}

interface WaitingProps {
  readonly learned: boolean;
  readonly state: 'empty' | 'loading' | 'ready' | 'failed';
  readonly load: () => void;
}

function Waiting({ learned, state, load }: WaitingProps) {
  const words = useText().charts.remembered;
  if (!learned) return words.empty;
  if (state === 'ready') return words.none;
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
  const text = useText();
  const words = text.charts.remembered;
  const { ref, side: shown } = useCellSide(sample.labels.length);
  const thumbnails = useAppState(({ stream }) => (stream.value?.sha256 === record.stream.sha256 ? stream.value.thumbnails : null));
  const at = momentOf(row, after);
  if (at < 0) return null;
  const classOf = (column: number | undefined) => record.stream.classNames[column ?? -1] ?? text.charts.noValue;
  return (
    <div className="remembered-row" data-testid={`strip-${row.method}`}>
      <div>
        <MethodTag of={record} id={row.method} />
        <small className="dim" title={scoreAt(text, row, after)}>
          {words.share(...countsAt(row, after))}
        </small>
      </div>
      <ul
        ref={ref}
        className="strip"
        style={{ color: lookOf(record, row.method).colour }}
        aria-label={words.aria(methodIn(text, record, row.method).name)}
      >
        {sample.labels.map((label, i) => {
          const right = row.right[at]?.[i] === true;
          const column = row.answered[at]?.[i] ?? -1;
          const answer = classOf(column);
          return (
            <li key={i} data-right={right}>
              <PixelImage side={sample.side} pixels={pictureOf(sample, i)} shown={shown} name={words.cell(classOf(label), answer, right)} />
              <small aria-hidden title={answer} style={{ width: shown }}>
                {right ? '' : thumbnails !== null && column >= 0 ? <Answer of={thumbnails} column={column} name={answer} /> : answer}
              </small>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** Pixels: of the class that a picture was taken for. */
const ANSWER_SIDE = 26;

function Answer({
  of,
  column,
  name,
}: {
  readonly of: Pick<TestSample, 'side' | 'pixels'>;
  readonly column: number;
  readonly name: string;
}) {
  return <PixelImage side={of.side} pixels={pictureOf(of, column)} shown={ANSWER_SIDE} name={name} />;
}
