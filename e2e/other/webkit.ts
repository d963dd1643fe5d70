/** WebKitGTK, by plain WebDriver; without a screen below Xvfb. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { answerOf, asking, type OtherBrowser } from './tab';

const DRIVER = '/usr/bin/WebKitWebDriver';
const SCREEN = '/usr/bin/xvfb-run';

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

export const webkit: OtherBrowser = {
  name: 'WebKit',
  path: existsSync(DRIVER) && existsSync(SCREEN) ? DRIVER : null,
  webgpu: false,
  install: 'apt-get install webkit2gtk-driver xvfb',
  async open() {
    const port = await freePort();
    // A group of its own: what it starts ends with it.
    const driver = spawn(SCREEN, ['-a', '-s', '-screen 0 1280x720x24', DRIVER, `--port=${port}`], { detached: true, stdio: 'ignore' });
    const end = () => {
      if (driver.pid !== undefined && driver.exitCode === null) process.kill(-driver.pid);
    };
    const call = async (method: string, path: string, body?: object): Promise<unknown> => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
      const { value } = (await response.json()) as { value: { error?: string; message?: string } | null };
      if (!response.ok) throw new Error(`${value?.error}: ${value?.message}`);
      return value;
    };
    for (let tries = 0; ; tries++) {
      const ready = await call('GET', '/status').then(
        () => true,
        () => false,
      );
      if (ready) break;
      if (tries > 100) throw new Error('WebKitWebDriver does not answer.');
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    const capabilities = { alwaysMatch: { timeouts: { script: 300_000, pageLoad: 300_000 } } };
    const { sessionId } = (await call('POST', '/session', { capabilities })) as { sessionId: string };
    const session = `/session/${sessionId}`;
    await call('POST', `${session}/window/rect`, { width: 1280, height: 800 }).catch(() => undefined);
    return {
      goto: async (url) => void (await call('POST', `${session}/url`, { url })),
      reload: async () => void (await call('POST', `${session}/refresh`, {})),
      evaluate: async (expression) => answerOf(await call('POST', `${session}/execute/async`, { script: asking(expression), args: [] })),
      async close() {
        await call('DELETE', session).catch(() => undefined);
        end();
      },
    };
  },
};
