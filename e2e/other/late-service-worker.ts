/** The site as it is served, but for a service worker that comes late: a page's compute threads are serving by then. */
import { createServer } from 'node:http';

const LATE_MS = 4_000;

export async function lateServiceWorker(base: string): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => {
    void (async () => {
      const path = request.url ?? '/';
      if (path.includes('service-worker.js')) await new Promise((resolve) => setTimeout(resolve, LATE_MS));
      const answer = await fetch(new URL(path, base));
      const body = Buffer.from(await answer.arrayBuffer());
      response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(body);
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://localhost:${typeof address === 'object' && address !== null ? address.port : 0}/`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
