/**
 * Parquet in the layout of Hugging Face data sets: a column of encoded images, `{bytes, path}`, beside a column of labels,
 * whose names stand in the file's own metadata. Labels are read at once, images a row group at a time.
 */
import { said } from '../../common/said';
import { formatBytes } from '../../common/bytes';
import type { AsyncBuffer, Compressors, FileMetaData } from 'hyparquet';
import * as v from 'valibot';
import { ARCHIVE_LIMITS } from '../containers/limits';
import { decodeChecked } from '../decode';
import { DataError } from '../errors';
import type { FileEntry } from '../file-tree';
import { splitIn, type SplitWord } from '../splits';
import { encodingNote, readTexts } from '../text/decode-texts';
import { DataQuestion, type Understood } from '../understood';
import { assemble } from './assemble';
import type { Placed } from './placed';
import { baseName, type Layout } from './layout';
import { classNamer, numberOrder } from './raw-images';

const LABEL_NAMES = ['fine_label', 'label', 'labels', 'class', 'target', 'category'];
const MAX_ROWS = 5_000_000;
/** Row groups kept unpacked: images are read in the order of the file, by a few lanes side by side. */
const KEPT_GROUPS = 2;

const feature = v.looseObject({ _type: v.optional(v.string()), names: v.optional(v.array(v.string())) });
const info = v.object({ info: v.object({ features: v.record(v.string(), v.unknown()) }) });

interface Columns {
  readonly image: string;
  readonly label: string;
  readonly domain: string | null;
  readonly labelNames: readonly string[] | null;
  readonly domainNames: readonly string[] | null;
}

interface OpenedParquet {
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly compressors: Compressors;
}

/** Refuses pages that declare more than they can hold before room is made for them. */
function guarded(compressors: Compressors): Compressors {
  return Object.fromEntries(
    Object.entries(compressors).map(([codec, unpack]) => [
      codec,
      (input: Uint8Array, size: number) => {
        if (size > ARCHIVE_LIMITS.entryBytes || (size > ARCHIVE_LIMITS.ratioFloor && size > input.length * ARCHIVE_LIMITS.ratio)) {
          throw new DataError(said`a page unpacks to ${formatBytes(size)}, as only a bomb does`);
        }
        return unpack(input, size);
      },
    ]),
  );
}

async function openParquet(entry: FileEntry): Promise<OpenedParquet> {
  const [{ parquetMetadataAsync }, { compressors }] = await Promise.all([import('hyparquet'), import('hyparquet-compressors')]);
  const blob = (await entry.blob?.()) ?? new Blob([new Uint8Array(await entry.bytes())]);
  const file: AsyncBuffer = { byteLength: blob.size, slice: (start, end) => blob.slice(start, end ?? blob.size).arrayBuffer() };
  let metadata: FileMetaData;
  try {
    metadata = await parquetMetadataAsync(file);
  } catch (cause) {
    throw new DataError(said`"${entry.path}" is no Parquet file, or is cut off. Download it again.`, null, { cause });
  }
  checkDeclared(entry.path, metadata, blob.size);
  return { file, metadata, compressors: guarded(compressors) };
}

/** What the footer promises has to lie inside the file, before any of it is read. */
function checkDeclared(name: string, metadata: FileMetaData, size: number): void {
  const damaged = new DataError(said`"${name}" declares more than the file holds. It is cut off or damaged; download it again.`);
  const rows = Number(metadata.num_rows);
  const inGroups = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
  if (!Number.isSafeInteger(rows) || rows < 0 || rows !== inGroups) throw damaged;
  if (rows > MAX_ROWS) throw new DataError(said`"${name}" has ${rows} rows; at most ${MAX_ROWS} are read. Split it.`);
  for (const group of metadata.row_groups) {
    for (const { meta_data: column } of group.columns) {
      if (column === undefined) throw damaged;
      const from = Number(column.dictionary_page_offset ?? column.data_page_offset);
      const length = Number(column.total_compressed_size);
      if (!(from >= 0) || !(length >= 0) || Math.min(from, Number(column.data_page_offset)) + length > size) throw damaged;
    }
  }
}

