/** Which image of a set a cell of a table means: by its path, by an address from another machine, or by its bare number. */
import { said, type Sentence } from '../../common/said';
import type { FileEntry } from '../file-tree';
import { groupBy } from '../group-by';
import { splitIn, type SplitWord } from '../splits';

const partsOf = (path: string) => path.split('/');
const stemOf = (name: string) => name.replace(/\.[a-z0-9]{2,5}$/i, '');

/** Forward slashes, no blanks around, no scheme or drive, `.` and `..` resolved below `folder`; `outside`: it came from elsewhere. */
function cleaned(raw: string, folder: string): { readonly parts: readonly string[]; readonly outside: boolean } {
  const text = raw
    .trim()
    .normalize('NFC')
    .replaceAll('\\', '/')
    .replace(/^([a-z]+:\/\/[^?#]*)[?#].*$/i, '$1')
    .replace(/^[a-z]+:\/\/[^/]*/i, '')
    .replace(/^[a-z]:(?=\/)/i, '');
  const outside = text.startsWith('/') || /^[a-z]+:/i.test(raw.trim());
  const parts: string[] = outside || folder === '' ? [] : partsOf(folder.slice(0, -1));
  let climbed = false;
  for (const part of partsOf(text)) {
    if (part === '..') climbed = parts.pop() === undefined || climbed;
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return { parts, outside: outside || climbed };
}

const splitOfFolders = (parts: readonly string[]): SplitWord | null =>
  parts.reduce<SplitWord | null>((found, part) => splitIn(part)?.split ?? found, null);

/** Number of last parts that are alike, the name's ending and capitals aside. */
function shared(a: readonly string[], b: readonly string[]): number {
  let count = 1;
  while (count < a.length && count < b.length && a.at(-1 - count)?.toLowerCase() === b.at(-1 - count)?.toLowerCase()) count++;
  return count;
}

export type Found = { readonly entry: FileEntry } | { readonly entry: null; readonly reason: Sentence };

export interface Finder {
  /** `root`: number of leading folders that all values from elsewhere share. */
  find(raw: string, folder: string, root: number, split: SplitWord | null): Found;
  /** Leading folders that all values from elsewhere share. */
  sharedRoot(values: Iterable<string>): number;
}

/** Images of one name beyond which the name alone tells nothing. */
const MANY = 64;
/** The last so many parts, capitals and the name's ending aside. */
const endOf = (path: readonly string[], parts: number) => stemOf(path.slice(-parts).join('/')).toLowerCase();

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

const gone: Found = { entry: null, reason: said`it is listed, but not there` };

/** `images`: those that may be meant. */
export function createFinder(images: readonly FileEntry[]): Finder {
  const byPath = new Map(images.map((entry) => [entry.path, entry]));
  const byEnd = [1, 2].map((parts) => lazily(() => groupBy(images, ({ path }) => endOf(partsOf(path), parts))));
  /** Images whose folder and name are those, else whose name is, where that says anything. */
  const called = (value: readonly string[]): readonly FileEntry[] => {
    const inFolder = value.length > 1 ? byEnd[1]?.().get(endOf(value, 2)) : undefined;
    if (inFolder !== undefined) return inFolder;
    const named = byEnd[0]?.().get(endOf(value, 1)) ?? [];
    return named.length > MANY ? [] : named;
  };
  const shell = leadingFolders(images.map(({ path }) => partsOf(path)));
  return {
    find(raw, folder, root, split) {
      const { parts, outside } = cleaned(raw, folder);
      const exact = byPath.get(parts.join('/')) ?? byPath.get(cleaned(raw, '').parts.join('/'));
      if (exact !== undefined && !outside) return { entry: exact };
      const value = outside ? parts : cleaned(raw, '').parts;
      const name = value.at(-1);
      if (name === undefined) return gone;
      const hasEnding = stemOf(name) !== name;
      const wanted = outside ? value.length - root : value.length;
      const meant = splitOfFolders(value.slice(0, -1));
      let best: FileEntry[] = [];
      let most = 0;
      for (const entry of called(value)) {
        const path = partsOf(entry.path);
        const last = path.at(-1) ?? '';
        if (hasEnding && last.toLowerCase() !== name.toLowerCase()) continue;
        const alike = shared(value, path);
        // The whole value, or the whole path below what all images share: less would take one folder's image for another's.
        if (alike < wanted && alike < path.length - shell) continue;
        const found = splitOfFolders(path.slice(0, -1));
        if (meant !== null && found !== null && meant !== found) continue;
        const fits = alike * 2 + (split !== null && found === split ? 1 : 0);
        if (fits > most) best = [];
        if (fits >= most) best.push(entry);
        most = Math.max(most, fits);
      }
      const [entry, other] = best;
      if (entry !== undefined && other !== undefined) return { entry: null, reason: said`it could be "${entry.path}" or "${other.path}"` };
      if (entry !== undefined) return { entry };
      return /(^|[/\\])\.\.([/\\]|$)/.test(raw) ? { entry: null, reason: said`its path leads out of the folder` } : gone;
    },
    sharedRoot(values) {
      const elsewhere: (readonly string[])[] = [];
      for (const raw of values) {
        const { parts, outside } = cleaned(raw, '');
        if (outside) elsewhere.push(parts);
      }
      return leadingFolders(elsewhere);
    },
  };
}

function leadingFolders(paths: readonly (readonly string[])[]): number {
  const [first] = paths;
  let depth = 0;
  while (first !== undefined && depth < first.length - 1 && paths.every((path) => path.length > depth + 1 && path[depth] === first[depth]))
    depth++;
  return depth;
}
