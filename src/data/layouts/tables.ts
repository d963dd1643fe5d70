/** What tables beside the images say of them: class, split, task and domain. */
import { said, type Said, type Sentence } from '../../common/said';
import { baseName } from './layout';
import { ARCHIVE_LIMITS } from '../containers/limits';
import { DataError } from '../errors';
import type { FileEntry, FileTree, Skipped } from '../file-tree';
import { isClutter } from '../names';
import { splitIn, type SplitWord } from '../splits';
import { encodingNamed, encodingNote, readText } from '../text/decode-texts';
import { readJsonLines, readTable } from '../text/read-table';
import type { Answers, DataQuestion, Understood } from '../understood';
import { createFinder, type Finder } from './find-image';
import { columnsOf, type Columns } from './table-columns';

/** Several labels stand in one cell as a list, or as parts of which some come back in other cells. */
const LIST = /^\[.*,.*\]$|^\d+( \d+)+$/;
const PARTED = /[|;,]/;
const MAX_BYTES = ARCHIVE_LIMITS.entryBytes / 2;
/** Lists without a header are looked for in the largest texts alone: some sets have a text for each image. */
const MAX_TEXTS = 40;
const EXAMPLES = 3;

export interface Fact {
  /** Null: the table says nothing of its class; empty: that it has none. */
  readonly label: string | null;
  /** Why it has none, where the cell is not merely empty. */
  readonly aside?: Sentence;
  /** See `Columns.sure`. */
  readonly sure: boolean;
  readonly split: SplitWord | null;
  readonly from: Said;
  readonly task: string | null;
  readonly domain: string | null;
  /** Row, for the order of reading. */
  readonly at: number;
  readonly question: DataQuestion | null;
}

export interface Facts {
  readonly of: ReadonlyMap<FileEntry, Fact>;
  /** Tables that said something. */
  readonly tables: ReadonlySet<FileEntry>;
  readonly skipped: readonly Skipped[];
  readonly understood: readonly Understood[];
  /** Why tables said nothing. */
  readonly useless: ReadonlyMap<FileEntry, Sentence>;
  /** Tables that list images, none of which is there. */
  readonly unmatched: readonly { readonly name: string; readonly rows: number; readonly columns: readonly string[] }[];
}

interface Table {
  readonly entry: FileEntry;
  readonly rows: readonly string[][];
  readonly note: Understood | null;
}

async function readTables({ files }: FileTree, answers: Answers): Promise<Table[]> {
  const called = (endings: RegExp) => files.filter(({ path, size }) => endings.test(path) && size <= MAX_BYTES && !isClutter(path));
  const lists = called(/\.(txt|lst)$/i).sort((a, b) => b.size - a.size);
  const tables: Table[] = [];
  for (const entry of [...called(/\.(csv|tsv|jsonl|ndjson)$/i), ...lists.slice(0, MAX_TEXTS)]) {
    const read = readText(await entry.bytes(), encodingNamed(answers.tableEncoding));
    const rows = /\.(jsonl|ndjson)$/i.test(entry.path) ? readJsonLines(read.text) : readTable(read.text);
    // Licences and notes name images, too; a list for programs has the same columns in every line.
    const isProse = /\.(txt|lst)$/i.test(entry.path) && rows.some(({ length }) => length !== rows[0]?.length);
    if (!isProse) tables.push({ entry, rows, note: encodingNote(said`"${baseName(entry.path)}" is read`, 'tableEncoding', read) });
  }
  return tables;
}

const CUB = { images: 'images.txt', split: 'train_test_split.txt' };

/** CUB-200 and NABirds number their images in one list and say in another which numbers are for training: one table of both. */
function numbered(tables: readonly Table[]): readonly Table[] {
  const called = (name: string) => tables.find(({ entry }) => baseName(entry.path) === name);
  const [images, split] = [called(CUB.images), called(CUB.split)];
  if (images === undefined || split === undefined) return tables;
  const flags = new Map(split.rows.map(([number = '', flag = '']) => [number, flag]));
  const rows = images.rows.map(([number = '', ...path]) => [path.join(' '), flags.get(number) ?? '']);
  if (rows.some(([, flag]) => flag !== '0' && flag !== '1')) return tables;
  return [{ ...images, rows: [['path', 'is_train'], ...rows] }, ...tables.filter((table) => table !== images && table !== split)];
}

