/** What the run had to say, and which files it left out. */
import { useAppState } from '../context';
import { clock } from '../format';
import { wordsOf } from '../methods';
import { ChartPanel } from '../parts/chart-panel';
import { DataTable } from '../parts/data-table';
import { text } from '../text';

const words = text.charts.log;

export function LogTab() {
  const record = useAppState((state) => state.results);
  const lines = record?.log ?? [];
  const failures = record?.methods.filter((method) => method.failure !== null) ?? [];
  const skipped = record?.stream.skipped ?? [];
  const rows = [
    ...lines.map((line) => [clock(line.at), words.levels[line.level], line.text]),
    ...failures.map((method) => [
      clock(record?.seconds ?? 0),
      words.levels.error,
      `${wordsOf({ methods: [method] }, method.id).name}: ${method.failure ?? ''}`,
    ]),
    ...skipped.map((file) => ['', words.skipped, `${file.name}: ${file.reason}`]),
  ];
  const table = { columns: [words.at, words.level, words.what], rows };
  return (
    <ChartPanel
      bare
      testId="log-panel"
      title={words.title}
      how={words.how}
      description=""
      table={rows.length === 0 ? null : table}
      empty={words.empty}
    >
      <div className="panel-scroll" tabIndex={0} role="group" aria-label={words.aria}>
        <DataTable table={table} caption={words.aria} />
      </div>
    </ChartPanel>
  );
}
