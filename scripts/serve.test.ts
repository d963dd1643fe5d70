import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRange, serve, type Served } from './serve.mjs';

let home = '';
let served: Served;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'serve-'));
  mkdirSync(join(home, 'site', 'deep'), { recursive: true });
  writeFileSync(join(home, 'secret.txt'), 'secret');
  writeFileSync(join(home, 'site', 'index.html'), '<p>home</p>');
  writeFileSync(join(home, 'site', 'deep', 'a b.wasm'), '0123456789');
  symlinkSync(join(home, 'secret.txt'), join(home, 'site', 'link.txt'));
  served = await serve({ folder: join(home, 'site'), files: new Map([['/private/1', join(home, 'secret.txt')]]) });
});
afterAll(async () => {
  await served.close();
  rmSync(home, { recursive: true });
});

/** The path exactly as given: fetch would tidy up "..". */
const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: served.port, path, headers, method }, (response) => {
      let body = '';
      response.on('data', (part: Buffer) => (body += part.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asked.on('error', reject);
    asked.end();
  });

describe('the static server', () => {
  it('serves a page isolated, so that WASM threads work', async () => {
    const { status, headers, body } = await get('/?x=1');
    expect([status, body]).toEqual([200, '<p>home</p>']);
    expect(headers['cross-origin-opener-policy']).toBe('same-origin');
    expect(headers['cross-origin-embedder-policy']).toBe('require-corp');
    expect(headers['content-type']).toMatch(/^text\/html/);
  });

  it('knows wasm and escaped names', async () => {
    const { headers, body } = await get('/deep/a%20b.wasm');
    expect([headers['content-type'], body]).toEqual(['application/wasm', '0123456789']);
  });

  it.each(['/../secret.txt', '/..%2fsecret.txt', '/deep/../../secret.txt', '/link.txt', '/%00', '/nothing'])('refuses %s', async (path) => {
    const { status, body } = await get(path);
    expect(status).toBe(404);
    expect(body).not.toContain('secret');
  });

  it('refuses what is no path or no reading', async () => {
    expect((await get('/%')).status).toBe(400);
    expect((await get('/', {}, 'POST')).status).toBe(405);
  });

  it('answers ranges, conditional requests and HEAD', async () => {
    const part = await get('/deep/a%20b.wasm', { range: 'bytes=2-4' });
    expect([part.status, part.body, part.headers['content-range']]).toEqual([206, '234', 'bytes 2-4/10']);
    expect((await get('/deep/a%20b.wasm', { range: 'bytes=10-' })).status).toBe(416);
    const etag = String(part.headers.etag);
    expect((await get('/deep/a%20b.wasm', { 'if-none-match': etag })).status).toBe(304);
    const head = await get('/deep/a%20b.wasm', {}, 'HEAD');
    expect([head.body, head.headers['content-length']]).toEqual(['', '10']);
  });

  it('serves single files under private paths', async () => {
    expect((await get('/private/1')).body).toBe('secret');
  });

  it('reads range headers as RFC 9110 has them', () => {
    expect(parseRange(undefined, 10)).toBeNull();
    expect(parseRange('bytes=0-', 10)).toEqual([0, 9]);
    expect(parseRange('bytes=-3', 10)).toEqual([7, 9]);
    expect(parseRange('bytes=5-99', 10)).toEqual([5, 9]);
    expect(parseRange('bytes=7-5', 10)).toBe('bad');
    expect(parseRange('bytes=0-1,3-4', 10)).toBeNull();
  });
});
