// `npm run lab -- …`: loads the TypeScript of cli/ and runs it. See cli/usage.ts.
import { join } from 'node:path';
import { ensureDependencies, root } from './ensure-deps.mjs';

ensureDependencies();
const { runnerImport } = await import('vite');
const { builtSite } = await import('./build-if-stale.mjs');
const { engineVersion } = await import('./engine.mjs');
const { module } = await runnerImport(join(root, 'cli', 'main.ts'), { configFile: false, root, logLevel: 'error' });
// npm runs scripts in the project's folder; paths are meant from where the user stood.
const surroundings = { builtSite, engineVersion, from: process.env.INIT_CWD ?? process.cwd() };
process.exitCode = await module.main(process.argv.slice(2), surroundings);
