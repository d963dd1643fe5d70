/** A split as a file: which classes make up which task, and how images were divided, so that others get the same. */
import { SaidError, said, reasonOf } from '../common/said';
import * as v from 'valibot';
import { parseExperiment, type Experiment } from './experiment';

const SCHEMA = 1;

const splitFile = v.object({
  kind: v.literal('inflora-split'),
  schema: v.literal(SCHEMA),
  title: v.optional(v.string(), ''),
  /** Digest of the images that the split was made for. */
  sha256: v.optional(v.string()),
  seed: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** The experiment's `stream` without the source. */
  stream: v.looseObject({}),
});
export type SplitFile = v.InferOutput<typeof splitFile>;

/** A split file that cannot be used; the message says why. */
export class SplitFileError extends SaidError {
  override readonly name = 'SplitFileError';
}

/** The split of an experiment as JSON, with the digest of its images where it is known. */
export function writeSplit({ stream, seed }: Experiment, source: { readonly title: string; readonly sha256: string } | null): string {
  const { from: _, ...rest } = stream;
  const made = source === null ? {} : { title: source.title, sha256: source.sha256 };
  return `${JSON.stringify({ kind: 'inflora-split', schema: SCHEMA, ...made, seed, stream: rest }, null, 2)}\n`;
}

/** The experiment with the file's split in place of its own. Throws SplitFileError. */
export function applySplit(experiment: Experiment, text: string): { readonly experiment: Experiment; readonly file: SplitFile } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SplitFileError(said`The file is not JSON. Choose a split saved by this page.`);
  }
  const parsed = v.safeParse(splitFile, value);
  if (!parsed.success) {
    const newer =
      typeof value === 'object' && value !== null && 'schema' in value && typeof value.schema === 'number' && value.schema > SCHEMA;
    throw new SplitFileError(
      newer
        ? said`The split was saved by a newer version. Open it on an up-to-date site.`
        : said`The file is no split saved by this page ("kind": "inflora-split").`,
    );
  }
  const { stream, seed } = parsed.output;
  try {
    return {
      experiment: parseExperiment({ ...experiment, seed, stream: { ...stream, from: experiment.stream.from } }),
      file: parsed.output,
    };
  } catch (error) {
    throw new SplitFileError(said`The split cannot be used. ${reasonOf(error)}`);
  }
}
