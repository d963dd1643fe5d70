/** The hub's real addresses, answered by the local server that misbehaves on demand: the page's own code runs unchanged. */
import type { BrowserContext, Route } from '@playwright/test';
import { openTestHub, type TestCard, type TestHub } from '../src/worker/hub/testing/misbehaving-hub';

export interface HubInBrowser {
  readonly server: TestHub;
  /** Addresses that were asked for. */
  readonly asked: string[];
  /** From now on the network is gone. */
  unplug(): void;
}

/** Bytes that arrive before the server breaks off: the browser gets these and nothing more. */
async function arrived(response: Response): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  try {
    const reader = response.body?.getReader();
    for (let next = await reader?.read(); next?.done === false; next = await reader?.read()) parts.push(next.value);
  } catch {
    // Cut off, as it was asked to.
  }
  return Buffer.concat(parts);
}

export async function serveHub(
  context: BrowserContext,
  models: Readonly<Record<string, Readonly<Record<string, Uint8Array>>>>,
  cards: Readonly<Record<string, TestCard>> = {},
): Promise<HubInBrowser> {
  const server = await openTestHub(models, cards);
  const asked: string[] = [];
  let plugged = true;
  const answer = async (route: Route) => {
    const url = new URL(route.request().url());
    asked.push(url.href);
    if (!plugged) return route.abort('internetdisconnected');
    const { range } = route.request().headers();
    // What a fulfilled redirect leads to is not intercepted: it is followed here.
    const response = await fetch(server.address + url.pathname, { headers: range === undefined ? {} : { range } });
    const headers = Object.fromEntries(response.headers);
    // A length that the body does not have would be the interception's fault, not the hub's.
    delete headers['content-length'];
    await route.fulfill({ status: response.status, headers, body: await arrived(response) });
  };
  await context.route('https://huggingface.co/**', answer);
  context.on('close', () => void server.close());
  return { server, asked, unplug: () => (plugged = false) };
}
