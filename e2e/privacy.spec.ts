import { serveHub } from './hub';
import { stripeArchive, tinyBackbone, tinyConfig } from './materials';
import { expect, test } from './page';

test.describe('nothing leaves the tab', () => {
  test('own images and an own backbone, trained and tried: every request goes to the site itself', async ({
    playground,
    page,
    baseURL,
  }) => {
    const origins = new Set<string>();
    // The context sees the requests of workers, too.
    page.context().on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol !== 'blob:' && protocol !== 'data:') origins.add(origin);
    });
    await playground.open('#v=1&training.epochs=1&training.batchSize=8');
    await playground.drop(tinyBackbone(), tinyConfig);
    await expect(playground.by('backbone-summary')).toBeVisible();
    await playground.drop(stripeArchive());
    await expect(playground.by('stream-summary')).toContainText('4 classes');
    await expect(playground.by('promise')).toBeVisible();
    await playground.by('start').click();
    await playground.finished();
    expect([...origins]).toEqual([new URL(baseURL ?? '').origin]);
  });

  test('with a model of the hub: besides the site the hub alone is asked, for that model, and told nothing', async ({
    playground,
    page,
    context,
    baseURL,
  }) => {
    const site = new URL(baseURL ?? '').origin;
    const id = 'someone/tiny-vit';
    await serveHub(context, { [id]: { 'config.json': tinyConfig.bytes, 'model.safetensors': tinyBackbone().bytes } });
    const foreign: string[] = [];
    context.on('request', (request) => {
      const { protocol, origin, href } = new URL(request.url());
      if (protocol === 'blob:' || protocol === 'data:' || origin === site) return;
      foreign.push(`${request.method()} ${href}${request.postData() ?? ''}`);
    });
    await playground.open('#v=1&training.epochs=1&training.batchSize=8');
    await playground.by('section-backbone').click();
    // By key: a section that is still unfolding may move from under the pointer.
    await playground.by('hub').locator('summary').press('Enter');
    await playground.by('hub-id').fill(id);
    await playground.by('hub-look').click();
    await playground.by('hub-fetch').click();
    await expect(playground.by('backbone-summary')).toContainText(id);
    await playground.drop(stripeArchive());
    await expect(playground.by('stream-summary')).toContainText('4 classes');
    await playground.by('start').click();
    await playground.finished();
    expect([...new Set(foreign)].sort()).toEqual([
      `GET https://huggingface.co/api/models/${id}`,
      `GET https://huggingface.co/api/models/${id}/tree/main`,
      `GET https://huggingface.co/${id}/resolve/main/config.json`,
      `GET https://huggingface.co/${id}/resolve/main/model.safetensors`,
    ]);
    expect(await page.context().cookies()).toEqual([]);
  });
});

test.describe('the policy', () => {
  test.use({ allowed: [[/Content Security Policy/i, /Failed to fetch/i], { scope: 'test' }] });

  test('refuses other sites, in the page and in the worker', async ({ playground, page }) => {
    await playground.open();
    const inPage = await page.evaluate(() =>
      fetch('https://example.org/').then(
        () => 'reached',
        () => 'refused',
      ),
    );
    expect(inPage).toBe('refused');
    const asked: string[] = [];
    page.context().on('request', (request) => asked.push(request.url()));
    const inWorker = await page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          const source = `fetch('https://example.org/').then(() => 'reached', () => 'refused').then(postMessage)`;
          const worker = new Worker(URL.createObjectURL(new Blob([source])));
          worker.onmessage = (event) => resolve(String(event.data));
        }),
    );
    expect(inWorker).toBe('refused');
    await playground.page.goto('about:blank');
    await playground.open('#v=1&stream.from.source=url&stream.from.url=https://example.org/x.zip');
    await playground.by('start').click();
    await expect(playground.problem('stream')).toContainText(/could not be reached .* download the file and drop it here/);
    expect(asked.filter((url) => url.includes('example.org'))).toEqual([]);
  });
});
