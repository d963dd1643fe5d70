/** One file from the hub into a kept file: in pieces, resumed by range after a break, checked by size and hash. */
import { said, SaidError, reasonOf, type Said } from '../../common/said';
import { Sha256 } from '../../data/sha256';
import { DownloadError } from '../download';
import { tryMirror } from './hosts';
import type { KeptFile } from './kept-files';

export interface WantedFile {
  readonly path: string;
  readonly size: number;
  /** Of large files alone; null for those that Git holds itself. */
  readonly sha256: string | null;
  /** Git's own name of a file that it holds: SHA-1 of "blob <size>\0" and the bytes. */
  readonly git?: string | null;
}

export interface TransferTools {
  readonly fetch: typeof fetch;
  /** Resolves after so many milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Milliseconds without a byte after which a connection counts as dead. */
  readonly stallMs: number;
}

/** What one call brings along. */
export interface TransferWatch {
  readonly signal?: AbortSignal | undefined;
  /** Told before each pause: how long, and why. */
  readonly onWait?: ((ms: number, reason: Said) => void) | undefined;
  /** Requests before it gives up; absent: 6. */
  readonly tries?: number;
}

const TRIES = 6;
const LONGEST_WAIT = 60_000;
/** Bytes hashed at once. */
const PIECE = 4 * 2 ** 20;

const FIRST_WAIT = 500;
/** Browsers show a page the Retry-After header only where the server allows it, and the hub does not. */
const FIRST_WAIT_WHEN_BUSY = 10_000;

/** Seconds or a date, as HTTP has it; else doubling from `first`. */
export function waitFor(header: string | null, attempt: number, first = FIRST_WAIT): number {
  const seconds = header === null || header.trim() === '' ? NaN : Number(header);
  const until = Number.isNaN(seconds) ? Date.parse(header ?? '') - Date.now() : 1000 * seconds;
  return Math.min(LONGEST_WAIT, Math.max(0, Number.isFinite(until) ? until : first * 2 ** attempt));
}

/** Pauses, and ends at once when the call is cancelled. */
async function pause(ms: number, reason: Said, tools: TransferTools, { signal, onWait }: TransferWatch): Promise<void> {
  signal?.throwIfAborted();
  onWait?.(ms, reason);
  let stop = (): void => undefined;
  const cancelled = new Promise<void>((resolve) => {
    stop = resolve;
    signal?.addEventListener('abort', stop);
  });
  await Promise.race([tools.sleep(ms), cancelled]);
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
}

/** What a status means for people. Statuses that may pass are not refused. */
function refuse(status: number, url: string): void {
  if (status === 401 || status === 403) {
    throw new DownloadError(
      // A name that nobody has is answered with 401, too: the hub does not tell the two apart.
      said`${url} answered ${status}: there is no such model, or it is private or asks for consent. Check the name; download what asks for consent on huggingface.co and drop the files here.`,
    );
  }
  if (status === 404) throw new DownloadError(said`${url} answered 404: there is no such model or file. Check the name.`);
  if (status < 500 && status !== 429 && status !== 408 && status !== 416 && status >= 400) {
    throw new DownloadError(said`${url} answered ${status}. Check the name, then try again.`);
  }
}

/** A request that is repeated while the hub is busy or out of reach. Throws DownloadError after the last try. */
export async function patientFetch(
  url: string,
  headers: Record<string, string>,
  tools: TransferTools,
  watch: TransferWatch = {},
): Promise<Response> {
  const { tries = TRIES } = watch;
  let last: Said = '';
  for (let attempt = 0; attempt < tries; attempt++) {
    let wait: number;
    try {
      const response = await tools.fetch(url, { headers, credentials: 'omit', ...(watch.signal ? { signal: watch.signal } : {}) });
      if (response.ok || response.status === 416) return response;
      refuse(response.status, url);
      const busy = response.status === 429;
      last = busy ? said`it answered ${response.status}, too many requests` : said`it answered ${response.status}`;
      wait = waitFor(response.headers.get('retry-after'), attempt, busy ? FIRST_WAIT_WHEN_BUSY : FIRST_WAIT);
    } catch (error) {
      watch.signal?.throwIfAborted();
      if (error instanceof DownloadError) throw error;
      last = reasonOf(error);
      wait = waitFor(null, attempt);
    }
    if (attempt < tries - 1) await pause(wait, last, tools, watch);
  }
  throw new DownloadError(
    said`${url} could not be had after ${tries} tries (${last}). What has arrived is kept; try again later.${tryMirror(url)}`,
  );
}

