/** Downloads with bytes reported, and digests checked. */
import { SaidError, said, type Sentence, reasonOf } from '../common/said';
import { digestBlob } from '../data/digest';
import type { LoadProgress } from './api';
import { tryMirror } from './hub/hosts';

/** A file that could not be fetched, or is not the one that was promised. The message says what is safe and what to do. */
export class DownloadError extends SaidError {
  override readonly name = 'DownloadError';
  /** What a server answered; absent where it did not. */
  readonly status: number | undefined;

  constructor(what: Sentence, status?: number) {
    super(what);
    this.status = status;
  }
}

export type OnProgress = (progress: LoadProgress) => void;

/** SHA-256 as lower-case hex. */
export const sha256 = (bytes: Uint8Array<ArrayBuffer>): Promise<string> => digestBlob(new Blob([bytes]));

/** Reports at most so often: a progress bar needs no more, and each report crosses to the page. */
const REPORT_MS = 100;

const ownOrigin = (): string => (typeof location === 'undefined' ? '' : location.origin);

/** What to do about an address that cannot be reached: the page's policy (build-policy.ts) lets it talk to its site and the hub alone. */
function remedy(url: URL): Sentence {
  const allowed = url.origin === ownOrigin() || /(^|\.)(huggingface\.co|hf\.co|hf-mirror\.com)$/.test(url.hostname);
  return allowed
    ? said`Check the address and the connection, then try again.${tryMirror(url.href)}`
    : said`The page talks to its own site and to Hugging Face alone, so that nothing leaves the tab: download the file and drop it here.`;
}

export async function fetchOk(url: URL, signal?: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    // Neither cookies nor tokens go to the hub or its mirror.
    response = await fetch(url, { ...(url.origin === ownOrigin() ? {} : { credentials: 'omit' }), ...(signal ? { signal } : {}) });
  } catch (error) {
    signal?.throwIfAborted();
    throw new DownloadError(said`${url.href} could not be reached (${reasonOf(error)}). ${remedy(url)}`);
  }
  if (!response.ok)
    throw new DownloadError(said`${url.href} answered ${response.status}. Check the address, then try again.`, response.status);
  return response;
}

/** The whole file, whose `bytes` are counted while they arrive. Throws DownloadError. */
export async function download(
  url: URL,
  onProgress: OnProgress,
  expectedBytes = 0,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetchOk(url, signal);
  // A compressed transfer has a length that is not the file's.
  const declared = response.headers.get('content-encoding') ? 0 : Number(response.headers.get('content-length') ?? 0);
  const total = expectedBytes || declared;
  if (!response.body) return new Uint8Array(await response.arrayBuffer());
  const parts: Uint8Array[] = [];
  let done = 0;
  let reported = -Infinity;
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { value, done: ended } = await reader.read();
      if (ended) break;
      parts.push(value);
      done += value.length;
      if (performance.now() - reported > REPORT_MS) {
        reported = performance.now();
        onProgress({ stage: 'download', done, total });
      }
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw new DownloadError(said`The download of ${url.href} broke off after ${done} bytes (${reasonOf(error)}). Try again.`);
  }
  if (total > 0 && done !== total) {
    throw new DownloadError(said`The download of ${url.href} ended after ${done} of ${total} bytes. Try again.`);
  }
  onProgress({ stage: 'download', done, total: done });
  const bytes = new Uint8Array(done);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** JSON of a small file. Throws DownloadError. */
export async function downloadJson(url: URL, signal?: AbortSignal): Promise<unknown> {
  const response = await fetchOk(url, signal);
  try {
    return await response.json();
  } catch {
    throw new DownloadError(said`${url.href} is not JSON. The site may be incomplete; build it again.`);
  }
}

/** Text of a file that may be missing: a config.json beside a checkpoint. */
export async function downloadTextIfPresent(url: URL): Promise<string | null> {
  try {
    const response = await fetch(url);
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}

/** Throws DownloadError when the bytes are not those that were promised. */
export async function checkDigest(what: Sentence, bytes: Uint8Array<ArrayBuffer>, expected: string | undefined): Promise<string> {
  const found = await sha256(bytes);
  if (expected !== undefined && expected !== found) {
    throw new DownloadError(
      said`${what} is not the file that was expected (SHA-256 ${found.slice(0, 12)}…, expected ${expected.slice(0, 12)}…). Reload, or choose the matching file.`,
    );
  }
  return found;
}
