/**
 * A run that stopped, as one file: a head of JSON (schema, build, record, the state's tree), the state's arrays as they lie in memory, and
 * a check sum, so that what a crash left half is known as such. Little-endian, as every browser's machine is.
 */
import { SaidError, said } from '../common/said';
import { crc32 } from '../common/crc32';
import { seal } from './seal';
import { parseRecord } from './migrations';
import type { RunRecord } from './record';
import type { RunState } from './run';

/** Raised whenever a build of before could not go on from what is written now: 3 has old tasks' second moments as triangles. */
export const STATE_SCHEMA = 3;
/** Of what was written before, the oldest that can still be gone on from; any record stays readable. */
const OLDEST_SCHEMA = 2;

/** A saved state that cannot be gone on from; the message says why and what is left. */
export class StateFileError extends SaidError {
  override readonly name = 'StateFileError';
}

export interface StateFile {
  readonly record: RunRecord;
  readonly state: RunState;
}

const MAGIC = 'InfLoRA run\n';
const START = MAGIC.length + 4;
const ARRAYS = { Float32Array, Float64Array, Int32Array, Uint32Array, Uint16Array, Int16Array, Uint8Array, Int8Array, Uint8ClampedArray };
type ArrayKind = keyof typeof ARRAYS;
type AnyArray = InstanceType<(typeof ARRAYS)[ArrayKind]>;

const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8;
const kindOf = (value: object): ArrayKind | undefined => (Object.keys(ARRAYS) as ArrayKind[]).find((kind) => value instanceof ARRAYS[kind]);
const KEPT_RESULTS = said`The results that it had found are kept.`;
const damaged = (): StateFileError => new StateFileError(said`The saved state of this run is damaged, so it cannot go on. ${KEPT_RESULTS}`);

interface Packed {
  readonly kind: ArrayKind;
  readonly length: number;
  readonly at: number;
}

/** Plain data as JSON: what JSON has no word for is an object of one key. Arrays that are one stay one. */
function pack(value: unknown, arrays: Map<AnyArray, number>): unknown {
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)))
    return { $n: Object.is(value, -0) ? '-0' : String(value) };
  if (value === undefined) return { $u: 0 };
  if (value === null || ['number', 'string', 'boolean'].includes(typeof value)) return value;
  if (Array.isArray(value)) return value.map((item) => pack(item, arrays));
  if (value instanceof Map) return { $m: [...value].map(([key, item]) => [pack(key, arrays), pack(item, arrays)]) };
  if (typeof value !== 'object') throw new TypeError(`A run's state holds a ${typeof value}, which cannot be saved.`);
  if (kindOf(value) !== undefined) {
    const array = value as AnyArray;
    if (!arrays.has(array)) arrays.set(array, arrays.size);
    return { $a: arrays.get(array) };
  }
  return { $o: Object.fromEntries(Object.entries(value).map(([key, item]) => [key, pack(item, arrays)])) };
}

function unpack(value: unknown, arrays: readonly AnyArray[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => unpack(item, arrays));
  const tagged = value as Readonly<Record<string, unknown>>;
  if (typeof tagged.$n === 'string') return Number(tagged.$n);
  if ('$u' in tagged) return undefined;
  if (typeof tagged.$a === 'number') return arrays[tagged.$a];
  if (Array.isArray(tagged.$m))
    return new Map((tagged.$m as [unknown, unknown][]).map(([key, item]) => [unpack(key, arrays), unpack(item, arrays)]));
  return Object.fromEntries(Object.entries(tagged.$o ?? {}).map(([key, item]) => [key, unpack(item, arrays)]));
}

/** The whole file but its check sum, for which there is room at its end: `seal` (seal.ts) reads all of it, and whoever writes the file may do that. */
export function packStateFile({ record, state }: StateFile): Uint8Array<ArrayBuffer> {
  const found = new Map<AnyArray, number>();
  const tree = pack(state, found);
  const arrays: Packed[] = [];
  let body = 0;
  for (const array of found.keys()) {
    arrays.push({ kind: kindOf(array) ?? 'Uint8Array', length: array.length, at: body });
    body += aligned(array.byteLength);
  }
  const head = new TextEncoder().encode(JSON.stringify({ schema: STATE_SCHEMA, record, state: tree, arrays }));
  const first = aligned(START + head.length);
  const file = new Uint8Array(first + body + 4);
  file.set(new TextEncoder().encode(MAGIC));
  new DataView(file.buffer).setUint32(MAGIC.length, head.length, true);
  file.set(head, START);
  [...found.keys()].forEach((array, i) => {
    file.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), first + (arrays[i]?.at ?? 0));
  });
  return file;
}

export const writeStateFile = (run: StateFile): Uint8Array<ArrayBuffer> => seal(packStateFile(run));

interface Head {
  readonly schema: number;
  readonly record: unknown;
  readonly state: unknown;
  readonly arrays: readonly Packed[];
}

/** Throws StateFileError: damaged, or of another version. */
export function readStateFile(file: Uint8Array<ArrayBuffer>): StateFile {
  if (file.length < START + 4 || new TextDecoder().decode(file.subarray(0, MAGIC.length)) !== MAGIC) throw damaged();
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (view.getUint32(file.length - 4, true) !== crc32(file.subarray(0, -4))) throw damaged();
  const length = view.getUint32(MAGIC.length, true);
  const head = JSON.parse(new TextDecoder().decode(file.subarray(START, START + length))) as Head;
  if (!(head.schema >= OLDEST_SCHEMA && head.schema <= STATE_SCHEMA)) {
    const which = head.schema > STATE_SCHEMA ? said`a newer` : said`an older`;
    throw new StateFileError(said`This run was saved by ${which} version of this site, so it cannot go on here. ${KEPT_RESULTS}`);
  }
  const first = aligned(START + length);
  const arrays = head.arrays.map(({ kind, length: count, at }) => {
    const from = file.byteOffset + first + at;
    return new ARRAYS[kind](file.buffer.slice(from, from + count * ARRAYS[kind].BYTES_PER_ELEMENT));
  });
  return { record: parseRecord(head.record), state: unpack(head.state, arrays) as RunState };
}
