/**
 * What a checkpoint says about itself beyond its shapes: safetensors metadata, our own config.json, timm's config.json,
 * a Hugging Face config.json or preprocessor_config.json. All are read into one set of facts.
 */
import { said } from '../common/said';
import { channels, isNumber, readField, type VitFacts } from './config-fields';
import { CheckpointError } from './errors';
import { isObject, parseJson } from './json';

export type { VitFacts } from './config-fields';

/** A JSON file beside the weights. */
export interface Sidecar {
  readonly name: string;
  readonly text: string;
}

/** Objects inside which timm keeps further fields. */
const NESTED = ['pretrained_cfg', 'model_args', 'config'];

/** The outermost statement of a fact wins, but for the arguments that timm builds the model with. */
function collect(object: Record<string, unknown>, isTimm = false): VitFacts {
  let facts: VitFacts = {};
  for (const [field, value] of Object.entries(object)) {
    if (NESTED.includes(field) && isObject(value)) continue;
    facts = { ...readField(field, value, isTimm), ...facts };
  }
  for (const key of NESTED) {
    const inner = object[key];
    if (!isObject(inner)) continue;
    const read = collect(inner, key === 'model_args');
    facts = key === 'model_args' ? { ...facts, ...read } : { ...read, ...facts };
  }
  return facts;
}

/** Statistics for pixels in 0 .. 1, whatever scale the file's processor brings pixels to. Throws CheckpointError. */
function pixelFacts(object: Record<string, unknown>, { mean, std }: VitFacts): VitFacts {
  const factor = object['do_rescale'] === false ? 1 : isNumber(object['rescale_factor']) ? object['rescale_factor'] : 1 / 255;
  if (!(factor > 0)) throw new CheckpointError(said`field "rescale_factor" is ${factor}; a number above 0 is expected. Correct it.`);
  const shift = object['do_normalize'] === false ? channels(0, '') : mean;
  const scale = object['do_normalize'] === false ? channels(1, '') : std;
  const range = 255 * factor;
  if (Math.abs(range - 1) < 1e-6) {
    if (shift !== undefined && Math.max(...shift) > 2) {
      throw new CheckpointError(
        said`field "image_mean" is [${shift.join(', ')}], which is meant for pixels from 0 to 255, but pixels are scaled to 0 .. 1. Divide mean and deviation by 255, or say "do_rescale": false.`,
      );
    }
    return { ...(shift ? { mean: shift } : {}), ...(scale ? { std: scale } : {}) };
  }
  if (shift === undefined || scale === undefined) {
    throw new CheckpointError(
      said`fields "do_rescale" and "rescale_factor" bring pixels to 0 .. ${range}, but "image_mean" and "image_std" are missing. Add them, or "do_normalize": false.`,
    );
  }
  const over = (values: NonNullable<VitFacts['mean']>) => [values[0] / range, values[1] / range, values[2] / range] as const;
  return { mean: over(shift), std: over(scale) };
}

function readObject(object: Record<string, unknown>, from: string): VitFacts {
  try {
    const facts = collect(object);
    return { ...facts, ...pixelFacts(object, facts) };
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    throw new CheckpointError(said`${from}: ${error.said}`, null, { cause: error });
  }
}

/** Metadata values are strings; those that hold JSON (numbers, lists, objects) are read as such. */
function parseMetadata(metadata: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(metadata).map(([key, text]) => {
      try {
        return [key, parseJson(text)];
      } catch {
        return [key, text];
      }
    }),
  );
}

/**
 * All facts, earlier sources first: `config.json` and its kin in the order given, then the file's own metadata; a processor's
 * statistics before all others. Throws CheckpointError naming the file and field where one is not what it should be, or
 * changes what is computed to what is not computed here.
 */
export function readFacts(sidecars: readonly Sidecar[], metadata: Readonly<Record<string, string>> = {}): VitFacts {
  let facts: VitFacts = {};
  for (const { name, text } of sidecars) {
    let value: unknown;
    try {
      value = parseJson(text);
    } catch (cause) {
      throw new CheckpointError(said`${name} is not valid JSON. Correct it or leave it out.`, null, { cause });
    }
    if (!isObject(value)) throw new CheckpointError(said`${name} does not hold a JSON object. Correct it or leave it out.`);
    const read = readObject(value, name);
    const { mean, std } = name.startsWith('preprocessor') ? read : {};
    facts = { ...read, ...facts, ...(mean ? { mean } : {}), ...(std ? { std } : {}) };
  }
  return { ...readObject(parseMetadata(metadata), "The weights file's metadata"), ...facts };
}
