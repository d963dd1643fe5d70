/** One chart of a recorded run in a frame on another page. */
import { useEffect } from 'react';
import { AccuracyPanel } from '../charts/accuracy-panel';
import { HeadlinesPanel } from '../charts/headlines-panel';
import { MatrixPanel } from '../charts/matrix-panel';
import { TaskStrip } from '../charts/task-strip';
import { useApp } from '../context';
import { HoodPanel, isTab } from '../hood/hood-panel';
import { Catch } from '../parts/catch';
import { useText } from '../text';
import { useRunningWords } from '../run-words';

const CHARTS = { accuracy: AccuracyPanel, matrix: MatrixPanel, numbers: HeadlinesPanel, tasks: TaskStrip };
const isChart = (name: string): name is keyof typeof CHARTS => name in CHARTS;

export default function Embedded({ chart }: { readonly chart: string }) {
  const text = useText();
  const { view, playback } = useApp();
  const running = useRunningWords();
  useEffect(() => {
    if (isTab(chart)) view.set({ tab: chart });
  }, [chart, view]);
  useEffect(() => {
    const hear = (event: MessageEvent) => {
      const data: unknown = event.data;
      if (event.source !== window.parent || typeof data !== 'object' || data === null || !('act' in data)) return;
      if (data.act === 'next') playback.step();
      else if (data.act === 'back') playback.restart();
    };
    window.addEventListener('message', hear);
    return () => window.removeEventListener('message', hear);
  }, [playback]);
  const Chart = isChart(chart) ? CHARTS[chart] : HoodPanel;
  return (
    <main className="embedded" data-testid="embedded" aria-label={running}>
      <Catch>
        <Chart />
      </Catch>
      <a href={location.hash.replace(/&(embed|chart)=[^&]*/g, '')} target="_blank" rel="noopener">
        {text.shell.title} · {running}
      </a>
    </main>
  );
}
