/** Merged runs for other programs: CSV and JSON lines (pandas, TensorBoard, W&B), LaTeX. */
import { accuracyMatrix, averageAccuracy, forgetting } from '../src/continual/metrics';
import { csvTable } from '../src/session/csv';
import { declareCharacters, escapeLatex, latexGroup } from '../src/session/latex-text';
import { readBy, readingsOf } from '../src/session/read-by';
import type { meanAndDeviation } from '../src/session/text-table';
import { settingWords, type Gathered, type MethodResult, type SettingGroup, type SettingValue } from './gather';
import { spreads } from './spreads';

const settingPaths = ({ groups }: Gathered): string[] => [...new Set(groups.flatMap(({ setting }) => Object.keys(setting)))];

const each = ({ groups }: Gathered): { readonly group: SettingGroup; readonly result: MethodResult }[] =>
  groups.flatMap((group) => group.results.map((result) => ({ group, result })));

/** One line an accuracy: run, engine, device, method, what settings differ in, seed, reading, the tasks (from 1) and both accuracies. */
export function longCsv(gathered: Gathered): string {
  const paths = settingPaths(gathered);
  const header = [
    'run',
    'engine',
    'device',
    'method',
    ...paths,
    'seed',
    'reading',
    'after_task',
    'on_task',
    'class_incremental',
    'task_aware',
  ];
  const lines = each(gathered).flatMap(({ group, result: { record, run, name, engine } }) =>
    readingsOf({ methods: [run] }).flatMap((reading) =>
      readBy(run, reading).flatMap(({ task, classIncremental, taskAware }) =>
        classIncremental.map((accuracy, on) => [
          ...[name, engine, record.device.kind, run.id],
          ...paths.map((path) => plainCell(group.setting[path])),
          ...[record.experiment.seed, reading, task + 1, on + 1, accuracy, taskAware[on] ?? ''],
        ]),
      ),
    ),
  );
  // Programs read this one: no byte order mark.
  return csvTable([header, ...lines], '');
}

const plainCell = (value: SettingValue | undefined): string | number =>
  typeof value === 'number' ? value : value === undefined ? '' : String(value);

/**
 * One flat object a line. `kind: "task"`: a method after a task, with `READING/average`, `/task_known` and `/forgetting`; `kind: "loss"`: its
 * training loss. `step` counts up within a run and method: tasks there, training steps here.
 */
export function jsonLines(gathered: Gathered): string {
  return each(gathered)
    .flatMap(({ group, result: { record, run, name, engine } }) => {
      const common = { run: name, engine, device: record.device.kind, method: run.id, seed: record.experiment.seed, ...group.setting };
      const tasks = run.results.map(({ task, seconds }) => {
        const scalars = readingsOf({ methods: [run] }).flatMap((reading) => {
          const read = readBy(run, reading);
          const matrix = accuracyMatrix(read, 'classIncremental');
          const values = {
            average: averageAccuracy(matrix, task),
            task_known: averageAccuracy(accuracyMatrix(read, 'taskAware'), task),
            forgetting: forgetting(matrix, 'chaudhry', task),
          };
          return Object.entries(values).flatMap(([key, value]) => (value === null ? [] : [[`${reading}/${key}`, value] as const]));
        });
        const spent = Object.values(seconds).reduce((sum, value) => sum + value, 0);
        return { ...common, kind: 'task', step: task + 1, seconds: spent, ...Object.fromEntries(scalars) };
      });
      const losses = run.losses.map(({ task, loss }, i) => ({ ...common, kind: 'loss', step: i + 1, task: task + 1, loss }));
      return [...tasks, ...losses].map((line) => `${JSON.stringify(line)}\n`);
    })
    .join('');
}

const LATEX_COLUMNS = ['Final average', 'Over tasks', 'Task known', 'Lost of it', 'Forgetting'];

/** A table to \input. */
export function mergedLatex(gathered: Gathered, reading: string): string {
  const first = gathered.groups[0]?.results[0]?.record;
  const percent = (value: number) => (100 * value).toFixed(1);
  const cell = (spread: ReturnType<typeof meanAndDeviation>): string =>
    spread === null
      ? '--'
      : spread.deviation === null
        ? percent(spread.mean)
        : `${percent(spread.mean)} $\\pm$ ${percent(spread.deviation)}`;
  const rows = gathered.groups.map((group) => {
    const { seeds, values } = spreads(group, reading);
    const title = group.results[0]?.run.title ?? group.method;
    return `    ${[latexGroup(title), latexGroup(settingWords(group)), String(seeds), ...values.map(cell)].join(' & ')} \\\\`;
  });
  const words = escapeLatex(reading.replaceAll('-', ' '));
  return declareCharacters(`% \\usepackage{booktabs}
\\begin{table}
  \\centering
  \\caption{${latexGroup(first?.stream.title ?? '')}, backbone ${latexGroup(first?.backbone.title ?? '')}: mean and standard deviation over seeds, in \\%, read by ${words}; forgetting is the best earlier accuracy minus the last one. Engine ${escapeLatex(gathered.engines.join(', '))}.}
  \\begin{tabular}{llr${'r'.repeat(LATEX_COLUMNS.length)}}
    \\toprule
    Method & Setting & Seeds & ${LATEX_COLUMNS.join(' & ')} \\\\
    \\midrule
${rows.join('\n')}
    \\bottomrule
  \\end{tabular}
\\end{table}
`);
}
