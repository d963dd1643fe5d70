/** What updates did to old tasks: old against new for every method, by task, by layer; drift, and angles of subspaces. */
import { Select } from '@mantine/core';
import type { RunRecord } from '../../session/record';
import { driftNow, ratioWords, sharesByMap, sharesByPair, sharesOverall, weightDriftNow, type Shares } from '../charts/interference';
import { movedNow } from '../charts/means';
import { anglePairs } from '../charts/subspaces';
import { useChart } from '../charts/use-chart';
import { useApp, useAppState } from '../context';
import type { Chart, ChartProps } from '../figures/chart';
import { interferenceChart, sayInterference } from '../figures/interference-bars';
import { angledMethods, anglesChart, driftChart, mapsChart, measuredMethods, pairsChart } from '../figures/interference-grids';
import { meansChart } from '../figures/means';
import { share } from '../format';
import { ChartPanel } from '../parts/chart-panel';
import type { TableData } from '../parts/data-table';
import type { InterferenceView } from '../store/state';
import { type Texts, useText } from '../text';
import { HoodMethodSelect, useHoodMethod } from './hood-method';
import { methodIn } from '../names';

interface View {
  readonly chart: Chart;
  /** Methods that it can show, one at a time; empty where it shows all of them or has nothing to show. */
  readonly ids: (of: ChartProps) => readonly string[];
  readonly table: (text: Texts, of: ChartProps) => TableData;
}

const percent = (text: Texts, value: number | null): string => (value === null ? text.charts.noValue : share(value));
const cells = (text: Texts, { old, fresh, random, ratio }: Shares): string[] => [
  ...[percent(text, old), percent(text, fresh), percent(text, random)],
  ratio === null ? text.charts.noValue : ratioWords(ratio),
];
const sharesOf = ({ charts }: Texts): string[] => {
  const { old, fresh, random, ratio } = charts.interference.columns;
  return [old, fresh, random, ratio];
};

const rowsOf = (text: Texts, record: RunRecord, rows: (run: RunRecord['methods'][number]) => readonly (readonly string[])[]) =>
  record.methods.flatMap((run) => rows(run).map((row) => [methodIn(text, record, run.id).name, ...row]));
const taskName = (record: RunRecord, task: number): string => record.stream.tasks[task]?.name ?? '';

const VIEWS: Readonly<Record<InterferenceView, View>> = {
  methods: {
    chart: interferenceChart,
    ids: () => [],
    table: (text, { record }) => ({
      columns: [text.charts.method, ...sharesOf(text), text.charts.interference.tab],
      rows: record.methods.map((run) => {
        const shares = sharesOverall(run) ?? { old: null, fresh: null, random: null, ratio: null };
        return [methodIn(text, record, run.id).name, ...cells(text, shares), sayInterference(text, record, run)];
      }),
    }),
  },
  pairs: {
    chart: pairsChart,
    ids: measuredMethods,
    table: (text, { record }) => ({
      columns: [text.charts.method, text.charts.interference.update, text.charts.interference.oldTask, ...sharesOf(text)],
      rows: rowsOf(text, record, (run) =>
        sharesByPair(run).map((pair) => [taskName(record, pair.task), taskName(record, pair.oldTask), ...cells(text, pair)]),
      ),
    }),
  },
  maps: {
    chart: mapsChart,
    ids: measuredMethods,
    table: (text, { record }) => ({
      columns: [
        text.charts.method,
        text.charts.interference.maps.columns.block,
        text.charts.interference.maps.columns.map,
        ...sharesOf(text),
      ],
      rows: rowsOf(text, record, (run) => sharesByMap(run).map((map) => [String(map.block + 1), map.target, ...cells(text, map)])),
    }),
  },
  drift: {
    chart: driftChart,
    ids: () => [],
    table: (text, { record }) => ({
      columns: [text.charts.method, text.charts.interference.drift.columns.what, text.charts.interference.drift.columns.drift],
      rows: rowsOf(text, record, (run) => [
        ...driftNow(run).map((value, old) => [`${text.charts.interference.drift.features}, ${taskName(record, old)}`, share(value)]),
        ...weightDriftNow(run).map((value, i) => [
          `${text.charts.interference.drift.weights}, ${text.charts.interference.drift.block(i + 1)}`,
          share(value),
        ]),
      ]),
    }),
  },
  means: {
    chart: meansChart,
    ids: () => [],
    table: (text, { record }) => ({
      columns: [text.charts.method, text.charts.interference.means.columns.what, text.charts.interference.means.columns.value],
      rows: rowsOf(text, record, (run) => {
        const shares = run.results.at(-1)?.means;
        const { facts } = text.charts.interference.means;
        return [
          ...(shares
            ? [
                [facts.fixed, share(shares.fixed)],
                [facts.now, share(shares.now)],
              ]
            : []),
          ...movedNow(run, record).map((moved, old) => [facts.moved(taskName(record, old)), percent(text, moved)]),
        ];
      }),
    }),
  },
  angles: {
    chart: anglesChart,
    ids: angledMethods,
    table: (text, { record }) => ({
      columns: [
        text.charts.method,
        text.charts.interference.update,
        text.charts.interference.oldTask,
        text.charts.interference.angles.columns.mean,
        text.charts.interference.angles.columns.smallest,
      ],
      rows: rowsOf(text, record, ({ id }) =>
        anglePairs(record, id).map((pair) => [
          ...[taskName(record, pair.task), taskName(record, pair.old)],
          ...[pair.mean.toFixed(1), pair.smallest.toFixed(1)],
        ]),
      ),
    }),
  },
};

export function InterferenceTab() {
  const text = useText();
  const words = text.charts.interference;
  const view = useAppState((state) => state.view.interference);
  const { view: actions } = useApp();
  const whole = useChart();
  const { chart, ids: idsOf, table } = VIEWS[view];
  const ids = whole === null ? [] : idsOf(whole);
  const id = useHoodMethod(ids);
  const of = whole && { ...whole, view: { ...whole.view, methods: id === null ? null : [id] } };
  const nothing = of === null ? words.empty : chart.empty(of);
  return (
    <ChartPanel
      bare
      className={view === 'means' ? 'tall' : ''}
      testId={`interference-${view}-panel`}
      title={of === null ? words[view].title : chart.title(of)}
      how={words[view].how}
      description={
        of !== null && view === 'methods'
          ? of.record.methods
              .map((run) => words.said(methodIn(text, of.record, run.id).name, sayInterference(text, of.record, run)))
              .join('. ')
          : words[view].aria
      }
      table={of !== null && nothing === null ? () => table(text, of) : null}
      drawing={of && { chart, of }}
      empty={nothing}
      tools={
        <>
          <HoodMethodSelect of={of?.record ?? null} ids={ids} />
          <Select
            size="xs"
            w={164}
            aria-label={words.view}
            data={VIEW_IDS.map((value) => ({ value, label: words.views[value] }))}
            value={view}
            allowDeselect={false}
            onChange={(value) => actions.set({ interference: VIEW_IDS.find((each) => each === value) ?? view })}
            data-testid="interference-view"
          />
        </>
      }
    />
  );
}

const VIEW_IDS = Object.keys(VIEWS) as readonly InterferenceView[];
