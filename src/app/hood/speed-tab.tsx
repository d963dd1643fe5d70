/** How fast this device trains, where the time goes, and the figures to take to an issue. */
import { Button } from '@mantine/core';
import { kernelWords, speedRows, speedTitle, yardstickRows } from '../charts/speed';
import { useApp, useAppState } from '../context';
import { ChartPanel } from '../parts/chart-panel';
import { DataTable } from '../parts/data-table';
import { useText, type Texts } from '../text';
import type { SpeedReport } from '../../worker/api';

const columnsOf = ({ group, milliseconds, share, gflops }: Texts['charts']['speed']) => [group, milliseconds, share, gflops];
const yardstickColumnsOf = ({ yardstick, milliseconds, gflops }: Texts['charts']['speed']) => [
  yardstick.group,
  milliseconds,
  gflops,
  yardstick.peak,
];

export function SpeedTab() {
  const words = useText().charts.speed;
  const { state, value: report } = useAppState((all) => all.speed);
  const busy = useAppState((all) => all.status === 'running' || all.status === 'loading');
  const { speed } = useApp();
  const measure = (
    <Button
      size="compact-sm"
      variant={report === null ? 'filled' : 'default'}
      loading={state === 'loading'}
      disabled={busy}
      title={busy ? words.busy : undefined}
      onClick={() => void speed.measure()}
      data-testid="measure"
    >
      {report === null ? words.measure : words.again}
    </Button>
  );
  return (
    <ChartPanel
      bare
      tableless
      testId="speed-panel"
      title={words.title}
      how={words.how}
      description={state === 'loading' ? words.measuring : ''}
      table={report === null ? null : () => ({ columns: columnsOf(words), rows: [] })}
      empty={
        <div className="speed-empty">
          <p>{busy ? words.busy : words.empty}</p>
          {measure}
        </div>
      }
      tools={report === null ? null : measure}
    >
      {report !== null && <Report report={report} />}
    </ChartPanel>
  );
}

function Report({ report }: { readonly report: SpeedReport }) {
  const text = useText();
  const words = text.charts.speed;
  const { speed } = useApp();
  const kernels = kernelWords(text, report);
  return (
    <div className="panel-scroll" tabIndex={0} role="group" aria-label={words.aria} data-testid="speed-report">
      {report.steps.map((step) => (
        <div key={step.method}>
          <h3 className="speed-step">{speedTitle(text, step)}</h3>
          <DataTable
            table={{
              columns: columnsOf(words),
              rows: speedRows(text, step.profile).map((row) => [row.name, row.milliseconds, row.share, row.gflops]),
            }}
            caption={speedTitle(text, step)}
          />
        </div>
      ))}
      {report.yardstick && (
        <div data-testid="speed-yardstick">
          <h3 className="speed-step">{words.yardstick.title}</h3>
          <DataTable table={{ columns: yardstickColumnsOf(words), rows: yardstickRows(text, report) }} caption={words.yardstick.title} />
        </div>
      )}
      {kernels !== null && <p data-testid="speed-kernels">{kernels}</p>}
      <div className="speed-take">
        <Button size="compact-sm" variant="default" onClick={() => void speed.copy()} data-testid="speed-copy">
          {words.copy}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => speed.save()} data-testid="speed-save">
          {words.save}
        </Button>
      </div>
    </div>
  );
}
