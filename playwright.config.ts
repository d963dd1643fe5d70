import { defineConfig } from '@playwright/test';
import { MACHINE } from './e2e/machine';
import { browserArguments, chromiumPath } from './scripts/browser.mjs';

const port = Number(process.env.E2E_PORT ?? 4390);

/** Journeys through the built site (`npm run build` first), served as `npm start` serves it. */
export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  timeout: 300_000,
  expect: { timeout: 45_000 },
  // Each waits as much as it computes: two fill two cores.
  workers: 2,
  // A journey that passes only when it is tried again is named after the run: `npm test` gates on what fails twice.
  retries: process.env.CI ? 1 : 0,
  forbidOnly: Boolean(process.env.CI),
  use: {
    baseURL: `http://localhost:${port}/`,
    // Requests that journeys count or answer themselves; e2e/offline.spec.ts is about the other case.
    serviceWorkers: 'block',
    viewport: { width: 1280, height: 720 },
    // A recorded run stands there whole at once, and takes no processor from what is tested; e2e/first-visit.spec.ts sees it play.
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: { executablePath: chromiumPath(), args: browserArguments },
  },
  // Those tagged @slow are left to `npm run test:all`.
  projects: [
    { name: 'machine', testMatch: 'machine.setup.ts' },
    { name: 'journeys', grepInvert: /@slow/, dependencies: ['machine'], use: { storageState: MACHINE } },
    { name: 'journeys-slow', grep: /@slow/, dependencies: ['machine'], use: { storageState: MACHINE } },
  ],
  webServer: { command: `node scripts/serve.mjs dist ${port}`, url: `http://localhost:${port}/`, reuseExistingServer: false },
});
