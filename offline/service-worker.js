/*
 * The site without a network, and with threads on hosts that send no headers. The build puts `self.SITE = { version, files }` in front:
 * every file of this version with its size and digest.
 *
 * One of our own: what it has to do is one file (isolation headers on everything, one cache a version, nothing forced), and a
 * library that precaches would bring its own manifest, routing and strategies and still leave the headers to be written by hand.
 */
const { SITE } = self;
const CACHE = `site-${SITE.version}`;
const byPath = new Map(SITE.files.map((file) => [file.path, file]));
const scope = new URL(self.registration.scope);

/** Without a version's own scripts a page of it breaks as soon as the next one is put up; images and weights come as they are used. */
const essential = ({ path }) =>
  /^(index\.html|manifest\.webmanifest|favicon\.svg|assets\/.*|(backbones|streams|runs)\/index\.json)$/.test(path);

const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** A page that was opened with these may share memory between threads. */
function isolated(response) {
  if (response.type === 'opaque' || response.type === 'opaqueredirect' || response.status === 0) return response;
  const headers = new Headers(response.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  headers.set('Cross-Origin-Resource-Policy', 'same-origin');
  const empty = response.status === 204 || response.status === 205 || response.status === 304;
  return new Response(empty ? null : response.body, { status: response.status, statusText: response.statusText, headers });
}

/** From the network, kept where it is this version's. While a new version is put up, files of two versions come side by side. */
async function fetchAndKeep(file, request) {
  const response = await fetch(request, { cache: 'no-cache' });
  if (response.status !== 200) return response;
  const copy = response.clone();
  const bytes = await copy.arrayBuffer();
  if (hex(await crypto.subtle.digest('SHA-256', bytes)).startsWith(file.digest)) {
    const cache = await caches.open(CACHE);
    // Full storage is no reason to withhold the file.
    await cache.put(file.path, new Response(bytes, { headers: response.headers })).catch(() => undefined);
    return response;
  }
  return Object.assign(response, { otherVersion: true });
}

async function install() {
  const saveData = navigator.connection?.saveData === true;
  const wanted = SITE.files.filter((file) => (saveData ? file.path === 'index.html' : essential(file)));
  for (const file of wanted) {
    const response = await fetchAndKeep(file, new URL(file.path, scope).href);
    if (response.status !== 200 || response.otherVersion)
      throw new Error(`"${file.path}" of this version could not be had (${response.status}).`);
  }
}

async function activate() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith('site-') && name !== CACHE).map((name) => caches.delete(name)));
  // Not waited for: Firefox answers when every client has taken note, which a compute thread that serves never does, and until
  // this is over nothing that they ask for is answered.
  self.clients.claim().catch(() => undefined);
}

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
// A new version waits until the person says so, or every tab is closed.
self.addEventListener('message', (event) => event.data === 'activate' && self.skipWaiting());

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return;
  const path = url.pathname.slice(scope.pathname.length) || 'index.html';
  if (path === 'offline.json') {
    const bytes = SITE.files.reduce((sum, file) => sum + file.bytes, 0);
    event.respondWith(isolated(Response.json({ ...SITE, bytes })));
    return;
  }
  const file = request.headers.has('range') ? undefined : byPath.get(path);
  event.respondWith(
    (async () => {
      const kept = file && (await (await caches.open(CACHE)).match(file.path));
      if (kept) return isolated(kept);
      return isolated(file ? await fetchAndKeep(file, request.mode === 'navigate' ? url.href : request) : await fetch(request));
    })(),
  );
});
