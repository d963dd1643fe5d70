/** The built site in a headless browser, with local files served beside it. */
import { chromium, type Page } from 'playwright';
import type { Playground, RemoteFile } from '../src/worker/automation';
import { browserArguments, chromiumPath } from '../scripts/browser.mjs';
import { serve } from '../scripts/serve.mjs';
import { UsageError } from './arguments';
import type { LocalFile } from './experiments';

/** Something that went wrong while it ran: exit code 1. */
export class RunFailure extends Error {
  override readonly name = 'RunFailure';
}

type Verb = keyof Playground;

export interface Site {
  /** Calls `window.playground`. Rejects with the page's error, its name first. */
  call<V extends Verb>(verb: V, ...args: Parameters<Playground[V]>): Promise<Awaited<ReturnType<Playground[V]>>>;
  /** Gives local files an address that the page can fetch. */
  publish(files: readonly LocalFile[]): RemoteFile[];
  /** An address that the page can put a file at, which then lies at `path`. */
  receive(path: string): string;
  close(): Promise<void>;
}

/** What an experiment, or a file that it names, got wrong; found only by the page, which reads the files. */
const INPUT_ERRORS = ['ExperimentError', 'DataError', 'CheckpointError', 'MissingFileError', 'GoldenError', 'NoHeadError'];

/** `text` begins with the error's name. */
export function failure(text: string, cause: unknown): UsageError | RunFailure {
  const [name = ''] = text.split(':');
  if (INPUT_ERRORS.includes(name)) return new UsageError(text.slice(name.length + 2), { cause });
  return new RunFailure(text, { cause });
}

/** Local inputs appear under this path, by number: their names never become part of an address. */
const PRIVATE = '/lab-files/';

async function openPage(page: Page, url: string): Promise<void> {
  await page.goto(url);
  const until = Date.now() + 30_000;
  // The page's policy forbids what `waitForFunction` polls by.
  while (!(await page.evaluate(() => 'playground' in window))) {
    if (Date.now() > until) throw new Error('The page did not start within 30 seconds.');
    await page.waitForTimeout(20);
  }
}

export async function openSite(folder: string): Promise<Site> {
  const files = new Map<string, string>();
  const uploads = new Map<string, string>();
  const served = await serve({ folder, files, uploads });
  // Who is told to stop has yet to save where it stands, for which the browser must live; it ends with its pipe in any case.
  const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  const launched = chromium.launch({ executablePath: chromiumPath(), args: browserArguments, headless: true, ...signals });
  const browser = await launched.catch(async (error: unknown) => {
    await served.close();
    throw error;
  });
  // Each run has the site of this moment, and leaves nothing behind.
  // Nor does the page show anything meanwhile: what moves on it takes the processor from the kernels.
  const page = await browser.newPage({ serviceWorkers: 'block', reducedMotion: 'reduce' });
  page.setDefaultTimeout(0);
  let crash: string | null = null;
  page.on('crash', () => (crash = 'The browser page crashed, most likely out of memory.'));
  try {
    await openPage(page, served.url);
  } catch (error) {
    await browser.close();
    await served.close();
    throw error;
  }
  return {
    async call(verb, ...args) {
      try {
        return (await page.evaluate(
          async ([name, values]) => {
            const playground = window.playground as unknown as Record<string, (...all: unknown[]) => unknown>;
            try {
              return await playground[name]?.(...values);
            } catch (error) {
              // Errors keep only their text on the way out of the page.
              if (!(error instanceof Error)) throw error;
              const field = 'field' in error && typeof error.field === 'string' ? `Field "${error.field}": ` : '';
              throw new Error(`${error.name}: ${field}${error.message}`, { cause: error });
            }
          },
          [verb, args] as [string, unknown[]],
        )) as never;
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        throw failure(crash ?? text.replace(/^page\.evaluate: (Error: )?/, '').split('\n    at ')[0] ?? text, error);
      }
    },
    publish(list) {
      return list.map(({ name, path }) => {
        const address = `${PRIVATE}${files.size}`;
        files.set(address, path);
        return { name, url: address };
      });
    },
    receive(path) {
      const address = `${PRIVATE}put/${uploads.size}`;
      uploads.set(address, path);
      return address;
    },
    async close() {
      await browser.close();
      await served.close();
    },
  };
}
