/** A run as LaTeX: a table (booktabs), the accuracy matrices and the curve of average accuracy (pgfplots). */
import { accuracyMatrix, averageAccuracies, summarise, type AccuracyMatrix } from '../continual/metrics';
import type { MethodId } from './experiment';
import { declareCharacters, latexGroup } from './latex-text';
import type { RunRecord } from './record';

const percent = (value: number | null | undefined): string => (value === null || value === undefined ? '--' : (100 * value).toFixed(1));

export type MethodNames = (id: MethodId) => string;

interface Lane {
  readonly name: string;
  readonly matrix: AccuracyMatrix;
  readonly known: AccuracyMatrix;
}

const lanesOf = (record: RunRecord, names: MethodNames): Lane[] =>
  record.methods.map(({ id, results }) => ({
    name: latexGroup(names(id)),
    matrix: accuracyMatrix(results, 'classIncremental'),
    known: accuracyMatrix(results, 'taskAware'),
  }));

function summaryTable(lanes: readonly Lane[], caption: string): string {
  const rows = lanes.map(({ name, matrix, known }) => {
    const all = summarise(matrix);
    return `    ${[name, percent(all.final), percent(all.averaged), percent(summarise(known).final), percent(all.forgetting)].join(' & ')} \\\\`;
  });
  return `\\begin{table}
  \\centering
  \\caption{${caption}}
  \\begin{tabular}{lrrrr}
    \\toprule
    Method & Final average & Over tasks & Task known & Forgetting \\\\
    \\midrule
${rows.join('\n')}
    \\bottomrule
  \\end{tabular}
\\end{table}`;
}

function matrixTable({ name, matrix }: Lane, tasks: readonly string[]): string {
  const body = matrix.flatMap((row, i) =>
    row === null ? [] : [`    ${[tasks[i] ?? String(i + 1), ...tasks.map((_, j) => (j > i ? '' : percent(row[j])))].join(' & ')} \\\\`],
  );
  return `\\begin{table}
  \\centering
  \\caption{${name}: accuracy in \\% on each task (columns) after learning each task (rows), among all classes seen.}
  \\begin{tabular}{l${'r'.repeat(tasks.length)}}
    \\toprule
    After & ${tasks.join(' & ')} \\\\
    \\midrule
${body.join('\n')}
    \\bottomrule
  \\end{tabular}
\\end{table}`;
}

const MARKS = ['*', 'square*', 'triangle*', 'diamond*', 'x', 'o'];
const DASHES = ['solid', 'dashed', 'dotted', 'dash dot', 'densely dashed', 'loosely dotted'];

function curves(lanes: readonly Lane[], tasks: number): string {
  const plots = lanes.map(({ name, matrix }, i) => {
    const points = averageAccuracies(matrix).flatMap((value, task) => (value === null ? [] : [`(${task + 1},${percent(value)})`]));
    return `    \\addplot+[mark=${MARKS[i % MARKS.length]}, ${DASHES[i % DASHES.length]}] coordinates {${points.join(' ')}};
    \\addlegendentry{${name}}`;
  });
  return `\\begin{figure}
  \\centering
  \\begin{tikzpicture}
    \\begin{axis}[xlabel={Tasks learned}, ylabel={Average accuracy (\\%)}, ymin=0, ymax=100, xmin=1, xmax=${Math.max(2, tasks)}, xtick={1,...,${Math.max(1, tasks)}}, legend pos=south west]
${plots.join('\n')}
    \\end{axis}
  \\end{tikzpicture}
  \\caption{Average accuracy over the tasks learned so far, among all classes seen.}
\\end{figure}`;
}

/** A file to \input: tables and figure; it says which packages it needs. `names`: methods as readers know them. */
export function runLatex(record: RunRecord, names: MethodNames): string {
  const lanes = lanesOf(record, names);
  const tasks = record.stream.tasks.map(({ name }) => latexGroup(name));
  const caption = `${latexGroup(record.stream.title)}: ${tasks.length} tasks, ${record.stream.classNames.length} classes, backbone ${latexGroup(record.backbone.title)}, seed ${record.experiment.seed}. All numbers in \\%; forgetting is the best earlier accuracy minus the last one.`;
  const parts = [
    '% \\usepackage{booktabs}\n% \\usepackage{pgfplots}\\pgfplotsset{compat=1.18}',
    summaryTable(lanes, caption),
    ...lanes.map((lane) => matrixTable(lane, tasks)),
    curves(lanes, tasks.length),
  ];
  return declareCharacters(parts.join('\n\n').concat('\n'));
}