function featuresOf(metadata: FileMetaData): Readonly<Record<string, v.InferOutput<typeof feature>>> {
  const text = metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value;
  try {
    const parsed = v.safeParse(info, JSON.parse(text ?? 'null'));
    if (!parsed.success) return {};
    return Object.fromEntries(
      Object.entries(parsed.output.info.features).flatMap(([name, value]) => {
        const one = v.safeParse(feature, value);
        return one.success ? [[name, one.output]] : [];
      }),
    );
  } catch {
    return {};
  }
}

/** Columns by the metadata's word, else by name and shape. Throws DataError naming the columns that there are. */
async function columnsOf(name: string, metadata: FileMetaData, labelColumn: string | undefined): Promise<Columns> {
  const { parquetSchema } = await import('hyparquet');
  const top = parquetSchema(metadata).children;
  const names = top.map(({ element }) => element.name);
  const features = featuresOf(metadata);
  const image =
    names.find((column) => features[column]?._type === 'Image') ??
    top.find(({ children }) => children.some(({ element }) => element.name === 'bytes'))?.element.name ??
    names.find((column) => /^(image|img)$/i.test(column));
  const label =
    names.find((column) => column === labelColumn) ??
    LABEL_NAMES.find((column) => names.includes(column)) ??
    names.find((column) => features[column]?._type === 'ClassLabel' && column !== 'domain');
  if (image !== undefined && label === undefined) {
    const flat = top.filter(({ element, children }) => children.length === 0 && element.name !== image).map(({ element }) => element.name);
    if (flat.length > 0) throw whichColumn(name, flat);
  }
  const missing = image === undefined ? 'images (such as "image")' : label === undefined ? 'labels (such as "label")' : null;
  if (image === undefined || label === undefined) {
    throw new DataError(
      said`"${name}" has no column of ${missing ?? said`images`}. It has: ${names.slice(0, 12).join(', ')}.`,
      'stream.from',
    );
  }
  const domain = names.includes('domain') ? 'domain' : null;
  return { image, label, domain, labelNames: features[label]?.names ?? null, domainNames: features['domain']?.names ?? null };
}

const whichColumn = (file: string, columns: readonly string[]) =>
  new DataQuestion({
    field: 'labelColumn',
    asks: said`Which column of "${file}" holds the classes? None is called "label".`,
    chosen: null,
    readings: columns.slice(0, 12).map((column) => ({ value: column, shows: column })),
  });

async function readColumn(opened: OpenedParquet, column: string, from: number, to: number): Promise<unknown[]> {
  const { parquetReadObjects } = await import('hyparquet');
  const rows = await parquetReadObjects({ ...opened, columns: [column], rowStart: from, rowEnd: to, utf8: false });
  return rows.map((row): unknown => row[column]);
}

const cell = v.union([
  v.instance(Uint8Array),
  v.pipe(
    v.object({ bytes: v.instance(Uint8Array) }),
    v.transform(({ bytes }) => bytes),
  ),
]);

/** Bytes of the image in row i; its row group is unpacked once for all that ask. */
function imageReader(opened: OpenedParquet, column: string): (row: number) => Promise<Uint8Array> {
  const starts: number[] = [];
  let rows = 0;
  for (const group of opened.metadata.row_groups) {
    starts.push(rows);
    rows += Number(group.num_rows);
  }
  const kept = new Map<number, Promise<unknown[]>>();
  const groupOf = (row: number) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return async (row) => {
    const group = groupOf(row);
    const from = starts[group] ?? 0;
    let values = kept.get(group);
    if (values === undefined) {
      values = readColumn(opened, column, from, starts[group + 1] ?? rows);
      values.catch(() => undefined);
      kept.set(group, values);
      const [oldest] = kept.keys();
      if (kept.size > KEPT_GROUPS && oldest !== undefined) kept.delete(oldest);
    }
    const bytes = v.safeParse(cell, (await values)[row - from]);
    if (!bytes.success) throw new DataError(said`it has no image bytes; images kept as links elsewhere are not fetched`);
    return bytes.output;
  };
}