/** Throws DataError where cells hold several labels each: a stream has one class an image. */
function checkSingle(file: string, labels: readonly string[]): void {
  const cells = [...new Set(labels)];
  const several = cells.find((cell) => LIST.test(cell));
  const parted = cells.filter((cell) => PARTED.test(cell));
  const timesOf = new Map<string, number>();
  for (const cell of cells) for (const part of new Set(cell.split(PARTED))) timesOf.set(part.trim(), (timesOf.get(part.trim()) ?? 0) + 1);
  const mixed = parted.find((cell) => cell.split(PARTED).every((part) => (timesOf.get(part.trim()) ?? 0) > 1));
  if ((several ?? mixed) === undefined) return;
  throw new DataError(
    said`"${file}" gives an image several labels, such as "${several ?? mixed ?? ''}". Each image belongs to one class here: keep one label a row.`,
    'stream.from',
  );
}

/** The class of a row by its marked column. Throws DataError where several are marked. */
function markedClass(file: string, row: readonly string[], columns: Columns): string {
  const marked = columns.oneHot.filter((i) => /^(1|1[.,]0+|true|yes)$/i.test(row[i] ?? ''));
  if (marked.length > 1) {
    const names = marked.slice(0, EXAMPLES).map((i) => columns.names[i] ?? '');
    throw new DataError(
      said`"${file}" gives an image several labels (the columns ${names.join(', ')} are marked in one row). Each image belongs to one class here: keep one a row.`,
      'stream.from',
    );
  }
  return columns.names[marked[0] ?? -1] ?? '';
}

/** `[7]` of JSON is 7. */
const unlisted = (label: string) => /^\["?([^,"]*)"?\]$/.exec(label)?.[1] ?? label;

class Collected {
  readonly of = new Map<FileEntry, Fact>();
  readonly tables = new Set<FileEntry>();
  readonly skipped: Skipped[] = [];
  readonly understood: Understood[] = [];
  readonly unmatched: { name: string; rows: number; columns: readonly string[] }[] = [];
  readonly useless = new Map<FileEntry, Sentence>();
  /** Images with two different labels. */
  readonly contradicted = new Map<FileEntry, Sentence>();

  add(entry: FileEntry, fact: Fact): void {
    const known = this.of.get(entry);
    if (known === undefined) return void this.of.set(entry, fact);
    if (known.label !== null && fact.label !== null && known.sure === fact.sure && known.label !== fact.label)
      this.contradicted.set(entry, said`it is listed as "${known.label}" and as "${fact.label}"`);
    const [first, second] = fact.label !== null && (known.label === null || (fact.sure && !known.sure)) ? [fact, known] : [known, fact];
    const { split, from } = careful(known) < careful(fact) ? fact : known;
    this.of.set(entry, {
      ...first,
      split,
      from,
      task: first.task ?? second.task,
      domain: first.domain ?? second.domain,
      question: first.question ?? second.question,
    });
  }

  /** An image with two labels has none. */
  dropContradicted(): void {
    for (const [entry, reason] of this.contradicted) {
      const fact = this.of.get(entry);
      if (fact !== undefined) this.of.set(entry, { ...fact, label: '', aside: reason });
    }
  }
}

/** What is listed for training and for the test is a test image. */
const careful = ({ split }: Fact) => (split === null ? 0 : split === 'train' ? 1 : split === 'validation' ? 2 : 3);

/** The first names of columns, for people. */
const listed = (names: readonly string[]): string => `${names.slice(0, 6).join(', ')}${names.length > 6 ? ', …' : ''}`;

