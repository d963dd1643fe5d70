/** The files of a data set's own repository: images with their table, archives, or Parquet, as their owner put them there. */
import { said, listed } from '../../common/said';
import * as v from 'valibot';
import { splitIn } from '../../data/splits';
import { DownloadError, fetchOk } from '../download';

const listing = v.array(
  v.object({
    type: v.optional(v.string(), 'file'),
    path: v.string(),
    size: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
    lfs: v.optional(v.object({ size: v.pipe(v.number(), v.integer(), v.minValue(0)) })),
  }),
);

export interface RepositoryFile {
  readonly path: string;
  readonly size: number;
  readonly url: URL;
}

/** Pages of a listing have a thousand files; more is no set for a tab. */
const MAX_PAGES = 100;

/** The next page, which may be named at the hub's own address: it is asked where this one was. */
function nextPage(link: string | null, hub: string): URL | null {
  const address = /<([^>]+)>\s*;\s*rel="next"/.exec(link ?? '')?.[1];
  if (address === undefined || !URL.canParse(address, hub)) return null;
  const { pathname, search } = new URL(address, hub);
  return new URL(pathname + search, hub);
}

/** All files of a revision. Throws DownloadError. */
export async function repositoryFiles(hub: string, id: string, revision: string, signal?: AbortSignal): Promise<RepositoryFile[]> {
  const files: RepositoryFile[] = [];
  let page: URL | null = new URL(`${hub}/api/datasets/${id}/tree/${encodeURIComponent(revision)}?recursive=true`);
  for (let pages = 0; page !== null; pages++) {
    if (pages === MAX_PAGES)
      throw new DownloadError(said`The data set "${id}" has more than ${MAX_PAGES}000 files. Download an archive of it and drop that.`);
    const response = await fetchOk(page, signal);
    const parsed = v.safeParse(listing, await response.json().catch(() => null));
    if (!parsed.success) throw new DownloadError(said`${page.href} did not answer with a list of files. Check the name, then try again.`);
    for (const { type, path, size, lfs } of parsed.output) {
      if (type !== 'file') continue;
      const encoded = path.split('/').map(encodeURIComponent).join('/');
      files.push({
        path,
        size: lfs?.size ?? size,
        url: new URL(`${hub}/datasets/${id}/resolve/${encodeURIComponent(revision)}/${encoded}`),
      });
    }
    page = nextPage(response.headers.get('link'), hub);
  }
  return files;
}

const KINDS: readonly RegExp[] = [/\.parquet$/i, /\.(zip|tar|tgz|tar\.gz)$/i, /\.(png|jpe?g|jfif|webp|gif|bmp|avif|p[pgn]m)$/i];
const TABLE = /\.(csv|tsv|jsonl)$/i;

/** Files that make up the set: of the first kind that there is, with the tables beside them. Throws DownloadError saying what is there instead. */
export function chooseFiles(files: readonly RepositoryFile[], id: string): RepositoryFile[] {
  const kind = KINDS.find((pattern) => files.some(({ path }) => pattern.test(path)));
  if (kind === undefined) {
    const some = files.slice(0, 8).map(({ path }) => path);
    throw new DownloadError(
      said`The data set "${id}" holds no images, archives or Parquet files that are read here. It holds: ${some.length === 0 ? said`nothing` : listed(some)}.`,
    );
  }
  const chosen = files.filter(({ path }) => kind.test(path) || TABLE.test(path));
  // Archives of the same images in other sizes are told apart by nobody; those that name splits belong together.
  const archives = chosen.filter(({ path }) => kind === KINDS[1] && kind.test(path) && splitIn(path) === null);
  return archives.length > 1 ? chosen.filter((file) => !archives.includes(file) || file === archives[0]) : chosen;
}
