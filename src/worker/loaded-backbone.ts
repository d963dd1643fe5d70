/** The backbone of an experiment: fetched, read, described; kept as long as the experiment asks for the same one. */
import type { Experiment } from '../session/experiment';
import type { RunRecord } from '../session/record';
import type { VitCheckpoint } from '../vit/checkpoint';
import { loadVit } from '../vit/load';
import type { BackboneSummary } from './api';
import type { OnProgress } from './download';
import type { Sources } from './sources';

export interface LoadedBackbone {
  readonly checkpoint: VitCheckpoint;
  readonly summary: BackboneSummary;
}

export async function readBackbone(
  sources: Sources,
  wanted: Experiment['backbone'],
  onProgress: OnProgress,
  signal?: AbortSignal,
): Promise<LoadedBackbone> {
  const files = await sources.backbone(wanted.from, onProgress, signal);
  const adapter = wanted.adapter ? await sources.adapter(wanted.adapter) : null;
  signal?.throwIfAborted();
  onProgress({ stage: 'read', done: 0, total: 1 });
  const { checkpoint, assumed, notes, copies } = loadVit({ ...files, adapter }, wanted);
  onProgress({ stage: 'read', done: 1, total: 1 });
  const parameters = [...checkpoint.tensors.values()].reduce((sum, tensor) => sum + tensor.data.length, 0);
  return {
    checkpoint,
    summary: {
      title: adapter ? `${files.title} + ${adapter.name}` : files.title,
      sha256: files.sha256,
      config: checkpoint.config,
      parameters,
      assumed,
      notes,
      copies,
    },
  };
}

/** What the run record says of it. */
export function backboneFacts({ title, sha256, config, parameters }: BackboneSummary): RunRecord['backbone'] {
  const { dim, depth, heads, imageSize, patchSize } = config;
  return { title, sha256, dim, depth, heads, imageSize, patchSize, parameters };
}