function collect({ entry, rows, note }: Table, finder: Finder, answers: Answers, into: Collected): void {
  const file = baseName(entry.path);
  const folder = entry.path.slice(0, entry.path.length - file.length);
  const named = splitIn(file.replace(/\.\w+$/, ''))?.split ?? null;
  // The answers in it are made up.
  if (named === 'unlabelled') return;
  const roots = new Map<number, number>();
  const rootOf = (column: number): number => {
    const known = roots.get(column) ?? finder.sharedRoot(rows.flatMap((row) => row[column] ?? []));
    roots.set(column, known);
    return known;
  };
  const columns = columnsOf(file, rows, (cell, column) => finder.find(cell, folder, rootOf(column), named).entry, answers.labelColumn);
  if (columns === null) {
    if (!/\.(csv|tsv|jsonl|ndjson)$/i.test(file)) return;
    into.unmatched.push({ name: file, rows: Math.max(0, rows.length - 1), columns: rows[0] ?? [] });
    into.useless.set(entry, said`none of its columns (${listed(rows[0] ?? [])}) names an image that is here`);
    return;
  }
  const saysNothing = columns.label < 0 && columns.oneHot.length === 0 && columns.split < 0 && columns.task < 0 && columns.domain < 0;
  if (saysNothing && named === null && columns.question === null) {
    into.useless.set(entry, said`none of its columns (${listed(columns.names)}) gives images a class that others share`);
    return;
  }
  into.tables.add(entry);
  const root = rootOf(columns.path);
  const labels: string[] = [];
  let found = 0;
  rows.slice(columns.from).forEach((row, i) => {
    const raw = row[columns.path] ?? '';
    const image = finder.find(raw, folder, root, named);
    if (image.entry === null) {
      into.skipped.push({ name: raw, reason: image.reason });
      return;
    }
    const cell =
      columns.oneHot.length > 0 ? markedClass(file, row, columns) : columns.label < 0 ? null : unlisted((row[columns.label] ?? '').trim());
    const labelled = columns.oneHot.length > 0 || columns.label >= 0;
    const split = columns.splitOf((row[columns.split] ?? '').trim());
    if (split === undefined) {
      throw new DataError(
        said`"${file}", line ${i + columns.from + 1}, has the split "${row[columns.split] ?? ''}"; train, test or validation are understood. Write one of these words, or leave the column "${columns.names[columns.split] ?? ''}" out.`,
        'stream.from',
      );
    }
    if (cell !== null && cell !== '') labels.push(cell);
    found++;
    into.add(image.entry, {
      label: labelled ? cell : null,
      sure: columns.sure,
      split: split ?? named,
      from: split === null ? file : said`column "${columns.names[columns.split] ?? ''}"`,
      task: columns.task < 0 ? null : (row[columns.task] ?? '').trim(),
      domain: columns.domain < 0 ? null : (row[columns.domain] ?? '').trim(),
      at: i,
      question: columns.question,
    });
  });
  checkSingle(file, labels);
  into.understood.push(told(file, columns, found, labels));
  if (note !== null) into.understood.push(note);
}

function told(file: string, columns: Columns, found: number, labels: readonly string[]): Understood {
  const name = (column: number) =>
    columns.names[column] === undefined ? said`column ${column + 1}` : said`column "${columns.names[column]}"`;
  const classes = new Set(labels).size;
  const what =
    columns.oneHot.length > 0
      ? said`${classes} classes, one column each`
      : columns.label >= 0
        ? said`${classes} classes in ${name(columns.label)}`
        : said`no classes`;
  return { text: said`"${file}" lists ${found} images (${name(columns.path)}) and ${what}.` };
}

/** `images`: those that may be listed. Throws DataError where an image has several labels, DataQuestion where columns could be read in two ways. */
export async function factsFrom(tree: FileTree, images: readonly FileEntry[], answers: Answers): Promise<Facts> {
  const into = new Collected();
  const tables = numbered(await readTables(tree, answers));
  if (tables.length > 0) {
    const finder = createFinder(images);
    for (const table of tables) collect(table, finder, answers, into);
  }
  const { contradicted, of } = into;
  const [first] = contradicted;
  if (first !== undefined && contradicted.size * 2 > of.size) {
    throw new DataError(
      said`The tables give images several labels, such as "${first[0].path}": ${first[1]}. Each image belongs to one class here: keep one row an image.`,
      'stream.from',
    );
  }
  into.dropContradicted();
  return into;
}