const asNumber = (value: unknown) => (typeof value === 'bigint' || typeof value === 'number' ? Number(value) : null);

/** Hugging Face marks with it that a label is kept back. */
const HIDDEN = -1;

/** Texts of a column, bytes decoded together: a file may hold any encoding. */
function textsOf(column: readonly unknown[], note: (found: Understood | null) => void): (row: number) => string {
  const bytes = [...new Set(column.filter((value) => value instanceof Uint8Array))];
  const read = readTexts(bytes);
  note(encodingNote(said`The labels are read`, 'tableEncoding', read));
  const texts = new Map<unknown, string>(bytes.map((value, i) => [value, read.texts[i] ?? '']));
  return (row) => texts.get(column[row]) ?? String(column[row]);
}

/** "train-00000-of-00002.parquet", "data/validation.parquet", "train/0000.parquet": the name says it, else the folder around it. */
function splitByName(path: string): { readonly split: SplitWord | null; readonly from: string } {
  const named = baseName(path).replace(/\.parquet$/i, '');
  const around = path.split('/').slice(0, -1).reverse();
  const from = [named, ...around].find((name) => splitIn(name) !== null) ?? '';
  return { split: splitIn(from)?.split ?? null, from };
}

/** Throws DataError where a label is a list: a stream has one class an image. */
function checkSingle(path: string, column: string, labels: readonly unknown[]): void {
  const several = labels.find((label) => Array.isArray(label) && label.length !== 1);
  if (several === undefined) return;
  throw new DataError(
    said`"${path}" gives an image several labels (column "${column}": ${Array.isArray(several) ? several.map(String).join(', ') : ''}). Each image belongs to one class here: keep one label a row.`,
    'stream.from',
  );
}

async function labelsOf(entry: FileEntry, opened: OpenedParquet, column: string): Promise<unknown[]> {
  try {
    return await readColumn(opened, column, 0, Number(opened.metadata.num_rows));
  } catch (cause) {
    throw new DataError(said`The labels of "${entry.path}" cannot be read: the file is damaged. Download it again.`, null, { cause });
  }
}

export const parquet: Layout = {
  async list(tree, options) {
    const entries = tree.files.filter(({ path }) => /\.parquet$/i.test(path));
    if (entries.length === 0) return null;
    const understood: Understood[] = [];
    const note = (found: Understood | null) => {
      if (found !== null) understood.push(found);
    };
    const placed: Placed[] = [];
    const found = new Map<number, string>();
    for (const entry of entries) {
      const said = splitByName(entry.path);
      const opened = await openParquet(entry);
      const columns = await columnsOf(entry.path, opened.metadata, options.labelColumn);
      const labels = await labelsOf(entry, opened, columns.label);
      const domains = columns.domain === null ? null : await labelsOf(entry, opened, columns.domain);
      checkSingle(entry.path, columns.label, labels);
      const textOf = textsOf(labels, note);
      const domainText = textsOf(domains ?? [], note);
      const nameOf = classNamer(columns.labelNames);
      const domainOf = classNamer(columns.domainNames);
      const read = imageReader(opened, columns.image);
      labels.forEach((label, row) => {
        const number = asNumber(Array.isArray(label) ? label[0] : label);
        const hidden = label === null || label === undefined || (number === HIDDEN && columns.labelNames !== null);
        const className = hidden ? null : number === null ? textOf(row) : nameOf(number);
        if (number !== null && className !== null) found.set(number, className);
        const domainNumber = asNumber(domains?.[row]);
        placed.push({
          name: `${entry.path}#${String(row).padStart(String(labels.length).length, '0')}`,
          className,
          ...said,
          domain: domains === null ? null : domainNumber === null ? domainText(row) : domainOf(domainNumber),
          at: placed.length,
          read: async (decode) => decodeChecked(await read(row), decode),
        });
      });
    }
    const classOrder = found.size === 0 ? undefined : numberOrder(found.keys(), (label) => found.get(label) ?? '');
    return assemble({ placed, classOrder, skipped: [...tree.skipped], understood }, options);
  },
};
