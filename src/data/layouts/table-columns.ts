/** What the columns of a table beside images mean: recognised by what stands in them, and by their names where that leaves a choice. */
import { said } from '../../common/said';
import { splitNamed, type SplitWord } from '../splits';
import { DataQuestion } from '../understood';

export interface Columns {
  /** First row of data. */
  readonly from: number;
  readonly names: readonly string[];
  readonly path: number;
  /** -1: the table has no labels. */
  readonly label: number;
  /** One column a class, of which one is marked in each row; empty where there is a column of labels. */
  readonly oneHot: readonly number[];
  /** False where nothing but the lack of another column speaks for the labels: folders of classes are believed before them. */
  readonly sure: boolean;
  /** Several columns could be the labels. */
  readonly question: DataQuestion | null;
  readonly split: number;
  readonly splitOf: (cell: string) => SplitWord | null | undefined;
  readonly task: number;
  readonly domain: number;
}

/** "Class Name", "class_name" → classname. */
const plainName = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
const PATH = /^(image|file|img|picture|photo)?s?(path|file|filename|name|id)s?$|^(image|file|img|picture|photo)s?(file)?(path|name)?$/;
const LABELS = [
  /^(label|class|classname|labelname|category|categoryname|target|y)$/,
  /^(labels|classes|species|breed|variety|diagnosis|dx|emotion|kind|type|finelabel)$/,
  /^(class|label|category|target)(id|idx|index|number|no|code)$/,
];
const SPLIT = /^(split|partition|datasplit)$/;
/** Names that may as well say something else: of an occasion, of a source. */
const PERHAPS_SPLIT = /^(subset|set|usage|phase|dataset)$/;
/** "is_train", "is_training_image": yes and no. */
const FLAG = /^is(.+?)(image|sample)?$/;
const MARKED = /^(1|1[.,]0+|true|yes)$/i;
const UNMARKED = /^(0|0[.,]0+|false|no)?$/i;

/** Rows by which columns are recognised, spread over the table. */
const LOOKED_AT = 300;

function sampled(rows: readonly string[][]): readonly string[][] {
  const step = Math.max(1, Math.floor(rows.length / LOOKED_AT));
  return rows.filter((_, i) => i % step === 0);
}

/** The image that a cell of a column names, or null. */
export type FindCell = (cell: string, column: number) => unknown;

/** Different images that a column names. */
function imagesNamed(rows: readonly string[][], column: number, find: FindCell): number {
  const found = new Set<unknown>();
  for (const row of rows) {
    const cell = row[column];
    const entry = cell === undefined || cell === '' ? null : find(cell, column);
    if (entry !== null) found.add(entry);
  }
  return found.size;
}

interface Recognised {
  readonly names: readonly string[];
  readonly rows: readonly string[][];
  readonly hasHeader: boolean;
  readonly path: number;
}

/** The column that names the most images; null where none names any. */
function recognise(all: readonly string[][], find: FindCell): Recognised | null {
  const [first = []] = all;
  const hasHeader = !first.some((cell, column) => cell !== '' && find(cell, column) !== null);
  const names = hasHeader ? first : [];
  const rows = hasHeader ? all.slice(1) : all;
  const some = sampled(rows);
  const width = Math.max(first.length, ...some.slice(0, 20).map(({ length }) => length));
  let path = -1;
  let most = 0;
  for (let column = 0; column < width; column++) {
    const count = imagesNamed(some, column, find) + (PATH.test(plainName(names[column] ?? '')) ? 0.5 : 0);
    if (count >= 1 && count > most) [path, most] = [column, count];
  }
  return path < 0 ? null : { names, rows, hasHeader, path };
}

