/** A table beside the images: path and label, and where wanted task, split and domain. */
import { readCsv } from '../csv-table';
import { decodeChecked } from '../decode';
import { DataError } from '../errors';
import type { FileEntry, FileTree, Skipped } from '../file-tree';
import type { GivenTask, Split } from '../labelled-images';
import { cleanPath } from '../names';
import { assemble, type Placed } from './assemble';
import { IMAGE, splitOf } from './folders';
import { type Layout } from './layout';

const PATH = /^(path|file|file_?name|file_?path|image|image_?path|filename)$/i;
const LABEL = /^(label|class|class_?name|category|target|y)$/i;
const MAX_BYTES = 256 * 2 ** 20;

interface Table {
  readonly entry: FileEntry;
  readonly rows: readonly string[][];
  readonly path: number;
  readonly label: number;
  readonly task: number;
  readonly split: number;
  readonly domain: number;
}

/** The first table of the tree whose header names paths and labels. */
async function findTable({ files }: FileTree): Promise<Table | null> {
  for (const entry of files) {
    if (!/\.(csv|tsv)$/i.test(entry.path) || entry.size > MAX_BYTES) continue;
    const rows = readCsv(new TextDecoder().decode(await entry.bytes()));
    const header = (rows[0] ?? []).map((name) => name.trim());
    const column = (pattern: RegExp) => header.findIndex((name) => pattern.test(name));
    const table = {
      entry,
      rows: rows.slice(1),
      path: column(PATH),
      label: column(LABEL),
      task: column(/^task$/i),
      split: column(/^(split|subset|set)$/i),
      domain: column(/^domain$/i),
    };
    if (table.path >= 0 && table.label >= 0) return table;
  }
  return null;
}

function splitOfRow(text: string, where: string): Split | null {
  if (text.trim() === '') return null;
  const split = splitOf(text.trim());
  if (split === undefined)
    throw new DataError(`${where} has the split "${text}"; train, test or validation are understood.`, 'stream.from');
  return split === 'validation' ? 'test' : split;
}

/** Tasks in the order in which the table first names them. Throws DataError where a class is in two of them. */
function tasksFrom(taskOf: ReadonlyMap<string, Set<string>>, taskOrder: readonly string[], file: string) {
  return (classNames: readonly string[]): GivenTask[] | null => {
    if (taskOrder.length < 2) return null;
    for (const [className, tasks] of taskOf) {
      if (tasks.size > 1) {
        const [first, second] = tasks;
        throw new DataError(
          `"${file}": class "${className}" is in task "${first}" and in task "${second}". A class belongs to one task; for the same classes under changing conditions call the column "domain".`,
          'stream.from',
        );
      }
    }
    return taskOrder
      .map((name) => ({
        name,
        classes: classNames.flatMap((className, i) => (taskOf.get(className)?.has(name) === true ? [i] : [])),
        domain: null,
      }))
      .filter(({ classes }) => classes.length > 0);
  };
}

export const manifest: Layout = {
  async list(tree, options) {
    const table = await findTable(tree);
    if (table === null) return null;
    const file = table.entry.path;
    const folder = file.slice(0, file.lastIndexOf('/') + 1);
    const byPath = new Map(tree.files.map((entry) => [entry.path, entry]));
    const skipped: Skipped[] = [...tree.skipped];
    const placed: Placed[] = [];
    const taskOf = new Map<string, Set<string>>();
    const taskOrder = new Set<string>();
    const domainOrder = new Set<string>();
    const seen = new Set<string>();
    table.rows.forEach((row, i) => {
      const where = `"${file}", line ${i + 2},`;
      const raw = row[table.path] ?? '';
      const className = (row[table.label] ?? '').trim();
      const path = cleanPath(raw);
      const entry = path === null ? undefined : (byPath.get(folder + path) ?? byPath.get(path));
      const reason =
        path === null
          ? 'its path leads out of the folder'
          : entry === undefined
            ? 'it is listed, but not there'
            : className === ''
              ? 'it has no label'
              : seen.has(entry.path)
                ? 'it is listed twice'
                : null;
      if (reason !== null || entry === undefined) {
        skipped.push({ name: raw, reason: reason ?? '' });
        return;
      }
      seen.add(entry.path);
      const task = table.task < 0 ? '' : (row[table.task] ?? '').trim();
      if (task !== '') {
        taskOrder.add(task);
        taskOf.set(className, (taskOf.get(className) ?? new Set()).add(task));
      }
      const domain = table.domain < 0 ? null : (row[table.domain] ?? '').trim();
      if (domain !== null) domainOrder.add(domain);
      placed.push({
        name: entry.path,
        className,
        split: table.split < 0 ? null : splitOfRow(row[table.split] ?? '', where),
        domain,
        at: i,
        read: async (decode) => decodeChecked(await entry.bytes(), decode),
      });
    });
    if (placed.length === 0) {
      // A table that only happens to have such columns says nothing about folders of images beside it.
      if (tree.files.some(({ path }) => IMAGE.test(path))) return null;
      throw new DataError(
        `"${file}" lists ${table.rows.length} images, none of which came with it. Drop the folder that holds both.`,
        'stream.from',
      );
    }
    const unlisted = tree.files.filter((entry) => IMAGE.test(entry.path) && !seen.has(entry.path));
    skipped.push(...unlisted.map(({ path }) => ({ name: path, reason: `"${file}" does not list it` })));
    return assemble({ placed, skipped, domainOrder: [...domainOrder], tasks: tasksFrom(taskOf, [...taskOrder], file) }, options);
  },
};
