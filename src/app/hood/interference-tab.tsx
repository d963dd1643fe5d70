/** What updates did to old tasks: old against new for every method, by task, by layer; drift, and angles of subspaces. */
import { Select } from '@mantine/core';
import type { ReactNode } from 'react';
import type { RunRecord } from '../../session/record';
import { driftNow, ratioWords, sharesByMap, sharesByPair, sharesOverall, weightDriftNow, type Shares } from '../charts/interference';
import { ownAlone } from '../charts/readings';
import { anglePairs, methodsWithSubspaces } from '../charts/subspaces';
import { useApp, useAppState } from '../context';
import { share } from '../format';
import { wordsOf } from '../methods';
import { ChartPanel } from '../parts/chart-panel';
import type { TableData } from '../parts/data-table';
import type { InterferenceView } from '../store/state';
import { text } from '../text';
import { HoodMethodSelect, useHoodMethod } from './hood-method';
import { InterferenceBars, sayInterference } from './interference-bars';
import { anglesGrid, driftGrids, GridChart, mapsGrid, pairsGrid } from './interference-maps';

const words = text.charts.interference;
const { columns } = words;

interface View {
  /** Methods that it can show, one at a time; empty where it shows all of them or has nothing to show. */
  readonly ids: (record: RunRecord) => readonly string[];
  readonly table: (record: RunRecord) => TableData;
  readonly empty: (record: RunRecord) => string;
  readonly draw: (record: RunRecord, id: string) => ReactNode;
}

const percent = (value: number | null): string => (value === null ? text.charts.noValue : share(value));
const cells = ({ old, fresh, random, ratio }: Shares): string[] => [
  ...[percent(old), percent(fresh), percent(random)],
  ratio === null ? text.charts.noValue : ratioWords(ratio),
];
const SHARES = [columns.old, columns.fresh, columns.random, columns.ratio];

const measured = (record: RunRecord): string[] => record.methods.filter((run) => sharesOverall(run) !== null).map(({ id }) => id);
/** Of every method, why there is nothing. */
const reasons = (record: RunRecord): string =>
  record.methods.map((run) => `${wordsOf(record, run.id).short}: ${sayInterference(record, run)}`).join('. ');
const drifted = (record: RunRecord): string[] =>
  record.methods.filter((run) => driftNow(run).length > 0 || weightDriftNow(run).length > 0).map(({ id }) => id);
const rowsOf = (record: RunRecord, rows: (run: RunRecord['methods'][number]) => readonly (readonly string[])[]) =>
  record.methods.flatMap((run) => rows(run).map((row) => [wordsOf(record, run.id).name, ...row]));
const taskName = (record: RunRecord, task: number): string => record.stream.tasks[task]?.name ?? '';

