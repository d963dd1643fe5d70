/** Two or more kept runs beside each other: lines over lines, a matrix of differences, a table. */
import { Select, useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { OWN } from '../../session/read-by';
import type { RunRecord } from '../../session/record';
import { readingChoices, readingName, readingOn } from '../charts/readings';
import { useApp, useAppState } from '../context';
import { clock, percent, points } from '../format';
import { HeatMap } from '../figures/heat-map';
import type { Lineup } from '../looks';
import { DataTable, type TableData } from '../parts/data-table';
import type { KeptRun } from '../store/kept-run';
import { groupsOf, nameOfRun } from '../store/run-words';
import { type Texts, useText } from '../text';
import { differenceOf, letterOf, metricsOf, seriesOf, type Series, type Spread } from './compare';
import { OverlayChart } from './overlay-chart';

interface Loaded {
  readonly letter: string;
  readonly name: string;
  readonly runs: readonly KeptRun[];
  readonly records: readonly RunRecord[];
}

/** The chosen runs, seeds of one experiment as one, the reference first. */
function useCompared(): readonly Loaded[] | null {
  const text = useText();
  const list = useAppState((state) => state.runs.list);
  const compared = useAppState((state) => state.runs.compared);
  const { runs } = useApp();
  const [loaded, setLoaded] = useState<readonly Loaded[] | null>(null);
  useEffect(() => {
    let late = false;
    const chosen = list
      .filter(({ id }) => compared.includes(id))
      .sort((a, b) => Number(b.reference) - Number(a.reference) || a.order - b.order);
    const load = async (): Promise<Loaded[]> => {
      const groups = groupsOf(chosen);
      return Promise.all(
        groups.map(async ({ runs: members }, i) => {
          const records = await Promise.all(members.map(({ id }) => runs.record(id)));
          const [first] = members;
          return {
            letter: letterOf(i),
            name: first === undefined ? '' : nameOfRun(text, first),
            runs: members,
            records: records.filter((record) => record !== null),
          };
        }),
      );
    };
    void load().then((value) => {
      if (!late) setLoaded(value);
    });
    return () => {
      late = true;
    };
  }, [text, list, compared, runs]);
  return loaded;
}

export default function CompareView() {
  const text = useText();
  const words = text.runs.compare;
  const loaded = useCompared();
  const wanted = useAppState((state) => state.view.reading);
  const { view } = useApp();
  const all = { methods: (loaded ?? []).flatMap(({ records }) => records.flatMap(({ methods }) => methods)) };
  const readings = readingChoices(all);
  const asked = loaded?.[0]?.records[0]?.experiment.readBy;
  const reading = readingOn(all, wanted ?? asked ?? OWN);
  const series = seriesOf(text, loaded ?? [], reading).filter(({ matrices }) => matrices.some(({ length }) => length > 0));
  if (loaded === null) return <p className="dim">{words.loading}</p>;
  const tasks = Math.max(0, ...loaded.flatMap(({ records }) => records.map(({ stream }) => stream.tasks.length)));
  const names = loaded[0]?.records[0]?.stream.tasks.map(({ name }) => name) ?? [];
  const streams = new Set(loaded.flatMap(({ records }) => records.map(({ stream }) => stream.sha256)));
  const of: Lineup = { methods: series.map(({ key, label }) => ({ id: key, title: label })) };
  return (
    <div className="compare" data-testid="compare">
      <ul className="compare-runs">
        {loaded.map(({ letter, name, runs }) => (
          <li key={letter}>
            <strong>{letter}</strong> {name}
            {runs.length > 1 && <small>{words.seeds(runs.length, runs.map(({ experiment }) => experiment.seed).join(', '))}</small>}
          </li>
        ))}
      </ul>
      {streams.size > 1 && <p className="dim">{words.otherImages}</p>}
      {readings.length > 1 && (
        <Select
          size="xs"
          w={220}
          label={words.readBy}
          data={readings.map((id) => ({ value: id, label: readingName(text, id) }))}
          value={reading}
          allowDeselect={false}
          onChange={(value) => view.set({ reading: value })}
        />
      )}
      <h3>{words.overlay}</h3>
      <Sized height={260}>{(width, height) => <OverlayChart {...{ series, of, tasks, width, height }} />}</Sized>
      <p className="chart-note">{series.some(({ seeds }) => seeds > 1) ? words.unitBand : words.unit}</p>
      {series.length > 1 && <Difference series={series} tasks={tasks} names={names} />}
      <h3>{words.table}</h3>
      <div className="panel-scroll" tabIndex={0} role="group" aria-label={words.table}>
        <DataTable table={tableOf(text, series)} caption={words.table} />
      </div>
    </div>
  );
}

function Sized({ height, children }: { readonly height: number; readonly children: (width: number, height: number) => React.ReactNode }) {
  const { ref, width } = useElementSize();
  return (
    <div ref={ref} style={{ height }}>
      {width > 0 && children(width, height)}
    </div>
  );
}

interface DifferenceProps {
  readonly series: readonly Series[];
  readonly tasks: number;
  readonly names: readonly string[];
}

function Difference({ series, tasks, names }: DifferenceProps) {
  const words = useText().runs.compare;
  const scheme = useComputedColorScheme('light');
  const [chosen, choose] = useState<readonly [string | null, string | null]>([null, null]);
  const find = (key: string | null) => series.find((each) => each.key === key);
  const [first] = series;
  const less = find(chosen[1]) ?? first;
  // The same method elsewhere tells most.
  const method = less?.key.split(' ').slice(1).join(' ');
  const of =
    find(chosen[0]) ?? series.find(({ key }) => key !== less?.key && key.endsWith(` ${method}`)) ?? series.find((each) => each !== less);
  if (less === undefined || of === undefined) return null;
  const cells = differenceOf(of, less, tasks);
  const most = Math.max(0.01, ...cells.flat().map((value) => Math.abs(value ?? 0)));
  const data = series.map(({ key, label }) => ({ value: key, label }));
  const rows = Array.from({ length: tasks }, (_, i) => names[i] ?? String(i + 1));
  return (
    <>
      <h3>{words.difference}</h3>
      <div className="compare-choice">
        <Select
          size="xs"
          label={words.of}
          data={data}
          value={of.key}
          allowDeselect={false}
          onChange={(value) => choose([value, less.key])}
        />
        <span aria-hidden>−</span>
        <Select
          size="xs"
          label={words.less}
          data={data}
          value={less.key}
          allowDeselect={false}
          onChange={(value) => choose([of.key, value])}
        />
      </div>
      <Sized height={28 + 34 * tasks}>
        {(width, height) => (
          <svg width={width} height={height}>
            <HeatMap
              rows={rows}
              columns={rows}
              {...{ width: Math.min(width, 640), height, scheme, y: 0, rowLabels: true }}
              label={words.differenceAria(of.label, less.label)}
              cells={cells.flatMap((row, after) =>
                row.map((value, on) => ({
                  row: after,
                  column: on,
                  share: value === null ? null : 0.5 + value / (2 * most),
                  words: value === null ? '' : points(value),
                  title: value === null ? '' : words.cell(points(value), rows[on] ?? '', rows[after] ?? ''),
                  framed: after === on,
                })),
              )}
            />
          </svg>
        )}
      </Sized>
      <p className="chart-note">{words.differenceUnit}</p>
    </>
  );
}

function tableOf(text: Texts, series: readonly Series[]): TableData {
  const words = text.runs.compare;
  const write = (spread: Spread | null, as: (value: number) => string) =>
    spread === null ? text.charts.noValue : spread.deviation === null ? as(spread.mean) : `${as(spread.mean)} ± ${as(spread.deviation)}`;
  return {
    columns: [words.series, words.count, words.final, words.averaged, words.forgetting, words.known, words.time],
    rows: series.map((each) => {
      const { final, averaged, forgetting, known, seconds } = metricsOf(each);
      return [
        each.label,
        each.seeds,
        write(final, percent),
        write(averaged, percent),
        write(forgetting, percent),
        write(known, percent),
        write(seconds, clock),
      ];
    }),
  };
}
