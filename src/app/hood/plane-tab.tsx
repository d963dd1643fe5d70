/** Was it the step size? Learned against kept, a dot for each method and for each rate that was searched. */
import { useElementSize } from '@mantine/hooks';
import { useEffect, useMemo } from 'react';
import type { RunRecord } from '../../session/record';
import { planePoints, searchedRates, sweptStream, type PlanePoint, type SearchedRate } from '../charts/plane';
import { UnreadNote } from '../charts/reading-switch';
import { isAgain, readTitle } from '../charts/readings';
import { useApp, useAppState } from '../context';
import { percent, small } from '../format';
import { wordsOf } from '../methods';
import { ChartPanel } from '../parts/chart-panel';
import type { TableData } from '../parts/data-table';
import { currentReading } from '../store/state';
import { text } from '../text';
import { PlaneDrawing, sayPoint } from './plane-drawing';

const words = text.charts.plane;

type Rates = ReadonlyMap<string, readonly SearchedRate[]>;

function tableOf(record: RunRecord, points: readonly PlanePoint[], rates: Rates): TableData {
  const { rate, learned, kept, final } = words.columns;
  const row = (id: string, at: string, point: PlanePoint | SearchedRate) => [
    wordsOf(record, id).name,
    at,
    ...[point.learned, point.kept, point.final].map((value) => percent(value)),
  ];
  return {
    columns: [text.charts.method, rate, learned, kept, final],
    rows: [
      ...points.map((point) => row(point.method, words.ofRun, point)),
      ...[...rates].flatMap(([id, each]) => each.map((point) => row(id, small(point.learningRate), point))),
    ],
  };
}

export function PlaneTab() {
  const record = useAppState((state) => state.results);
  const kind = useAppState((state) => state.view.accuracy);
  const reading = useAppState(currentReading);
  const sweep = useAppState((state) => state.rates.value);
  const listed = useAppState((state) => state.catalogue?.rates);
  const { records } = useApp();
  const stream = record === null ? null : sweptStream(record);
  useEffect(() => {
    if (stream !== null && listed !== undefined) void records.ensureRates(stream);
  }, [stream, listed, records]);
  const points = useMemo(() => (record === null ? [] : planePoints(record, kind, reading)), [record, kind, reading]);
  const rates: Rates = useMemo(
    // They were measured among all classes.
    () => (record === null || kind === 'taskAware' ? new Map() : searchedRates(record, sweep, reading)),
    [record, kind, sweep, reading],
  );
  const { ref, width, height } = useElementSize();
  return (
    <ChartPanel
      bare
      testId="plane-panel"
      title={readTitle(words.title, record, reading)}
      how={words.how}
      description={record === null ? '' : points.map((point) => sayPoint(wordsOf(record, point.method).name, point)).join('; ')}
      table={record === null || points.length === 0 ? null : tableOf(record, points, rates)}
      tools={
        sweep !== null &&
        [...rates.values()].some((each) => each.length > 0) && (
          <span className="tool-label" title={words.sweep(sweep.seed)}>
            {words.searched}
          </span>
        )
      }
      empty={isAgain(reading) ? words.emptyAgain : words.empty}
    >
      {record !== null && (
        <div className="chart-column">
          <div className="chart-canvas" ref={ref}>
            {width > 0 && height > 0 && <PlaneDrawing record={record} points={points} rates={rates} width={width} height={height} />}
          </div>
          <UnreadNote record={record} />
        </div>
      )}
    </ChartPanel>
  );
}
