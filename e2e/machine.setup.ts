import { readFile, writeFile } from 'node:fs/promises';
import { MACHINE } from './machine';
import { expect, test } from './page';

interface Stored {
  readonly origins: readonly { readonly origin: string; readonly indexedDB?: readonly { readonly name: string }[] }[];
}

// Whether the software adapter is faster than the processor takes two seconds to find out: once, not once a journey.
test('the machine is measured', async ({ playground, context }) => {
  await playground.open();
  await expect(playground.by('device')).toHaveText(/WebAssembly|WebGPU/, { timeout: 60_000 });
  await context.storageState({ path: MACHINE, indexedDB: true });
  const { origins } = JSON.parse(await readFile(MACHINE, 'utf8')) as Stored;
  // Not what a visit leaves beside that: runs, settings.
  const findings = origins.map(({ origin, indexedDB = [] }) => ({
    ...{ origin, localStorage: [] },
    indexedDB: indexedDB.filter(({ name }) => name === 'inflora-compute'),
  }));
  expect(findings.flatMap(({ indexedDB }) => indexedDB)).toHaveLength(1);
  await writeFile(MACHINE, JSON.stringify({ cookies: [], origins: findings }));
});
