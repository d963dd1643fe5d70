/** A local server that speaks the hub's routes (list, resolve with a redirect, ranges, ETag, CORS) and misbehaves on demand. */
import type { Socket } from 'node:net';
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the server treats one request of a file; later requests take the next one, and then all is well. */
export type Fault =
  | { readonly kind: 'cut'; readonly after: number }
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string }
  | { readonly kind: 'no-range' }
  | { readonly kind: 'wrong-bytes' }
  | { readonly kind: 'short' }
  | { readonly kind: 'stall'; readonly after: number }
  | { readonly kind: 'long' };

export interface TestHub {
  readonly address: string;
  /** What files get next, in order. */
  faults: Fault[];
  /** Requests of files so far: their Range headers, '' for none. */
  readonly requests: string[];
  close(): Promise<void>;
}

const cors = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'ETag, Content-Range, X-Linked-Size' };

const gitName = (bytes: Uint8Array): string => createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

/** What the hub says of a model beside its files. */
export interface TestCard {
  readonly license?: string;
  readonly gated?: boolean;
}

export async function openTestHub(
  models: Readonly<Record<string, Readonly<Record<string, Uint8Array>>>>,
  cards: Readonly<Record<string, TestCard>> = {},
): Promise<TestHub> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();

  function list(response: ServerResponse, files: Readonly<Record<string, Uint8Array>>): void {
    const entries = Object.entries(files).map(([path, bytes]) => ({
      ...{ type: 'file', path, size: bytes.length, oid: gitName(bytes) },
      ...(path.endsWith('.json') ? {} : { lfs: { oid: createHash('sha256').update(bytes).digest('hex'), size: bytes.length } }),
    }));
    response.writeHead(200, { ...cors, 'content-type': 'application/json' }).end(JSON.stringify(entries));
  }

  function send(request: IncomingMessage, response: ServerResponse, whole: Uint8Array): void {
    const fault = hub.faults.shift();
    requests.push(request.headers.range ?? '');
    if (fault?.kind === 'status') {
      response.writeHead(fault.status, { ...cors, ...(fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter }) }).end();
      return;
    }
    const range = fault?.kind === 'no-range' ? undefined : /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
    const from = Number(range ?? 0);
    if (from >= whole.length && from > 0) {
      response.writeHead(416, cors).end();
      return;
    }
    let body = whole.subarray(from);
    if (fault?.kind === 'wrong-bytes') body = body.map((byte) => byte ^ 1);
    if (fault?.kind === 'short') body = body.subarray(0, body.length - 5);
    if (fault?.kind === 'long') body = Uint8Array.from([...body, 1, 2, 3]);
    const headers = { ...cors, etag: '"1"', 'accept-ranges': 'bytes', 'content-length': String(body.length) };
    response.writeHead(
      range === undefined ? 200 : 206,
      range === undefined ? headers : { ...headers, 'content-range': `bytes ${from}-${whole.length - 1}/${whole.length}` },
    );
    if (fault?.kind === 'cut' || fault?.kind === 'stall') {
      response.write(body.subarray(0, fault.after));
      if (fault.kind === 'cut') setTimeout(() => response.destroy(), 20);
      return;
    }
    response.end(body);
  }

  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://hub').pathname);
    const listed = /^\/api\/models\/(.+)\/tree\/[^/]+$/.exec(path)?.[1];
    if (listed !== undefined) {
      const files = models[listed];
      if (files) list(response, files);
      else response.writeHead(404, cors).end('{}');
      return;
    }
    const about = /^\/api\/models\/(.+)$/.exec(path)?.[1];
    if (about !== undefined) {
      const { license, gated = false } = cards[about] ?? {};
      const card = { id: about, gated, tags: license === undefined ? [] : [`license:${license}`], cardData: { license } };
      response.writeHead(200, { ...cors, 'content-type': 'application/json' }).end(JSON.stringify(card));
      return;
    }
    const [, model = '', file = ''] = /^\/(.+?)\/resolve\/[^/]+\/(.+)$/.exec(path) ?? [];
    if (models[model]?.[file]) {
      // The hub sends large files from elsewhere.
      response.writeHead(302, { ...cors, location: `/cdn/${model}/${file}` }).end();
      return;
    }
    const stored = Object.entries(models).flatMap(([id, files]) =>
      Object.entries(files).map(([name, bytes]) => [`/cdn/${id}/${name}`, bytes] as const),
    );
    const found = stored.find(([name]) => name === path)?.[1];
    if (found) send(request, response, found);
    else response.writeHead(404, cors).end();
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const hub: TestHub = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults: [],
    requests,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return hub;
}
