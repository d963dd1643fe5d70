/** A folder that a web server lists: the pages that Apache, nginx, Python's http.server and others make of a folder are walked. */
import { said } from '../common/said';
import type { NamedBlob } from '../data/file-tree';
import { DownloadError, fetchOk, type OnProgress } from './download';
import { downloadMany, type RemoteFile } from './download-many';

const MAX_BYTES = 4 * 2 ** 30;
const MAX_FILES = 100_000;
const MAX_PAGES = 5000;
const MAX_DEPTH = 12;
/** A page beyond this is no list of files. */
const MAX_PAGE = 64 * 2 ** 20;
/** Files that say something of a set of images. */
const WANTED = /\.(png|jpe?g|jfif|webp|gif|bmp|avif|p[pgn]m|csv|tsv|jsonl|txt|json|parquet|np[yz]|zip|tar|tgz|tar\.gz)$|ubyte(\.gz)?$/i;

const unescaped = (text: string) =>
  text.replace(/&(amp|quot|#39|#x27|lt|gt);/g, (entity) => ({ '&amp;': '&', '&quot;': '"', '&lt;': '<', '&gt;': '>' })[entity] ?? "'");

/** Addresses below `base` that a page links to: no parents, no other sites, nothing that sorts the list. */
export function linksBelow(page: string, base: URL): URL[] {
  const found = new Map<string, URL>();
  for (const [, double, single, bare] of page.matchAll(/<a\s[^>]*?\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/gi)) {
    const href = unescaped(double ?? single ?? bare ?? '');
    if (!URL.canParse(href, base)) continue;
    const url = new URL(href, base);
    if (url.origin !== base.origin || url.search !== '' || url.hash !== '') continue;
    if (url.pathname.length > base.pathname.length && url.pathname.startsWith(base.pathname)) found.set(url.href, url);
  }
  return [...found.values()];
}

/** A name of the server's as text; what is no percent encoding stays as it is. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Whether an address is of a folder: it says so by its slash, or what came from it is a page. */
export const isFolder = ({ protocol, pathname }: URL, head = new Uint8Array()): boolean =>
  /^https?:$/.test(protocol) &&
  (pathname.endsWith('/') || /^\s*<(!doctype html|html)/i.test(new TextDecoder().decode(head.subarray(0, 100))));

/**
 * Files below the folder, under its name. Throws DownloadError where the server lists none, or more than a tab can take.
 */
export async function fetchFolder(address: URL, onProgress: OnProgress, signal?: AbortSignal): Promise<NamedBlob[]> {
  const root = address.pathname.endsWith('/') ? address : new URL(`${address.pathname}/`, address);
  const name = decoded(root.pathname.split('/').at(-2) ?? '') || 'images';
  const files: RemoteFile[] = [];
  const folders: { readonly url: URL; readonly depth: number }[] = [{ url: root, depth: 0 }];
  const seen = new Set([root.href]);
  for (let pages = 0; pages < folders.length; pages++) {
    if (pages === MAX_PAGES || files.length > MAX_FILES) {
      throw new DownloadError(
        said`${root.href} has more than ${MAX_PAGES} folders or ${MAX_FILES} files. Pack it, and drop the archive or its address.`,
      );
    }
    const folder = folders[pages];
    if (folder === undefined) break;
    const response = await fetchOk(folder.url, signal);
    const isPage =
      /html/i.test(response.headers.get('content-type') ?? '') && Number(response.headers.get('content-length') ?? 0) <= MAX_PAGE;
    if (!isPage)
      throw new DownloadError(
        said`${folder.url.href} answers with no list of files. Give the address of an archive, or have the server list the folder.`,
      );
    for (const url of linksBelow(await response.text(), folder.url)) {
      if (seen.has(url.href)) continue;
      seen.add(url.href);
      if (!url.pathname.endsWith('/')) {
        if (WANTED.test(url.pathname)) files.push({ name: `${name}/${decoded(url.pathname.slice(root.pathname.length))}`, url });
      } else if (folder.depth < MAX_DEPTH) folders.push({ url, depth: folder.depth + 1 });
    }
  }
  if (files.length === 0) {
    throw new DownloadError(
      said`The page at ${root.href} lists no images, tables or archives. Give the address of a folder that its server lists.`,
    );
  }
  return downloadMany(files, onProgress, { signal, most: MAX_BYTES });
}
