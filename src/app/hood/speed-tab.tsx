/** How fast this device trains, where the time goes, and the figures to take to an issue. */
import { Button } from '@mantine/core';
import { kernelWords, speedRows, speedTitle, yardstickRows } from '../charts/speed';
import { useApp, useAppState } from '../context';
import { ChartPanel } from '../parts/chart-panel';
import { DataTable } from '../parts/data-table';
import { text } from '../text';
import type { SpeedReport } from '../../worker/api';

const words = text.charts.speed;
const COLUMNS = [words.group, words.milliseconds, words.share, words.gflops];
const YARDSTICK_COLUMNS = [words.yardstick.group, words.milliseconds, words.gflops, words.yardstick.peak];

export function SpeedTab() {
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
      table={report === null ? null : { columns: COLUMNS, rows: [] }}
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
  const { speed } = useApp();
  const kernels = kernelWords(report);
  return (
    <div className="panel-scroll" tabIndex={0} role="group" aria-label={words.aria} data-testid="speed-report">
      {report.steps.map((step) => (
        <div key={step.method}>
          <h3 className="speed-step">{speedTitle(step)}</h3>
          <DataTable
            table={{
              columns: COLUMNS,
              rows: speedRows(step.profile).map((row) => [row.name, row.milliseconds, row.share, row.gflops]),
            }}
            caption={speedTitle(step)}
          />
        </div>
      ))}
      {report.yardstick && (
        <div data-testid="speed-yardstick">
          <h3 className="speed-step">{words.yardstick.title}</h3>
          <DataTable table={{ columns: YARDSTICK_COLUMNS, rows: yardstickRows(report) }} caption={words.yardstick.title} />
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
