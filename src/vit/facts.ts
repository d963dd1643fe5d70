/**
 * What a checkpoint says about itself beyond its shapes: safetensors metadata, our own config.json, timm's config.json,
 * a Hugging Face config.json or preprocessor_config.json. All are read into one set of facts.
 */
import * as v from 'valibot';
import { CheckpointError } from './errors';

const positiveInteger = v.pipe(v.number(), v.integer(), v.minValue(1));
const rgb = v.pipe(v.tuple([v.number(), v.number(), v.number()]), v.readonly());
const eps = v.pipe(v.number(), v.gtValue(0), v.maxValue(0.1));

const factsSchema = v.partial(
  v.object({
    dim: positiveInteger,
    depth: positiveInteger,
    heads: positiveInteger,
    mlpDim: positiveInteger,
    patchSize: positiveInteger,
    imageSize: positiveInteger,
    layerNormEps: eps,
    mean: rgb,
    std: v.pipe(
      rgb,
      v.check((values) => values.every((value) => value > 0), 'every standard deviation must be above 0'),
    ),
    pooling: v.picklist(['token', 'mean']),
    activation: v.string(),
    architecture: v.string(),
  }),
);
export type VitFacts = v.InferOutput<typeof factsSchema>;

/** A JSON file beside the weights. */
export interface Sidecar {
  readonly name: string;
  readonly text: string;
}

/** Our own keys and those of Hugging Face and timm, by the fact they state. */
const KEYS: Readonly<Record<string, keyof VitFacts>> = {
  dim: 'dim',
  embed_dim: 'dim',
  hidden_size: 'dim',
  depth: 'depth',
  num_hidden_layers: 'depth',
  heads: 'heads',
  num_heads: 'heads',
  num_attention_heads: 'heads',
  mlp_dim: 'mlpDim',
  intermediate_size: 'mlpDim',
  patch_size: 'patchSize',
  image_size: 'imageSize',
  img_size: 'imageSize',
  layer_norm_eps: 'layerNormEps',
  mean: 'mean',
  image_mean: 'mean',
  std: 'std',
  image_std: 'std',
  pooling: 'pooling',
  global_pool: 'pooling',
  hidden_act: 'activation',
  architecture: 'architecture',
  model_type: 'architecture',
};

/** Objects inside which timm keeps further keys. */
const NESTED = ['pretrained_cfg', 'model_args', 'config'];

const POOLING: Readonly<Record<string, string>> = { avg: 'mean', mean: 'mean', token: 'token', cls: 'token', '': 'token' };

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function collect(object: Record<string, unknown>, into: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(object)) {
    const fact = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
    if (fact === undefined || value === null || Object.hasOwn(into, fact)) continue;
    const square = Array.isArray(value) && (fact === 'imageSize' || fact === 'patchSize') ? (value.at(-1) as unknown) : value;
    into[fact] = fact === 'pooling' && typeof value === 'string' ? (POOLING[value] ?? value) : square;
  }
  for (const key of NESTED) if (isObject(object[key])) collect(object[key], into);
}

/** Metadata values are strings; those that hold JSON (numbers, lists, objects) are read as such. */
function parseMetadata(metadata: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(metadata).map(([key, text]) => {
      try {
        return [key, JSON.parse(text) as unknown];
      } catch {
        return [key, text];
      }
    }),
  );
}

function validate(collected: Record<string, unknown>, from: string): VitFacts {
  const result = v.safeParse(factsSchema, collected);
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw new CheckpointError(`${from}: field "${v.getDotPath(issue) ?? '(root)'}": ${issue.message}. Correct it or leave the file out.`);
}

/**
 * All facts, earlier sources first: `config.json` and its kin in the order given, then the file's own metadata.
 * Throws CheckpointError naming the file and field where one is not what it should be.
 */
export function readFacts(sidecars: readonly Sidecar[], metadata: Readonly<Record<string, string>> = {}): VitFacts {
  let facts: VitFacts = {};
  for (const { name, text } of sidecars) {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw new CheckpointError(`${name} is not valid JSON. Correct it or leave it out.`, null, { cause });
    }
    if (!isObject(value)) throw new CheckpointError(`${name} does not hold a JSON object. Correct it or leave it out.`);
    const collected: Record<string, unknown> = {};
    collect(value, collected);
    facts = { ...validate(collected, name), ...facts };
  }
  const collected: Record<string, unknown> = {};
  collect(parseMetadata(metadata), collected);
  return { ...validate(collected, "The weights file's metadata"), ...facts };
}
