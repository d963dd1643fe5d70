/** The lists of what is bundled, as the site serves them. */
import * as v from 'valibot';
import { backboneIndex, streamIndex, type BackboneEntry, type StreamEntry } from '../../worker/bundled';

const runs = v.object({
  schema: v.literal(1),
  runs: v.array(
    v.object({
      id: v.string(),
      title: v.string(),
      file: v.string(),
      stream: v.optional(v.string()),
    }),
  ),
  /** Files of searched learning rates, by stream (session/rate-sweep.ts). */
  rates: v.optional(v.record(v.string(), v.string()), {}),
});

export type RunEntry = v.InferOutput<typeof runs>['runs'][number];

export interface Catalogue {
  readonly backbones: readonly BackboneEntry[];
  readonly streams: readonly StreamEntry[];
  readonly runs: readonly RunEntry[];
  readonly rates: Readonly<Partial<Record<string, string>>>;
}

/** Columns of a stream's thumbnail sprite. */
export const THUMBS_PER_ROW = 16;

export type FetchJson = (path: string) => Promise<unknown>;

/**
 * Reads `public/{backbones,streams,runs}/index.json`. A list that is missing or not understood counts as empty: the page
 * works with the user's own files then.
 */
export async function readCatalogue(fetchJson: FetchJson): Promise<Catalogue> {
  const read = async <S extends v.GenericSchema>(path: string, schema: S): Promise<v.InferOutput<S> | null> => {
    try {
      const parsed = v.safeParse(schema, await fetchJson(path));
      return parsed.success ? parsed.output : null;
    } catch {
      return null;
    }
  };
  const [b, s, r] = await Promise.all([
    read('backbones/index.json', backboneIndex),
    read('streams/index.json', streamIndex),
    read('runs/index.json', runs),
  ]);
  return { backbones: b?.backbones ?? [], streams: s?.streams ?? [], runs: r?.runs ?? [], rates: r?.rates ?? {} };
}

/** Fetches JSON from the site itself, relative to the page, so that any sub-path works. */
export const fetchFromSite: FetchJson = async (path) => {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${response.statusText}`);
  return response.json() as Promise<unknown>;
};