function splitColumn({ names, rows }: Recognised): Pick<Columns, 'split' | 'splitOf'> {
  for (const [column, raw] of names.entries()) {
    const name = plainName(raw);
    const cells = new Set(sampled(rows).map((row) => row[column] ?? ''));
    if (SPLIT.test(name) || (PERHAPS_SPLIT.test(name) && [...cells].some((cell) => splitNamed(cell) !== null)))
      return { split: column, splitOf: (cell) => (cell === '' ? null : (splitNamed(cell) ?? undefined)) };
    const flag = splitNamed(FLAG.exec(name)?.[1] ?? '');
    if (flag === null || [...cells].some((cell) => !MARKED.test(cell) && !UNMARKED.test(cell))) continue;
    return { split: column, splitOf: (cell) => (MARKED.test(cell) ? flag : flag === 'train' ? 'test' : 'train') };
  }
  return { split: -1, splitOf: () => null };
}

/** The columns of a table; null where none of them names an image that `find` knows. */
export function columnsOf(file: string, all: readonly string[][], find: FindCell, labelColumn?: string): Columns | null {
  const found = recognise(all, find);
  if (found === null) return null;
  const { names, rows, hasHeader, path } = found;
  const plain = names.map(plainName);
  const column = (pattern: RegExp) => plain.findIndex((name, i) => i !== path && pattern.test(name));
  const split = splitColumn(found);
  const known = { from: hasHeader ? 1 : 0, names, path, ...split, task: column(/^task$/), domain: column(/^domain$/) };
  const some = sampled(rows);
  const taken = new Set([path, split.split, known.task, known.domain]);
  const width = Math.max(0, ...some.slice(0, 20).map(({ length }) => length));
  const rest = Array.from({ length: width }, (_, i) => i).filter((i) => !taken.has(i) && imagesNamed(some, i, find) * 2 < some.length);
  const withLabel = (label: number, sure: boolean): Columns => ({ ...known, label, oneHot: [], sure, question: null });
  if (!hasHeader) {
    // A list for programs: the label stands behind the path; numbers are one only where nothing else does.
    const behind = rest.find((i) => i > path) ?? rest[0];
    const isNumber = behind !== undefined && some.every((row) => /^-?[\d.]+$/.test(row[behind] ?? ''));
    return withLabel(behind === undefined || (isNumber && rest.length > 1) || !repeats(some, behind) ? -1 : behind, false);
  }
  const told = labelColumn === undefined ? -1 : names.indexOf(labelColumn);
  if (told >= 0) return withLabel(told, true);
  for (const pattern of LABELS) {
    const label = column(pattern);
    if (label >= 0 && label !== split.split) return withLabel(label, true);
  }
  const marks = rest.filter((i) => some.every((row) => MARKED.test(row[i] ?? '') || UNMARKED.test(row[i] ?? '')));
  if (marks.length > 1 && marks.length >= rest.length - 1) return { ...known, label: -1, oneHot: marks, sure: false, question: null };
  const candidates = rest.filter(
    (i) => (names[i] ?? '') !== '' && repeats(some, i) && !some.every((row) => /^-?\d*[.,]\d+$/.test(row[i] ?? '')),
  );
  const [only, another] = candidates;
  if (only !== undefined && another !== undefined) return { ...withLabel(-1, false), question: whichColumn(file, names, candidates, some) };
  return withLabel(only ?? -1, false);
}

/** A label stands in more than one row: a number that every row has its own of is none. */
function repeats(rows: readonly string[][], column: number): boolean {
  const values = new Set(rows.map((row) => row[column] ?? ''));
  return values.size > 1 && values.size < rows.length;
}

const READINGS = 12;

function whichColumn(file: string, names: readonly string[], candidates: readonly number[], rows: readonly string[][]): DataQuestion {
  return new DataQuestion({
    field: 'labelColumn',
    asks: said`Which column of "${file}" holds the classes? None is called "label" or "class".`,
    chosen: null,
    readings: candidates.slice(0, READINGS).map((i) => {
      const values = [...new Set(rows.map((row) => row[i] ?? ''))];
      return { value: names[i] ?? '', shows: said`${names[i] ?? ''}: ${values.slice(0, 4).join(', ')}${values.length > 4 ? ', …' : ''}` };
    }),
  });
}
