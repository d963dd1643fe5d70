/** DualGPM meters: how much of each layer's input space old tasks occupy. */
import { thresholdWords, methodsWithSubspaces, type MemoryState } from '../charts/subspaces';
import { useChart } from '../charts/use-chart';
import type { RunRecord } from '../../session/record';
import { memoryChart, memoryOf, siteWords } from '../figures/memory';
import { ChartPanel } from '../parts/chart-panel';
import type { TableData } from '../parts/data-table';
import { Term } from '../parts/term';
import { type Texts, useText } from '../text';
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

export function MemoryTab() {
  const text = useText();
  const words = text.charts.memory;
  const whole = useChart();
  const ids = whole === null ? [] : methodsWithSubspaces(whole.record);
  const id = useHoodMethod(ids);
  const of = whole && { ...whole, view: { ...whole.view, methods: id === null ? [] : [id] } };
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
      table={of === null || history.length === 0 ? null : tableOf(text, of.record, history)}
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
