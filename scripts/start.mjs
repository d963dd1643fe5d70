// `npm start`: installs what is missing, builds, serves on localhost and opens the page where there is a display.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureDependencies, root, runNpm } from './ensure-deps.mjs';
import { serveOnFreePort } from './serve.mjs';

ensureDependencies();
runNpm(['run', 'build']);

const { url } = await serveOnFreePort({ folder: join(root, 'dist') }, 4173);
console.log(`\nInfLoRA Playground is running: ${url}\nPress Ctrl+C to stop.`);

/** The command that opens a page, or null where nobody would see it. */
function opener() {
  if (process.env.CI || process.env.BROWSER === 'none' || process.env.SSH_CONNECTION) return null;
  if (process.platform === 'darwin') return ['open'];
  if (process.platform === 'win32') return ['cmd', '/c', 'start', ''];
  return process.env.DISPLAY || process.env.WAYLAND_DISPLAY ? ['xdg-open'] : null;
}

const command = opener();
if (command) {
  const [program, ...args] = command;
  spawn(program, [...args, url], { stdio: 'ignore', detached: true })
    .on('error', () => console.log(`Open ${url} in a browser.`))
    .unref();
}
