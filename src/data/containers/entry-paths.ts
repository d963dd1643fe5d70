/** Where the entries of an archive lie: their names, which strangers wrote, as paths inside it. */
import { said, type Sentence } from '../../common/said';
import { cleanPath } from '../names';

const ROOTED = /^(?:[A-Za-z]:)?[/\\]+/;

/**
 * Nothing is written anywhere, so that names which all begin at the root of a disk are read as if they began in the
 * archive. Single ones among others were meant to end up elsewhere; these, and names that climb, are null.
 */
export function entryPaths(names: readonly string[]): (string | null)[] {
  const rooted = names.length > 0 && names.every((name) => ROOTED.test(name));
  return names.map((name) => cleanPath(rooted ? name.replace(ROOTED, '') : name));
}

/** Why a name is no path. */
export const noPath = (name: string): Sentence =>
  ROOTED.test(name)
    ? said`its path leads out of the archive: it begins at the root of a disk`
    : said`its path leads out of the archive: it climbs with ".."`;
