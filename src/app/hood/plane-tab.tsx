/** Was it the step size? Learned against kept, a dot for each method and for each rate that was searched. */
import { useEffect } from 'react';
import type { RunRecord } from '../../session/record';
import { sweptStream, type PlanePoint, type SearchedRate } from '../charts/plane';
import { useChart } from '../charts/use-chart';
import { useApp, useAppState } from '../context';
import { planeChart, planeOf, sayPoint, type Rates } from '../figures/plane';
import { percent, small } from '../format';
import { ChartPanel } from '../parts/chart-panel';
import type { TableData } from '../parts/data-table';
import { type Texts, useText } from '../text';
import { methodIn } from '../names';

function tableOf(text: Texts, record: RunRecord, points: readonly PlanePoint[], rates: Rates): TableData {
  const words = text.charts.plane;
  const { rate, learned, kept, final } = words.columns;
  const row = (id: string, at: string, point: PlanePoint | SearchedRate) => [
    methodIn(text, record, id).name,
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
  const text = useText();
  const words = text.charts.plane;
  const of = useChart();
  const listed = useAppState((state) => state.catalogue?.rates);
  const { records } = useApp();
  const stream = of === null ? null : sweptStream(of.record);
  useEffect(() => {
    if (stream !== null && listed !== undefined) void records.ensureRates(stream);
  }, [stream, listed, records]);
  const { points, rates } = of === null ? { points: [], rates: new Map() as Rates } : planeOf(of);
  return (
    <ChartPanel
      bare
      testId="plane-panel"
      title={of === null ? words.title : planeChart.title(of)}
      how={words.how}
      description={of === null ? '' : points.map((point) => sayPoint(text, methodIn(text, of.record, point.method).name, point)).join('; ')}
      table={of === null || points.length === 0 ? null : () => tableOf(text, of.record, points, rates)}
      tools={
        of?.view.rates &&
        [...rates.values()].some((each) => each.length > 0) && (
          <span className="tool-label" title={words.sweep(of.view.rates.seed)}>
            {words.searched}
          </span>
        )
      }
      drawing={of && { chart: planeChart, of }}
      empty={of === null ? words.empty : planeChart.empty(of)}
    />
  );
}
