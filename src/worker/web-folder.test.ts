import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { listImages } from '../data/source';
import { plain } from '../data/testing/sources';
import { createSources } from './sources';
import { fetchFolder, linksBelow } from './web-folder';

const silent = () => undefined;
const base = new URL('http://host/set/');
const names = (page: string) => linksBelow(page, base).map(({ pathname }) => decodeURIComponent(pathname));

describe('pages that list a folder', () => {
  it.each([
    [
      "Python's http.server",
      '<ul><li><a href="cat/">cat/</a></li><li><a href="%C3%84pfel.png">Äpfel.png</a></li></ul>',
      ['/set/cat/', '/set/Äpfel.png'],
    ],
    [
      'Apache',
      '<a href="?C=N;O=D">Name</a> <a href="/">Parent Directory</a> <IMG SRC="x"> <A HREF="a&amp;b.png">a</A> <a class="x" href=\'dog/\'>dog</a>',
      ['/set/a&b.png', '/set/dog/'],
    ],
    ['nginx', '<pre><a href="../">../</a>\n<a href="1.png">1.png</a>  01-Jan-2026 10:00  268</pre>', ['/set/1.png']],
    [
      'absolute addresses',
      '<a href="/set/x.png">x</a><a href="http://host/set/y.png">y</a><a href=/set/z.png>z</a>',
      ['/set/x.png', '/set/y.png', '/set/z.png'],
    ],
  ])('%s', (_, page, found) => {
    expect(names(page)).toEqual(found);
  });

  it('follows nothing that leads elsewhere', () => {
    const page = [
      '../secret.png',
      '//evil/set/x.png',
      'https://host/set/x.png',
      'javascript:alert(1)',
      'data:text/html,x',
      '/setting/x.png',
      '%2e%2e/x.png',
      '#top',
      '/set/',
    ]
      .map((href) => `<a href="${href}">x</a>`)
      .join('');
    expect(names(page)).toEqual([]);
  });
});

describe('a folder on a web server', () => {
  let server: Server | null = null;
  afterEach(() => void server?.close());

  const serve = async (files: Readonly<Record<string, Uint8Array | string>>): Promise<URL> => {
    const asked = createServer((request, response) => {
      const path = decodeURIComponent(request.url ?? '').slice(1);
      const file = files[path];
      if (file !== undefined) return void response.end(file);
      const inside = new Set(
        Object.keys(files).flatMap((name) => (name.startsWith(path) ? [/^[^/]*\/?/.exec(name.slice(path.length))?.[0] ?? ''] : [])),
      );
      if (inside.size === 0) return void response.writeHead(404).end();
      if (path !== '' && !path.endsWith('/')) return void response.writeHead(301, { location: `/${path}/` }).end();
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(`<!DOCTYPE html>${[...inside].map((name) => `<a href="${encodeURI(name)}">${name}</a>`).join('')}`);
    });
    server = asked;
    await new Promise<void>((resolve) => asked.listen(0, '127.0.0.1', resolve));
    return new URL(`http://127.0.0.1:${(asked.address() as AddressInfo).port}/`);
  };
  const set = Object.fromEntries(
    ['train', 'test'].flatMap((split) =>
      ['猫', 'dog'].flatMap((name) => [0, 1].map((i) => [`pets/${split}/${name}/${i}.png`, plain(i)] as const)),
    ),
  );

  it('is a set like one that is dropped, with or without its slash', async () => {
    const address = await serve({ ...set, 'pets/index.js': 'no image' });
    for (const path of ['pets/', 'pets']) {
      const { files, title, sha256 } = await createSources(address.href).stream(
        { source: 'url', url: new URL(path, address).href },
        silent,
      );
      expect([title, sha256, files.length]).toEqual(['pets', null, 8]);
      const listing = await listImages(files, { testFraction: 0.25, seed: 0 });
      expect([listing.classNames, listing.dividedHere]).toEqual([['dog', '猫'], false]);
    }
  });

  it('says so where nothing is listed, or what is there is no list', async () => {
    const address = await serve({ 'a/notes.md': 'x', 'b/': 'plain' });
    await expect(fetchFolder(new URL('a/', address), silent)).rejects.toThrow(/lists no images/);
    await expect(fetchFolder(new URL('b/', address), silent)).rejects.toThrow(/no list of files/);
    await expect(fetchFolder(new URL('c/', address), silent)).rejects.toThrow(/answered 404/);
  });

  it('ends where a server lists itself for ever', async () => {
    let pages = 0;
    const endless = createServer((_, response) => {
      pages++;
      response.setHeader('content-type', 'text/html');
      response.end('<a href="again/">again</a>');
    });
    server = endless;
    await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', resolve));
    const address = new URL(`http://127.0.0.1:${(endless.address() as AddressInfo).port}/x/`);
    await expect(fetchFolder(address, silent)).rejects.toThrow(/lists no images/);
    expect(pages).toBeLessThan(20);
  });
});
