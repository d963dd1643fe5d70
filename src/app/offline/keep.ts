/** The whole site in this browser's cache, on demand. The service worker keeps whatever passes through it; all there is to do is ask. */

interface SiteList {
  readonly version: string;
  readonly bytes: number;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
}

/** Remembered across versions: who kept the site once wants the next one whole, too. */
const WANTED = 'offline-wanted';

async function siteList(): Promise<SiteList> {
  const response = await fetch(new URL('offline.json', document.baseURI));
  if (!response.ok) throw new Error(`The list of files could not be read (${response.status}).`);
  return (await response.json()) as SiteList;
}

/** Files of this version that are not kept yet. */
async function lacking({ version, files }: SiteList): Promise<SiteList['files']> {
  const cache = await caches.open(`site-${version}`);
  const kept = new Set((await cache.keys()).map(({ url }) => url));
  return files.filter(({ path }) => !kept.has(new URL(path, document.baseURI).href));
}

/** Bytes of the whole site, and how many of them are not kept; null where nothing can be kept (no service worker). */
export async function offlineState(): Promise<{ readonly bytes: number; readonly left: number } | null> {
  if (!('serviceWorker' in navigator) || navigator.serviceWorker.controller === null) return null;
  const list = await siteList();
  return { bytes: list.bytes, left: (await lacking(list)).reduce((sum, { bytes }) => sum + bytes, 0) };
}

async function keep(wanted: (path: string) => boolean, onProgress: (share: number) => void): Promise<void> {
  const list = await siteList();
  const files = (await lacking(list)).filter(({ path }) => wanted(path));
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  for (const { path, bytes } of files) {
    const response = await fetch(new URL(path, document.baseURI));
    if (!response.ok) throw new Error(`"${path}" could not be read (${response.status}).`);
    await response.arrayBuffer();
    done += bytes;
    onProgress(done / total);
  }
}

/** Rejects where a file cannot be had or does not stay. */
export async function keepAll(onProgress: (share: number) => void): Promise<void> {
  localStorage.setItem(WANTED, 'yes');
  await keep(() => true, onProgress);
  if ((await lacking(await siteList())).length > 0) throw new Error('The browser did not keep everything.');
}

/** What any visit leaves behind: the default experiment and the run that plays. Nothing where the person saves data. */
export async function keepDefault(): Promise<void> {
  const { connection } = navigator as { readonly connection?: { readonly saveData?: boolean } };
  if (connection?.saveData === true) return;
  await keep(
    (path) =>
      /^(backbones\/glyph-vit\/|streams\/materials\/|runs\/(default|materials-best-rates|rates-materials|seeds-materials)\.json)/.test(
        path,
      ),
    () => undefined,
  );
}

export const isWanted = (): boolean => {
  try {
    return localStorage.getItem(WANTED) === 'yes';
  } catch {
    return false;
  }
};
