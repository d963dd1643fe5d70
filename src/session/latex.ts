/** A run as LaTeX: a table (booktabs), the accuracy matrices and the curve of average accuracy (pgfplots). */
import { accuracyMatrix, averageAccuracies, summarise, type AccuracyMatrix } from '../continual/metrics';
import { declareCharacters, escapeLatex, latexGroup } from './latex-text';
import { OWN, readBy } from './read-by';
import type { RunRecord } from './record';

const percent = (value: number | null | undefined): string => (value === null || value === undefined ? '--' : (100 * value).toFixed(1));

interface Lane {
  readonly name: string;
  readonly matrix: AccuracyMatrix;
  readonly known: AccuracyMatrix;
}

const lanesOf = (record: RunRecord, reading?: string): Lane[] =>
  record.methods.map((method) => ({
    name: latexGroup(method.title),
    matrix: accuracyMatrix(readBy(method, reading), 'classIncremental'),
    known: accuracyMatrix(readBy(method, reading), 'taskAware'),
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

function matrixTable({ name, matrix }: Lane, tasks: readonly string[], readAs: string): string {
  const body = matrix.flatMap((row, i) =>
    row === null ? [] : [`    ${[tasks[i] ?? String(i + 1), ...tasks.map((_, j) => (j > i ? '' : percent(row[j])))].join(' & ')} \\\\`],
  );
  return `\\begin{table}
  \\centering
  \\caption{${name}: accuracy in \\% on each task (columns) after learning each task (rows), among all classes seen.${readAs}}
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

function curves(lanes: readonly Lane[], tasks: number, readAs: string): string {
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
  \\caption{Average accuracy over the tasks learned so far, among all classes seen.${readAs}}
\\end{figure}`;
}

/** For captions: by which read-off the numbers are; nothing for the methods' own. */
function readWords(reading: string = OWN): string {
  if (reading === OWN) return '';
  const words = escapeLatex(reading.replace(/^again-/, '').replaceAll('-', ' '));
  const again = reading.startsWith('again-') ? ', computed again from old training images, which no method may use' : '';
  return ` Classes are read by ${words}${again}.`;
}

/** A file to \input: tables and figure, by one read-off; it says which packages it needs. */
export function runLatex(record: RunRecord, reading?: string): string {
  const lanes = lanesOf(record, reading);
  const tasks = record.stream.tasks.map(({ name }) => latexGroup(name));
  const caption = `${latexGroup(record.stream.title)}: ${tasks.length} tasks, ${record.stream.classNames.length} classes, backbone ${latexGroup(record.backbone.title)}, seed ${record.experiment.seed}. All numbers in \\%; forgetting is the best earlier accuracy minus the last one.${readWords(reading)}`;
  const parts = [
    '% \\usepackage{booktabs}\n% \\usepackage{pgfplots}\\pgfplotsset{compat=1.18}',
    summaryTable(lanes, caption),
    ...lanes.map((lane) => matrixTable(lane, tasks, readWords(reading))),
    curves(lanes, tasks.length, readWords(reading)),
  ];
  return declareCharacters(parts.join('\n\n').concat('\n'));
}
