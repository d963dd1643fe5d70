/** What a method holds of the past: DualGPM's meters, or what else it knows of itself. */
import { knownNow, type KnownNow } from '../charts/known';
import { methodsWithSubspaces, thresholdWords, type MemoryState } from '../charts/subspaces';
import { useChart } from '../charts/use-chart';
import type { RunRecord } from '../../session/record';
import type { ChartProps } from '../figures/chart';
import { knownGrid } from '../figures/known';
import { memoryChart, memoryOf, methodsWithMemory, siteWords } from '../figures/memory';
import { ChartPanel } from '../parts/chart-panel';
import type { TableData } from '../parts/data-table';
import { Term } from '../parts/term';
import { type Texts, useText } from '../text';
import { Exemplars } from './exemplars';
import { HoodMethodSelect, useHoodMethod } from './hood-method';

/** Every task, not only the one on the picture. */
function tableOf(text: Texts, record: RunRecord, history: readonly MemoryState[]): TableData {
  const words = text.charts.memory;
  const { task, threshold, site, used, of, stored, type, rank } = words.columns;
  return {
    columns: [task, threshold, site, used, of, stored, type, rank],
    rows: history.flatMap((state) =>
      state.sites.map((meter) => [
        record.stream.tasks[state.task]?.name ?? '',
        thresholdWords(state.threshold),
        siteWords(text, state.sites, meter),
        ...[meter.occupied, meter.of, meter.stored, words[meter.type], meter.freeRank],
      ]),
    ),
  };
}

function KnownPanel({
  of,
  id,
  now,
  ids,
}: {
  readonly of: ChartProps;
  readonly id: string;
  readonly now: KnownNow;
  readonly ids: readonly string[];
}) {
  const text = useText();
  const { known: words } = text.charts.memory;
  const part = knownGrid(of, { id, ...now });
  const rows = part?.grid.rows.map((row, i) => [row, ...part.grid.cells.filter((cell) => cell.row === i).map((cell) => cell.words)]) ?? [];
  const counts = now.known.values.map((places, task) => [of.record.stream.tasks[task]?.name ?? '', places.length]);
  const table = part
    ? { columns: [words.row, ...part.grid.columns], rows }
    : { columns: [text.charts.memory.columns.task, text.charts.memory.columns.stored], rows: counts };
  return (
    <ChartPanel
      bare
      className="tall"
      testId="memory-panel"
      title={memoryChart.title(of)}
      how={words.hows[now.kind]}
      description={table.rows.map((row) => row.join(' ')).join('; ')}
      table={() => table}
      drawing={part && { chart: memoryChart, of }}
      empty={null}
      tools={<HoodMethodSelect of={of.record} ids={ids} />}
    >
      {now.kind === 'exemplars' && <Exemplars key={id} record={of.record} id={id} known={now.known} />}
    </ChartPanel>
  );
}

export function MemoryTab() {
  const text = useText();
  const words = text.charts.memory;
  const whole = useChart();
  const ids = whole === null ? [] : methodsWithMemory(whole.record);
  const id = useHoodMethod(ids);
  const of = whole && { ...whole, view: { ...whole.view, methods: id === null ? [] : [id] } };
  const now = of && id !== null && !methodsWithSubspaces(of.record).includes(id) ? knownNow(of.record, id) : null;
  if (of && id !== null && now) return <KnownPanel {...{ of, id, now, ids }} />;
  const history = (of && memoryOf(of)?.history) ?? [];
  const state = history.at(-1);
  return (
    <ChartPanel
      bare
      testId="memory-panel"
      title={words.title}
      how={words.how}
      description={
        state?.sites
          .map((meter) => `${siteWords(text, state.sites, meter)}: ${words.used(meter.occupied, meter.of)}, ${words[meter.type]}`)
          .join('; ') ?? ''
      }
      table={of === null || history.length === 0 ? null : () => tableOf(text, of.record, history)}
      drawing={of && { chart: memoryChart, of }}
      empty={of === null ? words.empty : memoryChart.empty(of)}
      tools={<HoodMethodSelect of={of?.record ?? null} ids={ids} />}
    >
      <div className="chart-note">
        <Term id="directions" /> · <Term id="remove">{words.remove}</Term> / <Term id="retain">{words.retain}</Term>
      </div>
    </ChartPanel>
  );
}
