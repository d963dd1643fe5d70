/** An asset's whole address: a worker that was started from a Blob has no address of its own to resolve a path against. */
export const assetUrl = (path: string): string => new URL(path, import.meta.url).href;
