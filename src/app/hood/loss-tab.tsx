/** Training loss over the run, one line per method. */
import { useChart } from '../charts/use-chart';
import { useAppState } from '../context';
import { lossChart, trainedSeries } from '../figures/loss';
import { ChartPanel } from '../parts/chart-panel';
import { useText } from '../text';
import { methodIn } from '../names';

export function LossTab() {
  const text = useText();
  const words = text.charts.loss;
  const of = useChart(
    {},
    useAppState((state) => state.record),
  );
  const series = of === null ? [] : trainedSeries(of);
  const name = (id: string) => (of === null ? '' : methodIn(text, of.record, id).name);
  const tasks = of?.record.stream.tasks ?? [];
  return (
    <ChartPanel
      bare
      testId="loss-panel"
      title={words.title}
      how={words.how}
      description={series.map((entry) => `${name(entry.method)}: ${entry.points.at(-1)?.loss.toFixed(3) ?? ''}`).join(', ')}
      table={
        series.length === 0
          ? null
          : () => ({
              columns: [text.charts.method, text.charts.task, words.title],
              rows: series.flatMap((entry) =>
                entry.points.map(({ x, loss }) => [
                  name(entry.method),
                  tasks[Math.min(tasks.length - 1, Math.floor(x))]?.name ?? '',
                  loss.toFixed(4),
                ]),
              ),
            })
      }
      drawing={of && { chart: lossChart, of }}
      empty={words.empty}
    />
  );
}
