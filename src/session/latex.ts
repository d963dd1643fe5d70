/** A run as LaTeX: a table (booktabs), the accuracy matrices and the curve of average accuracy (pgfplots). */
import { accuracyMatrix, averageAccuracies, summarise, type AccuracyMatrix } from '../continual/metrics';
import { finished, writing } from './latex-text';
import type { PaperWords } from './paper-words';
import { OWN, readBy } from './read-by';
import type { RunRecord } from './record';

const percent = (value: number | null | undefined): string => (value === null || value === undefined ? '--' : (100 * value).toFixed(1));

interface Lane {
  readonly name: string;
  readonly matrix: AccuracyMatrix;
  readonly known: AccuracyMatrix;
}

const lanesOf = (record: RunRecord, words: PaperWords, reading?: string): Lane[] =>
  record.methods.map((method) => ({
    name: writing(words).group(words.method(method.id, method.title)),
    matrix: accuracyMatrix(readBy(method, reading), 'classIncremental'),
    known: accuracyMatrix(readBy(method, reading), 'taskAware'),
  }));

function summaryTable(lanes: readonly Lane[], caption: string, { columns }: PaperWords['summary']): string {
  const rows = lanes.map(({ name, matrix, known }) => {
    const all = summarise(matrix);
    return `    ${[name, percent(all.final), percent(all.averaged), percent(summarise(known).final), percent(all.forgetting)].join(' & ')} \\\\`;
  });
  return `\\begin{table}
  \\centering
  \\caption{${caption}}
  \\begin{tabular}{lrrrr}
    \\toprule
    ${columns.join(' & ')} \\\\
    \\midrule
${rows.join('\n')}
    \\bottomrule
  \\end{tabular}
\\end{table}`;
}

function matrixTable({ name, matrix }: Lane, tasks: readonly string[], words: PaperWords['matrix'], readAs: string): string {
  const body = matrix.flatMap((row, i) =>
    row === null ? [] : [`    ${[tasks[i] ?? String(i + 1), ...tasks.map((_, j) => (j > i ? '' : percent(row[j])))].join(' & ')} \\\\`],
  );
  return `\\begin{table}
  \\centering
  \\caption{${words.caption(name)}${readAs}}
  \\begin{tabular}{l${'r'.repeat(tasks.length)}}
    \\toprule
    ${words.after} & ${tasks.join(' & ')} \\\\
    \\midrule
${body.join('\n')}
    \\bottomrule
  \\end{tabular}
\\end{table}`;
}

const MARKS = ['*', 'square*', 'triangle*', 'diamond*', 'x', 'o'];
const DASHES = ['solid', 'dashed', 'dotted', 'dash dot', 'densely dashed', 'loosely dotted'];

function curves(lanes: readonly Lane[], tasks: number, words: PaperWords['curves'], readAs: string): string {
  const plots = lanes.map(({ name, matrix }, i) => {
    const points = averageAccuracies(matrix).flatMap((value, task) => (value === null ? [] : [`(${task + 1},${percent(value)})`]));
    return `    \\addplot+[mark=${MARKS[i % MARKS.length]}, ${DASHES[i % DASHES.length]}] coordinates {${points.join(' ')}};
    \\addlegendentry{${name}}`;
  });
  return `\\begin{figure}
  \\centering
  \\begin{tikzpicture}
    \\begin{axis}[xlabel={${words.tasks}}, ylabel={${words.accuracy}}, ymin=0, ymax=100, xmin=1, xmax=${Math.max(2, tasks)}, xtick={1,...,${Math.max(1, tasks)}}, legend pos=south west]
${plots.join('\n')}
    \\end{axis}
  \\end{tikzpicture}
  \\caption{${words.caption}${readAs}}
\\end{figure}`;
}

/** A file to \input: tables and figure, by one read-off; it says which packages it needs. */
export function runLatex(record: RunRecord, words: PaperWords, reading: string = OWN): string {
  const { escaped, group } = writing(words);
  const lanes = lanesOf(record, words, reading);
  const tasks = record.stream.tasks.map(({ name }) => group(name));
  const { stream, backbone, experiment } = record;
  const caption = words.summary.caption(
    group(stream.title),
    tasks.length,
    stream.classNames.length,
    group(backbone.title),
    experiment.seed,
  );
  // Nothing is said of the methods' own.
  const readAs = reading === OWN ? '' : words.readBy(escaped(reading.replace(/^again-/, '')), reading.startsWith('again-'));
  return finished(words, [
    '% \\usepackage{booktabs}\n% \\usepackage{pgfplots}\\pgfplotsset{compat=1.18}',
    summaryTable(lanes, caption + readAs, words.summary),
    ...lanes.map((lane) => matrixTable(lane, tasks, words.matrix, readAs)),
    curves(lanes, tasks.length, words.curves, readAs),
  ]);
}
