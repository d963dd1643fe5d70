/** Reads a golden scenario: a JSON of scalars beside safetensors of tensors; see the README that comes with the data. */
import * as v from 'valibot';
import { readSafetensors, toFloat32, type RawTensor } from '../vit/safetensors';

/** The bytes of one file of the golden folder; rejects where there is none of that name. */
export type GoldenReader = (name: string) => Promise<Uint8Array>;

/** A golden folder that cannot be understood; the message names the file or key. */
export class GoldenError extends Error {
  override readonly name = 'GoldenError';
}

const perTask = v.array(v.array(v.number()));
const accuracies = v.array(v.array(v.nullable(v.number())));
const memoryType = v.picklist(['remove', 'retain']);

const trainingScenario = v.looseObject({
  loss: perTask,
  lr: v.optional(perTask),
  threshold: v.optional(v.array(v.number())),
  project_type: v.optional(v.array(v.array(memoryType))),
  dim: v.optional(perTask),
  acc_matrix: v.optional(accuracies),
  acc_matrix_task_aware: v.optional(accuracies),
  ACC_t: v.optional(v.array(v.number())),
  ACC_bar: v.optional(v.number()),
  forgetting: v.optional(v.number()),
  leakage_ratio: v.optional(v.record(v.string(), v.number()), {}),
  hyper: v.looseObject({
    optim: v.picklist(['sgd', 'adam']),
    init_lr: v.optional(v.number()),
    lrate: v.number(),
    epochs: v.number(),
    batch_size: v.number(),
    weight_decay: v.optional(v.number(), 0),
    momentum: v.optional(v.number(), 0.9),
    lamb: v.number(),
    lame: v.number(),
    total_sessions: v.number(),
    rank: v.number(),
    heads: v.optional(v.number()),
    memory: v.optional(v.picklist(['dualgpm', 'gpm']), 'dualgpm'),
  }),
});
export type TrainingScenario = v.InferOutput<typeof trainingScenario>;

const memoryScenario = v.looseObject({
  lamb: v.number(),
  lame: v.number(),
  total_sessions: v.number(),
  sessions: v.array(
    v.looseObject({
      session: v.number(),
      threshold: v.optional(v.number()),
      type: v.optional(memoryType),
      columns: v.optional(v.number()),
      skipped: v.optional(v.boolean()),
    }),
  ),
});
export type MemoryScenario = v.InferOutput<typeof memoryScenario>;

export interface Tensor {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** Tensors by name, converted on demand. */
export class TensorSet {
  readonly file: string;
  readonly #tensors: ReadonlyMap<string, RawTensor>;

  constructor(file: string, bytes: Uint8Array) {
    this.file = file;
    this.#tensors = readSafetensors(bytes).tensors;
  }

  names(): string[] {
    return [...this.#tensors.keys()];
  }

  /** Null where the file does not hold it: scenarios may record fewer quantities. Bytes and integers stay exact. */
  find(name: string): Tensor | null {
    const raw = this.#tensors.get(name);
    if (!raw) return null;
    const { dtype, shape, bytes } = raw;
    if (dtype === 'U8') return { shape, data: bytes };
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (dtype === 'F64')
      return { shape, data: Float64Array.from({ length: bytes.byteLength / 8 }, (_, i) => view.getFloat64(8 * i, true)) };
    if (dtype === 'I32') return { shape, data: Int32Array.from({ length: bytes.byteLength / 4 }, (_, i) => view.getInt32(4 * i, true)) };
    return { shape, data: toFloat32(raw, name) };
  }

  get(name: string): Tensor {
    const tensor = this.find(name);
    if (!tensor) throw new GoldenError(`${this.file} has no tensor "${name}".`);
    return tensor;
  }
}

/** What was recorded of one run. */
export interface Recording {
  readonly file: string;
  readonly json: unknown;
  readonly tensors: TensorSet;
}

/** Recordings tell by their fields what they are of: InfLoRA trained, DualGPM alone, or another method. */
export type GoldenScenario =
  | { readonly kind: 'training'; readonly scalars: TrainingScenario; readonly tensors: TensorSet; readonly json: unknown }
  | { readonly kind: 'memory'; readonly scalars: MemoryScenario; readonly tensors: TensorSet }
  | { readonly kind: 'rival' };

export type TrainingFiles = Extract<GoldenScenario, { kind: 'training' }>;

/** Throws GoldenError naming the file and the field. */
export function parse<S extends v.GenericSchema>(schema: S, value: unknown, file: string): v.InferOutput<S> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw new GoldenError(`${file}, field "${v.getDotPath(issue) ?? '(root)'}": ${issue.message}`);
}

/**
 * Reads `<scenario>.json` and `<scenario>.f32.safetensors`, which lie in the folder or, among recordings of several methods,
 * in one below it. `names`: the files of the folder, where they can be listed.
 */
export async function readRecording(read: GoldenReader, scenario: string, names: readonly string[] = []): Promise<Recording> {
  const file = `${scenario}.json`;
  // A variant lies beside the recording that it is one of.
  const folders = [scenario, scenario.split('_')[0] ?? scenario];
  const places = new Set([file, ...names.filter((name) => name.endsWith(`/${file}`)), ...folders.map((folder) => `${folder}/${file}`)]);
  for (const place of places) {
    const bytes = await read(place).catch(() => null);
    if (!bytes) continue;
    const tensorFile = place.replace(/json$/, 'f32.safetensors');
    try {
      return { file: place, json: JSON.parse(new TextDecoder().decode(bytes)), tensors: new TensorSet(tensorFile, await read(tensorFile)) };
    } catch (cause) {
      if (cause instanceof SyntaxError) throw new GoldenError(`${place} is not JSON.`, { cause });
      throw cause;
    }
  }
  throw new GoldenError(`There is no recording "${scenario}"; looked for ${[...places].join(', ')}.`);
}

export function scenarioOf({ file, json, tensors }: Recording): GoldenScenario {
  const has = (field: string) => typeof json === 'object' && json !== null && field in json;
  if (has('sessions')) return { kind: 'memory', scalars: parse(memoryScenario, json, file), tensors };
  if (has('method') && !has('hyper')) return { kind: 'rival' };
  return { kind: 'training', scalars: parse(trainingScenario, json, file), tensors, json };
}

/** The first of `names` that can be read, as tensors; null where none can. */
export async function firstReadable(read: GoldenReader, names: readonly string[]): Promise<TensorSet | null> {
  for (const name of names) {
    const bytes = await read(name).catch(() => null);
    if (bytes) return new TensorSet(name, bytes);
  }
  return null;
}

/** File names of safetensors that a scenario's JSON mentions anywhere, those holding `word` only. */
export function mentionedFiles(json: unknown, word: string): string[] {
  if (typeof json === 'string') return json.endsWith('.safetensors') && json.includes(word) ? [json] : [];
  if (typeof json !== 'object' || json === null) return [];
  return Object.values(json).flatMap((value) => mentionedFiles(value, word));
}
