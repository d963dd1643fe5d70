/**
 * Predictions and results as a line of text that is pasted into a chat: `ILP-` and 79 letters of Crockford's base 32, which has no
 * letters that look alike and survives a change of case. A byte of edition, two that tell codes apart, a fixed place for every
 * prediction and result, four of CRC-32. It holds nothing of who made it.
 */
import { crc32 } from '../../common/crc32';
import type { Answer, Predict, SceneId } from './scene';

const PREFIX = 'ILP-';
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** Of the scenes and exercises and the order of their options: a change of them is another edition. */
const EDITION = 1;
const NONE = 255;

/** What an exercise came to: two shares, and for the order of tasks their indices. */
export interface ExerciseResult {
  readonly values: readonly [number, number];
  readonly order?: readonly number[] | undefined;
}

export const EXERCISES = ['order', 'known', 'own'] as const;
export type ExerciseId = (typeof EXERCISES)[number];
const ORDER = 5;

export interface Told {
  readonly mark: number;
  readonly answers: Readonly<Partial<Record<SceneId, Answer>>>;
  readonly results: { readonly [id in ExerciseId]?: ExerciseResult | undefined };
}

export interface Asked {
  readonly id: SceneId;
  readonly predict: Predict;
}

const sizeOf = (predict: Predict): number =>
  ({ bar: 1, choice: 1, point: 2, curve: 0, rank: 0 })[predict.kind] +
  (predict.kind === 'curve' ? predict.places : predict.kind === 'rank' ? predict.of : 0);
const isIndex = ({ kind }: Predict): boolean => kind === 'choice' || kind === 'rank';

const bytesIn = (asked: readonly Asked[]): number => 3 + asked.reduce((sum, { predict }) => sum + sizeOf(predict), 0) + 4 * 3 + ORDER + 4;
const lettersIn = (bytes: number): number => Math.ceil((8 * bytes) / 5);

function toLetters(bytes: Uint8Array): string {
  let [text, held, bits] = ['', 0, 0];
  for (const byte of [...bytes, ...(bytes.length % 5 === 0 ? [] : [0])]) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      text += LETTERS[(held >>> (bits - 5)) & 31] ?? '';
      bits -= 5;
    }
    held &= 31;
  }
  return text.slice(0, lettersIn(bytes.length));
}

/** Writes places one after the other; results are per mille of a share between −1 and 1. */
export function writeCode(told: Told, asked: readonly Asked[]): string {
  const bytes = new Uint8Array(bytesIn(asked)).fill(NONE);
  const view = new DataView(bytes.buffer);
  bytes[0] = EDITION;
  view.setUint16(1, told.mark);
  let at = 3;
  for (const { id, predict } of asked) {
    const answer = told.answers[id];
    answer?.forEach((value, i) => (bytes[at + i] = isIndex(predict) ? value : Math.round(100 * value)));
    at += sizeOf(predict);
  }
  for (const id of EXERCISES) {
    const result = told.results[id];
    result?.values.forEach((value, i) => view.setUint16(at + 2 * i, 1000 + Math.round(1000 * value)));
    at += 4;
  }
  told.results.order?.order?.slice(0, ORDER).forEach((task, i) => (bytes[at + i] = task));
  view.setUint32(bytes.length - 4, crc32(bytes.subarray(0, -4)));
  return PREFIX + toLetters(bytes);
}

/** What is wrong with a code. */
export type Fault =
  | { readonly what: 'letter'; readonly letter: string; readonly at: number }
  | { readonly what: 'length'; readonly found: number; readonly wanted: number }
  | { readonly what: 'newer' | 'checksum' | 'value' };

export type ReadCode = { readonly told: Told } | { readonly fault: Fault };

function fromLetters(text: string, bytes: number): Uint8Array | Fault {
  const wanted = lettersIn(bytes);
  const into = new Uint8Array(bytes);
  let [held, bits, at] = [0, 0, 0];
  for (const [i, letter] of [...text].entries()) {
    const value = LETTERS.indexOf(letter === 'O' ? '0' : letter === 'I' || letter === 'L' ? '1' : letter);
    if (value < 0) return { what: 'letter', letter, at: i + 1 };
    held = (held << 5) | value;
    bits += 5;
    if (bits < 8) continue;
    if (at < bytes) into[at++] = (held >>> (bits - 8)) & 255;
    bits -= 8;
    held &= 255;
  }
  return text.length === wanted ? into : { what: 'length', found: text.length, wanted };
}

export function readCode(code: string, asked: readonly Asked[]): ReadCode {
  const bytes = fromLetters(code.slice(PREFIX.length).toUpperCase(), bytesIn(asked));
  if (!(bytes instanceof Uint8Array)) return { fault: bytes };
  const view = new DataView(bytes.buffer);
  if (crc32(bytes.subarray(0, -4)) !== view.getUint32(bytes.length - 4)) return { fault: { what: 'checksum' } };
  if (bytes[0] !== EDITION) return { fault: { what: 'newer' } };
  let at = 3;
  const answers: Partial<Record<SceneId, Answer>> = {};
  for (const { id, predict } of asked) {
    const found = [...bytes.subarray(at, at + sizeOf(predict))];
    at += sizeOf(predict);
    if (found.every((value) => value === NONE)) continue;
    if (!fits(found, predict)) return { fault: { what: 'value' } };
    answers[id] = isIndex(predict) ? found : found.map((value) => value / 100);
  }
  const results: Partial<Record<ExerciseId, ExerciseResult>> = {};
  const order = [...bytes.subarray(at + 4 * EXERCISES.length, at + 4 * EXERCISES.length + ORDER)];
  for (const id of EXERCISES) {
    const [first, second] = [view.getUint16(at), view.getUint16(at + 2)];
    at += 4;
    if (first === 0xffff) continue;
    if (first > 2000 || second > 2000) return { fault: { what: 'value' } };
    const values: readonly [number, number] = [(first - 1000) / 1000, (second - 1000) / 1000];
    results[id] = { values, ...(id === 'order' && order[0] !== NONE ? { order } : {}) };
  }
  return { told: { mark: view.getUint16(1), answers, results } };
}

/** Whether these are numbers that this prediction can have. */
function fits(found: readonly number[], predict: Predict): boolean {
  if (predict.kind === 'choice') return found.every((value) => value < predict.options);
  if (predict.kind === 'rank') return found.every((value) => value < predict.of) && new Set(found).size === found.length;
  return found.every((value) => value <= 100);
}

export interface ReadClass {
  readonly told: readonly Told[];
  readonly faults: readonly { readonly code: string; readonly fault: Fault }[];
}

/** All codes of a pasted chat, whatever stands between them; one that was pasted twice counts once. */
export function readClass(pasted: string, asked: readonly Asked[]): ReadClass {
  const codes = [...new Set([...pasted.matchAll(/\bILP-\S*/gi)].map(([code]) => code.toUpperCase().replace(/[^\p{L}\p{N}]+$/u, '')))];
  const read = codes.map((code) => ({ code, ...readCode(code, asked) }));
  return {
    told: read.flatMap((each) => ('told' in each ? each.told : [])),
    faults: read.flatMap((each) => ('fault' in each ? { code: each.code, fault: each.fault } : [])),
  };
}
