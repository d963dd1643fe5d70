/** Firefox, by WebDriver BiDi. */
import { existsSync } from 'node:fs';
import { launch } from 'puppeteer-core';
import type { OtherBrowser } from './tab';

const PATHS = [process.env.FIREFOX_PATH, '/usr/bin/firefox-esr', '/usr/bin/firefox', '/Applications/Firefox.app/Contents/MacOS/firefox'];

export const firefox: OtherBrowser = {
  name: 'Firefox',
  path: PATHS.find((path) => path !== undefined && existsSync(path)) ?? null,
  webgpu: true,
  install: 'apt-get install firefox-esr, or FIREFOX_PATH',
  async open() {
    const browser = await launch({
      browser: 'firefox',
      executablePath: firefox.path ?? '',
      headless: true,
      protocolTimeout: 300_000,
      // Where Mesa is the GPU: for unrolled products in vectors of eight, LLVM takes many minutes.
      env: { ...process.env, LP_NATIVE_VECTOR_WIDTH: '128' },
      extraPrefsFirefox: { 'dom.webgpu.enabled': true, 'gfx.webgpu.ignore-blocklist': true },
    });
    const page = await browser.newPage();
    await page.setViewport({ width: 1280, height: 720 });
    return {
      goto: async (url) => void (await page.goto(url)),
      reload: async () => void (await page.reload()),
      evaluate: async (expression) =>
        JSON.parse((await page.evaluate(`(async () => JSON.stringify((await (${expression})) ?? null))()`)) as string) as unknown,
      close: () => browser.close(),
    };
  },
};
