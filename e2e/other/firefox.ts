/**
 * Firefox, by Marionette, its own protocol below WebDriver: a session by WebDriver BiDi registers every worker with a debugger,
 * and of the workers that workers start one in thirteen then never runs (Firefox 153: 62 of 825; none of 659 without a session).
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerOf, asking, type OtherBrowser } from './tab';

const PATHS = [process.env.FIREFOX_PATH, '/usr/bin/firefox-esr', '/usr/bin/firefox', '/Applications/Firefox.app/Contents/MacOS/firefox'];

const PREFERENCES = {
  'marionette.port': 0,
  'dom.webgpu.enabled': true,
  'gfx.webgpu.ignore-blocklist': true,
  // Nothing of its own goes out, and no page of its own comes in front.
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'datareporting.policy.dataSubmissionEnabled': false,
  'dom.max_script_run_time': 0,
};

/** The port is written into the profile once it is open. */
async function portOf(profile: string): Promise<number> {
  const file = join(profile, 'MarionetteActivePort');
  for (let tries = 0; tries < 300; tries++) {
    const port = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
    if (port > 0) return port;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('Firefox does not open its port for Marionette.');
}

type Answer = readonly [kind: number, id: number, error: { readonly error: string; readonly message: string } | null, result: unknown];

/** Messages are `<bytes>:<JSON>`, both ways: `[0, id, command, parameters]` and `[1, id, error, result]`; a greeting comes first. */
function marionette(socket: Socket) {
  const waiting = new Map<number, (answer: Answer) => void>();
  // A browser that is gone answers nothing any more; closing tells so.
  socket.on('error', () => undefined);
  socket.on('close', () => {
    for (const [id, answer] of waiting) answer([1, id, { error: 'closed', message: 'Firefox is gone.' }, null]);
  });
  let received = Buffer.alloc(0);
  let last = 0;
  socket.on('data', (data: Buffer) => {
    received = Buffer.concat([received, data]);
    for (;;) {
      const colon = received.indexOf(':');
      const end = colon + 1 + Number(received.subarray(0, colon).toString());
      if (colon < 0 || received.length < end) return;
      const message = JSON.parse(received.subarray(colon + 1, end).toString()) as Answer | object;
      received = received.subarray(end);
      if (Array.isArray(message)) waiting.get(message[1] as number)?.(message as unknown as Answer);
    }
  });
  return (command: string, parameters: object = {}): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, ([, , error, result]) => {
        waiting.delete(id);
        if (error) reject(new Error(`${error.error}: ${error.message}`));
        else resolve(result);
      });
      const text = JSON.stringify([0, id, command, parameters]);
      socket.write(`${Buffer.byteLength(text)}:${text}`);
    });
}

export const firefox: OtherBrowser = {
  name: 'Firefox',
  path: PATHS.find((path) => path !== undefined && existsSync(path)) ?? null,
  webgpu: true,
  install: 'apt-get install firefox-esr, or FIREFOX_PATH',
  async open() {
    const profile = mkdtempSync(join(tmpdir(), 'firefox-'));
    const lines = Object.entries(PREFERENCES).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`);
    writeFileSync(join(profile, 'user.js'), lines.join('\n'));
    const started = spawn(firefox.path ?? '', ['--headless', '--no-remote', '--profile', profile, '--marionette'], {
      // Where Mesa is the GPU: for unrolled products in vectors of eight, LLVM takes many minutes.
      env: { ...process.env, LP_NATIVE_VECTOR_WIDTH: '128' },
      stdio: 'ignore',
    });
    // Also where the journeys are cut short.
    const end = () => started.kill();
    process.once('exit', end);
    const ended = new Promise((resolve) => started.once('exit', resolve));
    const socket = connect(await portOf(profile), '127.0.0.1');
    const call = marionette(socket);
    await call('WebDriver:NewSession');
    await call('WebDriver:SetTimeouts', { script: 300_000, pageLoad: 300_000 });
    await call('WebDriver:SetWindowRect', { width: 1280, height: 800 });
    return {
      goto: async (url) => void (await call('WebDriver:Navigate', { url })),
      reload: async () => void (await call('WebDriver:Refresh')),
      async evaluate(expression) {
        // In the page itself, not in a sandbox beside it.
        const where = { sandbox: null, newSandbox: false };
        const { value } = (await call('WebDriver:ExecuteAsyncScript', { script: asking(expression), args: [], ...where })) as {
          value: unknown;
        };
        return answerOf(value);
      },
      async close() {
        await call('Marionette:Quit').catch(() => undefined);
        await ended;
        process.off('exit', end);
        socket.destroy();
        rmSync(profile, { recursive: true, force: true });
      },
    };
  },
};
