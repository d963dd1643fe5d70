/** Where the entries of an archive lie: their names, which strangers wrote, as paths inside it. */
import { cleanPath } from '../names';

const ROOTED = /^(?:[A-Za-z]:)?[/\\]+/;

export type EntryPath = { readonly path: string } | { readonly path: null; readonly reason: string };

/**
 * Nothing is written anywhere, so that names which all begin at the root of a disk are read as if they began in the
 * archive. Single ones among others were meant to end up elsewhere; these, and names that climb, are none.
 */
export function entryPaths(names: readonly string[]): EntryPath[] {
  const rooted = names.length > 0 && names.every((name) => ROOTED.test(name));
  return names.map((name) => {
    const path = cleanPath(rooted ? name.replace(ROOTED, '') : name);
    if (path !== null) return { path };
    const why = ROOTED.test(name) ? 'begins at the root of a disk' : 'climbs with ".."';
    return { path: null, reason: `its path leads out of the archive: it ${why}` };
  });
}