const VIEWS: Readonly<Record<InterferenceView, View>> = {
  methods: {
    ids: () => [],
    table: (record) => ({
      columns: [text.charts.method, ...SHARES, words.tab],
      rows: record.methods.map((run) => {
        const shares = sharesOverall(run) ?? { old: null, fresh: null, random: null, ratio: null };
        return [wordsOf(record, run.id).name, ...cells(shares), sayInterference(record, run)];
      }),
    }),
    empty: () => words.empty,
    draw: (record) => <InterferenceBars record={record} />,
  },
  pairs: {
    ids: measured,
    table: (record) => ({
      columns: [text.charts.method, words.update, words.oldTask, ...SHARES],
      rows: rowsOf(record, (run) =>
        sharesByPair(run).map((pair) => [taskName(record, pair.task), taskName(record, pair.oldTask), ...cells(pair)]),
      ),
    }),
    empty: reasons,
    draw: (record, id) => <GridChart grid={pairsGrid(record, id)} unit={words.pairs.unit} label={words.pairs.aria} />,
  },
  maps: {
    ids: measured,
    table: (record) => ({
      columns: [text.charts.method, words.maps.columns.block, words.maps.columns.map, ...SHARES],
      rows: rowsOf(record, (run) => sharesByMap(run).map((map) => [String(map.block + 1), map.target, ...cells(map)])),
    }),
    empty: reasons,
    draw: (record, id) => <GridChart grid={mapsGrid(record, id)} unit={words.maps.unit} label={words.maps.aria} />,
  },
  drift: {
    ids: () => [],
    table: (record) => ({
      columns: [text.charts.method, words.drift.columns.what, words.drift.columns.drift],
      rows: rowsOf(record, (run) => [
        ...driftNow(run).map((value, old) => [`${words.drift.features}, ${taskName(record, old)}`, share(value)]),
        ...weightDriftNow(run).map((value, i) => [`${words.drift.weights}, ${words.drift.block(i + 1)}`, share(value)]),
      ]),
    }),
    empty: (record) =>
      ownAlone(record) && record.methods.some(({ results }) => results.length > 1) ? words.drift.notThen : words.drift.empty,
    draw: (record) => <Drift record={record} />,
  },
  angles: {
    ids: (record) => methodsWithSubspaces(record).filter((id) => anglePairs(record, id).length > 0),
    table: (record) => ({
      columns: [text.charts.method, words.update, words.oldTask, words.angles.columns.mean, words.angles.columns.smallest],
      rows: rowsOf(record, ({ id }) =>
        anglePairs(record, id).map((pair) => [
          ...[taskName(record, pair.task), taskName(record, pair.old)],
          ...[pair.mean.toFixed(1), pair.smallest.toFixed(1)],
        ]),
      ),
    }),
    empty: (record) => (methodsWithSubspaces(record).length > 0 ? words.empty : words.noSubspaces),
    draw: (record, id) => <GridChart grid={anglesGrid(record, id)} unit={words.angles.unit} label={words.angles.aria} />,
  },
};

/** Whether the view has anything to show of this record. */
function filled(view: InterferenceView, record: RunRecord): boolean {
  if (view === 'methods') return record.methods.some(({ results }) => results.length > 0);
  return (view === 'drift' ? drifted(record) : VIEWS[view].ids(record)).length > 0;
}

export function InterferenceTab() {
  const view = useAppState((state) => state.view.interference);
  const record = useAppState((state) => state.results);
  const { view: actions } = useApp();
  const { ids: idsOf, table, empty, draw } = VIEWS[view];
  const ids = record === null ? [] : idsOf(record);
  const id = useHoodMethod(ids);
  const shown = record !== null && filled(view, record);
  const named = record !== null && id !== null ? `, ${wordsOf(record, id).short}` : '';
  return (
    <ChartPanel
      bare
      testId={`interference-${view}-panel`}
      title={`${words[view].title}${named}`}
      how={words[view].how}
      description={
        record !== null && view === 'methods'
          ? record.methods.map((run) => words.said(wordsOf(record, run.id).name, sayInterference(record, run))).join('. ')
          : words[view].aria
      }
      table={shown ? table(record) : null}
      empty={record === null ? words.empty : empty(record)}
      tools={
        <>
          <HoodMethodSelect of={record} ids={ids} />
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
    >
      {shown && (
        <div className="panel-scroll" tabIndex={0} role="group" aria-label={words[view].aria}>
          {draw(record, id ?? '')}
        </div>
      )}
    </ChartPanel>
  );
}

const VIEW_IDS = Object.keys(VIEWS) as readonly InterferenceView[];

function Drift({ record }: { readonly record: RunRecord }) {
  const { features, weights } = driftGrids(record);
  return (
    <>
      <GridChart low grid={features} unit={words.drift.featuresUnit} label={`${words.drift.aria}: ${words.drift.features}`} />
      {weights.columns.length > 0 && (
        <GridChart low grid={weights} unit={words.drift.weightsUnit} label={`${words.drift.aria}: ${words.drift.weights}`} />
      )}
    </>
  );
}