/** The next piece, or an error when none comes for too long. */
async function nextPiece(reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>, stallMs: number) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stalled = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new SaidError(said`no bytes came for too long`)), stallMs);
  });
  try {
    return await Promise.race([reader.read(), stalled]);
  } finally {
    clearTimeout(timer);
  }
}

/** Appends what the connection gives; returns why it ended early, or null at the end of the file. */
async function drain(
  response: Response,
  file: KeptFile,
  wanted: WantedFile,
  tools: TransferTools,
  onBytes: (done: number) => void,
  signal?: AbortSignal,
): Promise<Said | null> {
  const reader = response.body?.getReader();
  if (!reader) return said`the answer was empty`;
  try {
    while (file.size() <= wanted.size) {
      const { value, done } = await nextPiece(reader, tools.stallMs);
      if (done) return file.size() < wanted.size ? said`the connection was cut` : null;
      file.write(file.size(), value);
      onBytes(Math.min(file.size(), wanted.size));
    }
    return null;
  } catch (error) {
    signal?.throwIfAborted();
    // A full disk is no matter of the connection.
    if (error instanceof DownloadError) throw error;
    return reasonOf(error);
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

async function download(
  url: string,
  file: KeptFile,
  wanted: WantedFile,
  tools: TransferTools,
  onBytes: (done: number) => void,
  watch: TransferWatch,
): Promise<void> {
  let reason: Said = '';
  // A connection that brought bytes does not use a try up: a slow, shaky line gets there.
  for (let idle = 0; idle < TRIES;) {
    const from = file.size();
    if (from === wanted.size) return;
    if (from > wanted.size) file.truncate(0);
    const start = file.size();
    const response = await patientFetch(url, start > 0 ? { range: `bytes=${start}-` } : {}, tools, watch);
    // Who does not know ranges, or has another file now, sends it from the start.
    if (start > 0 && response.status !== 206) file.truncate(0);
    if (response.status === 416) {
      idle++;
      continue;
    }
    const ended = await drain(response, file, wanted, tools, onBytes, watch.signal);
    if (ended === null) return;
    reason = ended;
    if (file.size() > start) idle = 0;
    else idle++;
    await pause(waitFor(null, idle), reason, tools, watch);
  }
  throw new DownloadError(
    said`The download of ${wanted.path} broke off at ${file.size()} of ${wanted.size} bytes (${reason}). What has arrived is kept; try again to go on from there.`,
  );
}

async function sha256Of(blob: Blob, signal?: AbortSignal): Promise<string> {
  const hash = new Sha256();
  for (let at = 0; at < blob.size; at += PIECE) {
    signal?.throwIfAborted();
    hash.update(new Uint8Array(await blob.slice(at, at + PIECE).arrayBuffer()));
  }
  return hash.hex();
}

async function gitNameOf(blob: Blob): Promise<string> {
  const bytes = await new Blob([`blob ${blob.size}\0`, blob]).arrayBuffer();
  return Array.from(new Uint8Array(await crypto.subtle.digest('SHA-1', bytes)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function isRight(blob: Blob | null, { size, sha256, git = null }: WantedFile, signal?: AbortSignal): Promise<boolean> {
  if (blob?.size !== size) return false;
  if (sha256 !== null) return (await sha256Of(blob, signal)) === sha256;
  // Pages without a secure address have no such digest (and keep no files either).
  return git === null || !('subtle' in crypto) || (await gitNameOf(blob)) === git;
}

/**
 * Brings `wanted` into a kept file, resuming what is there. A file of another length or hash than the hub promises is
 * fetched once more from the start. Throws DownloadError saying what is wrong and what to do.
 */
export async function fetchInto(
  url: string,
  wanted: WantedFile,
  open: () => Promise<KeptFile>,
  read: () => Promise<Blob | null>,
  tools: TransferTools,
  onBytes: (done: number) => void,
  watch: TransferWatch = {},
): Promise<void> {
  for (let round = 0; round < 2; round++) {
    const file = await open();
    try {
      if (round > 0) file.truncate(0);
      await download(url, file, wanted, tools, onBytes, watch);
    } finally {
      file.close();
    }
    if (await isRight(await read(), wanted, watch.signal)) return;
  }
  const file = await open();
  file.truncate(0);
  file.close();
  throw new DownloadError(
    said`${wanted.path} is not the file that the hub promises (${wanted.size} bytes${wanted.sha256 === null ? '' : said`, SHA-256 ${wanted.sha256.slice(0, 12)}…`}), twice. Nothing of it was kept. Try again later, or download it by hand and drop it here.`,
  );
}
