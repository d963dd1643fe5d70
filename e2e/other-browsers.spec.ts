/** Firefox and WebKit: what a visitor does first. Chromium has the full suite. */
import { expect, test } from '@playwright/test';
import { stripeArchive, tinyBackbone, tinyConfig } from './materials';
import { firefox } from './other/firefox';
import { lateServiceWorker } from './other/late-service-worker';
import { OtherPlayground } from './other/tab';
import { webkit } from './other/webkit';

/** Two tasks of a few images, two methods. */
const TINY =
  '#v=1&d=2&seed=3&stream.maxTasks=2&stream.trainPerClass=8&stream.testPerClass=4&training.epochs=2&interference=off' +
  '&methods.0.id=inflora&methods.0.rank=4&methods.1.id=full-fine-tuning';

for (const browser of [firefox, webkit]) {
  test.describe(browser.name, { tag: '@slow' }, () => {
    test.skip(browser.path === null, `${browser.name} is not installed: ${browser.install}`);
    // One tab after the other's: each journey opens the page anew.
    test.describe.configure({ mode: 'default', timeout: 1_200_000 });
    let playground: OtherPlayground;

    test.beforeAll(async () => {
      playground = new OtherPlayground(await browser.open(), test.info().project.use.baseURL ?? '');
    });
    test.afterAll(() => playground.tab.close());

    test('the first visit plays a recorded run, and the device is told', async () => {
      await playground.open();
      await playground.until(`Number(document.querySelector('[data-testid="average-inflora"]')?.dataset.value) > 0.5`);
      await playground.until(`document.querySelectorAll('main svg path').length > 5`);
      await playground.shows('device', /WebAssembly|WebGPU/);
    });

    test('in a fresh profile a run goes to its end, though the service worker took over while compute threads were serving', async () => {
      const site = await lateServiceWorker(test.info().project.use.baseURL ?? '');
      const fresh = new OtherPlayground(await browser.open(), site.url);
      try {
        await fresh.open(TINY);
        await fresh.shows('device', /WebAssembly|WebGPU/);
        expect(await fresh.tab.evaluate(`navigator.serviceWorker.controller?.state`)).toBeNull();
        await fresh.until(`navigator.serviceWorker.controller?.state === 'activated'`, 30_000);
        await fresh.click('start');
        await fresh.finished();
        expect(await fresh.value('average-inflora')).toBeGreaterThan(0);
      } finally {
        await fresh.tab.close();
        site.close();
      }
    });

    test('the default experiment, two tasks with half of its pictures, on WebAssembly', async () => {
      await playground.open('#v=1&d=2&stream.maxTasks=2&stream.trainPerClass=25&stream.testPerClass=10&training.epochs=1');
      await playground.shows('device', /WebAssembly|WebGPU/);
      await playground.click('device');
      await playground.click('device-wasm');
      await playground.click('start');
      await playground.shows('where', /of 2/);
      await playground.finished(900_000);
      await playground.shows('device', /WebAssembly/);
      expect(await playground.value('average-inflora')).toBeGreaterThan(await playground.value('average-frozen'));
    });

    const dropped = async (device: 'wasm' | 'webgpu') => {
      await playground.open('#v=1&training.epochs=2&training.batchSize=8');
      await playground.drop(tinyBackbone(), tinyConfig);
      await playground.shows('backbone-summary', /32/);
      await playground.drop(stripeArchive());
      await playground.shows('stream-summary', /4 classes/);
      await playground.tab.evaluate(`(location.hash += '&stream.split.kind=equal&stream.split.classesPerTask=2')`);
      await playground.click('device');
      await playground.click(`device-${device}`);
      await playground.shows('device', device === 'wasm' ? /WebAssembly/ : /WebGPU/);
      await playground.click('start');
      await playground.finished(600_000);
      expect(await playground.value('average-inflora')).toBeGreaterThanOrEqual(0);
    };
    test('dropped images and a dropped checkpoint run to the end', () => dropped('wasm'));
    if (browser.webgpu) test('dropped images and a dropped checkpoint run to the end on WebGPU', () => dropped('webgpu'));

    test('a link sets up its experiment; a run is kept, and goes on after a reload', async () => {
      await playground.open(TINY);
      await playground.shows('device', /WebAssembly|WebGPU/);
      expect(await playground.tab.evaluate('location.hash')).toContain('seed=3');
      await playground.click('start');
      await playground.clickWhen('pause', 'where', /task 2 of 2 · train/i, 240_000);
      await playground.shows('where', /paused/i);
      await playground.until(
        `await new Promise((resolve, reject) => {
          const opening = indexedDB.open('inflora-playground', 1);
          opening.onerror = () => reject(opening.error);
          opening.onsuccess = () => {
            const asked = opening.result.transaction('runs').objectStore('runs').getAll();
            asked.onsuccess = () => (opening.result.close(), resolve(asked.result.some(({ bytes }) => bytes.state > 0)));
          };
        })`,
      );
      await playground.tab.reload();
      await playground.shows('go-on-note', /1 of 2 tasks/);
      await playground.click('go-on');
      await playground.shows('where', /2 of 2 tasks/, 240_000);
    });

    test('the first scene of the lesson reveals what its record holds', async () => {
      await playground.tab.goto('about:blank');
      await playground.tab.goto(new URL('#scene=1&stop=2', test.info().project.use.baseURL).href);
      await playground.shows('said', /points lost/);
    });
  });
}
