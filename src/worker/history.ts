/** The methods of a run as they were after each task: what "now" answers wrongly, an earlier backbone may have known. */
import type { VitModel } from '../compute/backbone';
import type { ImageBatch } from '../compute/images';
import { scoresOf } from '../continual/readouts/frozen';
import type { VitCheckpoint } from '../vit/checkpoint';
import { mergeIncrements, type Snapshots, type Trained } from './take-away';

export interface History {
  /** Scores over the classes then known, of the first image, by every method whose model after `task` (0-based) was kept. */
  scoresAfter(task: number, images: ImageBatch, reading?: string): Promise<{ readonly method: string; readonly scores: Float32Array }[]>;
  /** Frees the models; later calls make them anew. */
  dispose(): void;
}

/** Models stay on the device up to so many bytes of weights; larger ones are loaded for every question. */
const RESIDENT_BYTES = 256 * 2 ** 20;

const bytesOf = ({ tensors }: VitCheckpoint): number => [...tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0);

export interface HistoryParts {
  readonly base: VitCheckpoint;
  /** `base` on the device. */
  readonly untouched: VitModel;
  readonly snapshots: Snapshots;
  readonly load: (checkpoint: VitCheckpoint) => Promise<VitModel>;
  readonly residentBytes?: number;
}

export function createHistory({ base, untouched, snapshots, load, residentBytes = RESIDENT_BYTES }: HistoryParts): History {
  const resident = new Map<string, VitModel>();
  const perModel = bytesOf(base);

  async function featuresOf(key: string, { increments, weights }: Trained, images: ImageBatch): Promise<Float32Array> {
    if (weights === null && (increments === null || increments.length === 0)) return untouched.features(images);
    const known = resident.get(key);
    if (known) return known.features(images);
    const model = await load(weights ?? mergeIncrements(base, increments ?? []));
    if ((resident.size + 1) * perModel <= residentBytes) {
      resident.set(key, model);
      return model.features(images);
    }
    try {
      return await model.features(images);
    } finally {
      model.dispose();
    }
  }

  return {
    async scoresAfter(task, images, reading = 'own') {
      const found = [];
      for (const { method, tasks } of snapshots.list()) {
        if (!tasks.includes(task)) continue;
        const trained = snapshots.get(method, task);
        const readout = trained.readouts.get(reading);
        if (!readout || trained.incomplete) continue;
        const features = await featuresOf(`${method} ${task}`, trained, images);
        found.push({ method, scores: scoresOf(readout, features, images.count, base.config.dim) });
      }
      return found;
    },
    dispose() {
      for (const model of resident.values()) model.dispose();
      resident.clear();
    },
  };
}
