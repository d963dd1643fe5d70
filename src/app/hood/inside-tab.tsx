/** Inside a method while it learns a task: four stops, each with its picture; a live run can pause at each. */
import { Button, SegmentedControl, Switch } from '@mantine/core';
import type { RunRecord } from '../../session/record';
import { lookedInto, STOPS, type Stop } from '../charts/inside';
import { useChart } from '../charts/use-chart';
import { useApp, useAppState } from '../context';
import { insideChart, insideOf } from '../figures/inside';
import { share } from '../format';
import { ChartPanel } from '../parts/chart-panel';
import type { TableData } from '../parts/data-table';
import { useText, type Texts } from '../text';
import { HoodMethodSelect, useHoodMethod } from './hood-method';

/** Every task and stop, not only the one on the picture. */
function tableOf({ charts }: Texts, record: RunRecord, id: string): TableData {
  const { columns, facts, stops } = charts.inside;
  const percent = (value: number | null | undefined) => (value == null ? charts.noValue : share(value));
  const looks = record.methods.find((run) => run.id === id)?.inside ?? [];
  return {
    columns: [columns.task, columns.stop, columns.what, columns.old, columns.fresh, columns.random],
    rows: looks.flatMap(({ task, gather, design, train, consolidate }) => {
      const row = (stop: Stop, what: string, ...values: string[]) => [
        record.stream.tasks[task]?.name ?? '',
        ...[stops[stop], what],
        ...Array.from({ length: 3 }, (_, i) => values[i] ?? charts.noValue),
      ];
      return [
        ...(gather ? [row('gather', facts.plane, percent(gather.old?.share), percent(gather.fresh.share))] : []),
        ...(design
          ? (['memory', 'b'] as const).map((of) =>
              row('design', facts[of], percent(design.energy.old?.[of]), percent(design.energy.fresh[of])),
            )
          : []),
        ...(train
          ? [
              row(
                'train',
                facts.loudness,
                ...[train.loudness.old, train.loudness.fresh, train.loudness.random].map((of) => percent(of?.median)),
              ),
              row('train', facts.size, charts.noValue, percent(train.size)),
            ]
          : []),
        ...(consolidate ? [row('consolidate', facts.held, `${consolidate.before} / ${consolidate.after}, ${consolidate.of}`)] : []),
      ];
    }),
  };
}

export function InsideTab() {
  const texts = useText();
  const words = texts.charts.inside;
  const { view } = useApp();
  const asked = useAppState((state) => state.view.stop);
  const whole = useChart();
  const ids = whole === null ? [] : lookedInto(whole.record);
  const id = useHoodMethod(ids);
  const of = whole && { ...whole, view: { ...whole.view, methods: id === null ? null : [id], stop: asked } };
  const shown = of && insideOf(of);
  return (
    <ChartPanel
      bare
      className="tall"
      testId="inside-panel"
      title={of === null ? words.title : insideChart.title(of)}
      how={words.how}
      description={shown ? words.aria[shown.stop] : ''}
      table={of === null || !shown ? null : () => tableOf(texts, of.record, shown.id)}
      drawing={of && { chart: insideChart, of }}
      empty={of === null || of.record.experiment.inside === undefined ? <Ask /> : insideChart.empty(of)}
      tools={
        shown && (
          <>
            <HoodMethodSelect of={of.record} ids={ids} />
            <SegmentedControl
              size="xs"
              aria-label={words.stop}
              data={STOPS.map((value) => ({ value, label: words.stops[value] }))}
              value={shown.stop}
              onChange={(value) => view.set({ stop: STOPS.find((stop) => stop === value) ?? null })}
              data-testid="inside-stop"
            />
          </>
        )
      }
    >
      <Halts />
    </ChartPanel>
  );
}

/** What only a run that computes can do. */
function Halts() {
  const words = useText().charts.inside;
  const { view } = useApp();
  const halts = useAppState((state) => state.view.halts);
  const going = useAppState((state) => state.status === 'running' || state.status === 'paused');
  if (!going) return null;
  return (
    <Switch
      size="xs"
      label={words.halt}
      checked={halts}
      // The newest stop is the one that it pauses at.
      onChange={(event) => view.set({ halts: event.currentTarget.checked, ...(event.currentTarget.checked && { stop: null }) })}
      data-testid="inside-halts"
    />
  );
}

function Ask() {
  const words = useText().charts.inside;
  const { setup, store, view } = useApp();
  const asked = useAppState((state) => state.experiment.inside !== undefined);
  const ask = () => {
    const { experiment } = store.getState();
    setup.replace({ ...experiment, inside: { block: 0, map: 'v' } });
    view.set({ halts: true, stop: null });
  };
  return (
    <div className="panel-ask">
      <p>{asked ? words.asked : words.off}</p>
      {!asked && (
        <Button size="xs" variant="default" onClick={ask} data-testid="inside-ask">
          {words.ask}
        </Button>
      )}
    </div>
  );
}
