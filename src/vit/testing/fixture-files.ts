/** The fixtures of scripts/fixtures/checkpoints.py: files in every format and layout, with what PyTorch computes of them. */
import { readFileSync } from 'node:fs';
import type { VitConfig } from '../config';
import type { VitAnswers } from '../config-override';
import type { VitFile } from '../load';

export const FIXTURES = 'src/vit/fixtures/checkpoints';

export interface FixtureCase {
  readonly name: string;
  readonly files: readonly string[];
  readonly sidecars?: Readonly<Record<string, string>>;
  /** Side of the two images. */
  readonly size: number;
  readonly answers: VitAnswers;
  /** What of the configuration is worth a look. */
  readonly config: Partial<VitConfig>;
  readonly features: readonly (readonly number[])[];
  readonly logits: readonly (readonly number[])[] | null;
}

export function fixtureCases(): readonly FixtureCase[] {
  return (JSON.parse(readFileSync(`${FIXTURES}/expected.json`, 'utf8')) as { cases: FixtureCase[] }).cases;
}

const bytesOf = (path: string): Uint8Array => new Uint8Array(readFileSync(`${FIXTURES}/${path}`));

/** The files of a case as they would be dropped. */
export function fixtureFile({ files, sidecars = {} }: Pick<FixtureCase, 'files' | 'sidecars'>): VitFile {
  const [first, ...others] = files.filter((path) => !path.endsWith('.json'));
  if (first === undefined) throw new Error('The case has no weights');
  const beside = files.filter((path) => path.endsWith('.json')).map((path) => [path, path] as const);
  return {
    name: first,
    bytes: bytesOf(first),
    shards: others.map((name) => ({ name, bytes: bytesOf(name) })),
    sidecars: [...beside, ...Object.entries(sidecars)].map(([name, path]) => ({
      name,
      text: readFileSync(`${FIXTURES}/${path}`, 'utf8'),
    })),
  };
}

/** Two images [2, size, size, 3] by the formula of the script. */
export function fixturePixels(size: number): Uint8Array {
  return Uint8Array.from({ length: 2 * size * size * 3 }, (_, i) => (i * i * 31 + i * 17 + 7) % 251);
}
