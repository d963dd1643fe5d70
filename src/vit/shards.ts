/** A checkpoint in several files, tied together by an index (`model.safetensors.index.json`, `pytorch_model.bin.index.json`). */
import { said } from '../common/said';
import * as v from 'valibot';
import type { RawTensor } from './dtype';
import { CheckpointError } from './errors';
import type { TensorFile } from './safetensors';

const indexSchema = v.object({ weight_map: v.record(v.string(), v.string()) });

/** Whether a file beside the weights is an index of shards. */
export const isShardIndex = (name: string): boolean => name.endsWith('.index.json');

/** The files that an index names. Throws CheckpointError on text that is no index. */
export function shardNames(text: string): string[] {
  return [...new Set(Object.values(parseIndex(text)))];
}

function parseIndex(text: string): Record<string, string> {
  try {
    return v.parse(indexSchema, JSON.parse(text)).weight_map;
  } catch (cause) {
    throw new CheckpointError(
      said`The index of the shards is not what it should be: a JSON object with "weight_map". Download it again.`,
      null,
      {
        cause,
      },
    );
  }
}

/**
 * All tensors of all shards. Throws CheckpointError where one of them is missing, where a tensor is not in the shard that the
 * index names, and where two shards hold the same tensor.
 */
export function joinShards(shards: ReadonlyMap<string, TensorFile>, index: string | null): TensorFile {
  const map = index === null ? null : parseIndex(index);
  for (const name of map === null ? [] : new Set(Object.values(map))) {
    if (!shards.has(name))
      throw new CheckpointError(said`The index names the file "${name}", which is not here. Drop all parts and the index together.`);
  }
  const tensors = new Map<string, RawTensor>();
  let metadata: Readonly<Record<string, string>> = {};
  for (const [file, shard] of shards) {
    metadata = { ...metadata, ...shard.metadata };
    for (const [name, tensor] of shard.tensors) {
      if (tensors.has(name))
        throw new CheckpointError(
          said`Tensor "${name}" is in two of the files; the second is "${file}". They belong to different models.`,
          name,
        );
      tensors.set(name, tensor);
    }
  }
  for (const [name, file] of Object.entries(map ?? {})) {
    if (shards.get(file)?.tensors.has(name) !== true) {
      throw new CheckpointError(
        said`The index says that "${file}" holds tensor "${name}", but it does not. Download the files again.`,
        name,
      );
    }
  }
  return { metadata, tensors };
}
