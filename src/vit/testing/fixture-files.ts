/** The fixtures of scripts/fixtures/checkpoints.py and strangers.py: files in every format and layout, with what PyTorch computes of them. */
import { readFileSync } from 'node:fs';
import type { VitConfig } from '../config';
import type { VitAnswers } from '../config-override';
import type { VitFile } from '../load';

const FIXTURES = 'src/vit/fixtures';
const SETS = ['checkpoints', 'strangers'];

export interface FixtureCase {
  /** Where its files lie. */
  readonly folder: string;
  readonly name: string;
  readonly files: readonly string[];
  readonly sidecars?: Readonly<Record<string, string>>;
  /** Weights and configuration of a PEFT adapter. */
  readonly adapter?: readonly [string, string] | null;
  /** Side of the two images. */
  readonly size: number;
  readonly answers: VitAnswers;
  /** What of the configuration is worth a look. */
  readonly config: Partial<VitConfig>;
  readonly features: readonly (readonly number[])[];
  readonly logits: readonly (readonly number[])[] | null;
}

export function fixtureCases(): readonly FixtureCase[] {
  return SETS.flatMap((set) => {
    const { cases } = JSON.parse(readFileSync(`${FIXTURES}/${set}/expected.json`, 'utf8')) as { cases: FixtureCase[] };
    return cases.map((each) => ({ ...each, folder: set }));
  });
}

/** The files of a case as they would be dropped. */
export function fixtureFile({
  folder,
  files,
  sidecars = {},
  adapter,
}: Pick<FixtureCase, 'folder' | 'files' | 'sidecars' | 'adapter'>): VitFile {
  const bytesOf = (path: string): Uint8Array => new Uint8Array(readFileSync(`${FIXTURES}/${folder}/${path}`));
  const textOf = (path: string): string => readFileSync(`${FIXTURES}/${folder}/${path}`, 'utf8');
  const [first, ...others] = files.filter((path) => !path.endsWith('.json'));
  if (first === undefined) throw new Error('The case has no weights');
  const beside = files.filter((path) => path.endsWith('.json')).map((path) => [path.replace(/^.*\//, ''), path] as const);
  return {
    name: first,
    bytes: bytesOf(first),
    shards: others.map((name) => ({ name, bytes: bytesOf(name) })),
    sidecars: [...beside, ...Object.entries(sidecars)].map(([name, path]) => ({ name, text: textOf(path) })),
    adapter: adapter ? { name: adapter[0], bytes: bytesOf(adapter[0]), config: textOf(adapter[1]) } : null,
  };
}

/** Two images [2, size, size, 3] by the formula of the script. */
export function fixturePixels(size: number): Uint8Array {
  return Uint8Array.from({ length: 2 * size * size * 3 }, (_, i) => (i * i * 31 + i * 17 + 7) % 251);
}
