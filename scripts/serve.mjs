// A small static server: the built site with the headers that WASM threads need. Also used by the tests and by lab.
import { createReadStream, createWriteStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.gif': 'image/gif',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.zip': 'application/zip',
};

const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** First and last byte of a single `Range: bytes=` header; null for none, 'bad' for one that cannot be met. */
export function parseRange(header, size) {
  if (header === undefined) return null;
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  if (!match || (match[1] === '' && match[2] === '')) return null;
  const [, from, to] = match;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(size - 1, Number(to));
  return first > last || first >= size ? 'bad' : [first, last];
}

/** Path of the file asked for, or null when it is not inside the folder (links included). */
async function locate(folder, path) {
  const wanted = resolve(folder, '.' + sep + path);
  if (wanted !== folder && !wanted.startsWith(folder + sep)) return null;
  try {
    const found = (await stat(wanted)).isDirectory() ? join(wanted, 'index.html') : wanted;
    const real = await realpath(found);
    const home = await realpath(folder);
    return real.startsWith(home + sep) ? real : null;
  } catch {
    return null;
  }
}

function send(request, response, status, headers, body) {
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function sendFile(request, response, file, headers) {
  const { size, mtimeMs } = await stat(file);
  const etag = `"${size.toString(16)}-${Math.floor(mtimeMs).toString(16)}"`;
  const all = {
    ...headers,
    'Content-Type': types[extname(file).toLowerCase()] ?? 'application/octet-stream',
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'no-cache',
    ETag: etag,
  };
  if (request.headers['if-none-match'] === etag && request.headers.range === undefined) {
    response.writeHead(304, all);
    return response.end();
  }
  const range = parseRange(request.headers.range, size);
  if (range === 'bad') return send(request, response, 416, { ...headers, 'Content-Range': `bytes */${size}` }, '');
  const [first, last] = range ?? [0, size - 1];
  if (range) all['Content-Range'] = `bytes ${first}-${last}/${size}`;
  response.writeHead(range ? 206 : 200, { ...all, 'Content-Length': Math.max(0, last - first + 1) });
  if (request.method === 'HEAD' || size === 0) return response.end();
  const stream = createReadStream(file, { start: first, end: last });
  stream.on('error', () => response.destroy());
  stream.pipe(response);
}

/**
 * Serves `folder` on localhost. `files` maps further absolute URL paths to single files anywhere (lab's local inputs);
 * `uploads` maps URL paths to files that a PUT is written to (states of lab's runs); `headers: false` leaves the isolation
 * headers out, as a plain static host does; `base` is the sub-path to serve under.
 */
export async function serve({ folder, port = 0, files = new Map(), uploads = new Map(), headers = true, base = '/' }) {
  const home = resolve(folder);
  const extra = headers ? isolation : {};
  const server = createServer((request, response) => {
    void (async () => {
      const upload = request.method === 'PUT' ? uploads.get(request.url) : undefined;
      if (upload) {
        await pipeline(request, createWriteStream(upload));
        return send(request, response, 204, extra, '');
      }
      if (request.method !== 'GET' && request.method !== 'HEAD') return send(request, response, 405, { ...extra, Allow: 'GET, HEAD' }, '');
      let path;
      try {
        // Taken as sent: URL parsing would hide a "..".
        path = decodeURIComponent((request.url ?? '/').split(/[?#]/)[0] ?? '/');
      } catch {
        return send(request, response, 400, extra, 'Bad path');
      }
      const single = files.get(path);
      if (single) return sendFile(request, response, single, extra);
      const inside = path.startsWith(base) && !path.includes('\0') ? await locate(home, path.slice(base.length)) : null;
      if (inside) return sendFile(request, response, inside, extra);
      return send(request, response, 404, { ...extra, 'Content-Type': 'text/plain; charset=utf-8' }, 'Not found');
    })().catch(() => response.destroy());
  });
  await new Promise((ready, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', ready);
  });
  const { port: actual } = server.address();
  return {
    url: `http://localhost:${actual}${base}`,
    port: actual,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(done);
      }),
  };
}

/** As `serve`, on the first free port from `from` on. */
export async function serveOnFreePort(options, from) {
  for (let port = from; port < from + 100; port++) {
    try {
      return await serve({ ...options, port });
    } catch (error) {
      if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
    }
  }
  throw new Error(`No free port between ${from} and ${from + 99}.`);
}

// `node scripts/serve.mjs [folder] [port]`: what Playwright starts. `--plain`: without the isolation headers, as a host that sends none.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const plain = process.argv.includes('--plain');
  const [folder = 'dist', port = '4173'] = process.argv.slice(2).filter((word) => word !== '--plain');
  const { url } = await serve({ folder, port: Number(port), headers: !plain });
  console.log(url);
}
