/** How long a run will take on a device that was calibrated, before it starts. */
import type { Calibration } from '../compute/calibration';
import { createForecast } from '../compute/forecast';
import type { PlannedModel } from '../compute/trainables';
import { ALIGNMENT_DEFAULTS } from '../continual/alignment';
import type { VitConfig } from '../vit/config';
import { plannedModels } from './estimate';
import type { Experiment, MethodId } from './experiment';

/** Images of a task. */
export interface TaskSize {
  readonly train: number;
  readonly test: number;
  readonly classes: number;
}

export interface MethodDuration {
  readonly method: MethodId;
  /** Milliseconds of one training step with a full batch; null where nothing is trained. */
  readonly step: number | null;
  /** Of all its tasks: gathering, design, training, consolidation and tests; null while the tasks are not known. */
  readonly seconds: number | null;
}

/** Images of one test pass, as `evaluate` takes them. */
const TEST_CHUNK = 128;
/**
 * Seconds for the subspaces of one layer of 768 dimensions, design and memory together, on one thread, and how many layers are
 * worked out at once: measured, see measure-subspaces.test.ts; they grow with the cube of the dimension.
 */
const LAYER_SECONDS = 0.45;
/** Multiplications a second of the heads' alignment, which runs in JavaScript. */
const ALIGNMENT_RATE = 4e8;

/** One step of a model's training with a full batch, in milliseconds; null where nothing is trained. */
export function stepTime(config: VitConfig, batch: number, model: PlannedModel, calibration: Calibration): number | null {
  return createForecast(config, calibration).step(model, batch);
}

/** What each method of the experiment will take. `lanes`: layers whose subspaces are worked out at once. */
export function estimateDuration(
  config: VitConfig,
  experiment: Experiment,
  tasks: readonly TaskSize[] | null,
  calibration: Calibration,
  lanes = 1,
): MethodDuration[] {
  const { batchSize, epochs } = experiment.training;
  const forecast = createForecast(config, calibration);
  const features = (images: number, chunk: number) => forecast.pass({ features: true }, images, chunk);
  const subspaces = (LAYER_SECONDS * 1000 * config.depth * (config.dim / 768) ** 3) / Math.min(lanes, config.depth);
  return plannedModels(experiment).map((model) => {
    const { id } = model;
    const step = forecast.step(model, batchSize);
    if (!tasks) return { method: id, step, seconds: null };
    const train = (images: number) => epochs * forecast.epoch(model, batchSize, images);
    let milliseconds = 0;
    if (id === 'joint') {
      milliseconds += train(tasks.reduce((sum, task) => sum + task.train, 0));
      for (const task of tasks) milliseconds += features(task.test, TEST_CHUNK);
    } else {
      tasks.forEach((task, index) => {
        if (id === 'inflora' || id === 'inflora-ca')
          milliseconds += 2 * forecast.pass({ moments: ['qkv'] }, task.train, batchSize) + subspaces;
        if (id === 'inflora-ca' || id === 'nearest-mean') milliseconds += features(task.train, batchSize);
        if (id === 'inflora-ca' && index > 0) {
          const classes = tasks.slice(0, index + 1).reduce((sum, each) => sum + each.classes, 0);
          const { epochs: rounds, samplesPerClass } = ALIGNMENT_DEFAULTS;
          milliseconds += (2 * rounds * samplesPerClass * classes * classes * config.dim) / (ALIGNMENT_RATE / 1000);
        }
        milliseconds += train(task.train);
        for (const seen of tasks.slice(0, index + 1)) milliseconds += features(seen.test, TEST_CHUNK);
      });
    }
    return { method: id, step, seconds: milliseconds / 1000 };
  });
}
