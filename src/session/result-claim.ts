/**
 * What a link may say its experiment comes to, so that who opens it can compute the run and see: `result=<digest>:714,382`, a digest
 * of all that was found and each method's final average in tenths of a percent, in the order of the methods.
 */
import { accuracyMatrix, averageAccuracy } from '../continual/metrics';
import { Sha256 } from '../data/sha256';
import { OWN, readBy } from './read-by';
import type { RunRecord } from './record';

export interface ResultClaim {
  /** Hexadecimal; of every prediction and accuracy of every task, method and reading. */
  readonly digest: string;
  /** Per mille; null where a method has no such number. */
  readonly finals: readonly (number | null)[];
}

export type Verdict =
  | { readonly kind: 'same' }
  /** Other predictions, averages alike: rounding differs from device to device. `most`: the largest difference, a fraction. */
  | { readonly kind: 'rounding' | 'different'; readonly most: number };

const DIGITS = 24;
/** Final averages that lie no further apart count as the same up to rounding: a point is a few test images. */
export const ROUNDING = 0.01;
const KEY = 'result';

function digestOf({ methods }: Pick<RunRecord, 'methods'>): string {
  const found = methods.map(({ id, failure, results }) => [
    id,
    failure !== null,
    results.map(({ task, readings }) => [task, Object.entries(readings).sort(([a], [b]) => (a < b ? -1 : 1))]),
  ]);
  const sha = new Sha256();
  sha.update(new TextEncoder().encode(JSON.stringify(found)));
  return sha.hex().slice(0, DIGITS);
}

/** By the reading that the experiment shows first, else the method's own, else any. */
function finalOf(method: RunRecord['methods'][number], wanted: string | undefined): number | null {
  for (const reading of [wanted ?? OWN, OWN, ...Object.keys(method.results.at(-1)?.readings ?? {})]) {
    const final = averageAccuracy(accuracyMatrix(readBy(method, reading), 'classIncremental'));
    if (final !== null) return Math.round(1000 * final);
  }
  return null;
}

export function claimOf(record: Pick<RunRecord, 'methods' | 'experiment'>): ResultClaim {
  return { digest: digestOf(record), finals: record.methods.map((method) => finalOf(method, record.experiment.readBy)) };
}

/** A run against what its link says. */
export function judge(claim: ResultClaim, record: Pick<RunRecord, 'methods' | 'experiment'>): Verdict {
  const here = claimOf(record);
  if (here.digest === claim.digest) return { kind: 'same' };
  const apart = here.finals.map((final, i) => {
    const said = claim.finals[i] ?? null;
    return final === null || said === null ? (final === said ? 0 : 1) : Math.abs(final - said) / 1000;
  });
  const most = here.finals.length === claim.finals.length ? Math.max(0, ...apart) : 1;
  return { kind: most <= ROUNDING ? 'rounding' : 'different', most };
}

/** To be put behind an experiment's hash; readers that know nothing of it leave it out. */
export const claimToLink = ({ digest, finals }: ResultClaim): string => `&${KEY}=${digest}:${finals.map((final) => final ?? '').join(',')}`;

/** Null where the hash says nothing of a result, or nothing that can be read. */
export function claimFromHash(hash: string): ResultClaim | null {
  const found = new RegExp(`[#&]${KEY}=([0-9a-f]{${DIGITS}}):([0-9]{0,4}(?:,[0-9]{0,4})*)(?:&|$)`).exec(decodeURIComponent(hash));
  const [, digest, finals] = found ?? [];
  if (digest === undefined || finals === undefined) return null;
  return { digest, finals: finals.split(',').map((final) => (final === '' ? null : Number(final))) };
}
