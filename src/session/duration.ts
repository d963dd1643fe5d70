/** How long a run will take on a device that was calibrated, before it starts. */
import type { Calibration } from '../compute/calibration';
import { programTime } from '../compute/plan/cost';
import { plannedTraining, ROWS_AT_ONCE, type PlannedModel } from '../compute/plan/memory';
import type { Program } from '../compute/plan/ops';
import { adapterLayout } from '../compute/plan/adapter-layout';
import { featuresProgram, momentsProgram } from '../compute/plan/programs';
import { ALIGNMENT_DEFAULTS } from '../continual/alignment';
import { tokenCount, type VitConfig } from '../vit/config';
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
  if (model.trainables.backbone === 'none' && model.trainables.adapters === 'none') return null;
  return programTime(plannedTraining(config, batch, model), batch, calibration);
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
  const maxBatch = Math.max(1, Math.floor(ROWS_AT_ONCE / tokenCount(config)));
  const spec = { config, adapters: adapterLayout(config, []), maxBatch };
  /** Milliseconds of all images through a program, in batches as large as `most` and the program allow. */
  const pass = (program: Program, images: number, most: number, limit = maxBatch): number => {
    let sum = 0;
    for (const size of [most, images % most]) {
      const times = size === most ? Math.floor(images / most) : size > 0 ? 1 : 0;
      for (const part of [limit, size % limit]) {
        const parts = part === limit ? Math.floor(size / limit) : part > 0 ? 1 : 0;
        if (times * parts > 0) sum += times * parts * programTime(program, part, calibration);
      }
    }
    return sum;
  };
  const features = featuresProgram(spec);
  const moments = momentsProgram(spec);
  const subspaces = (LAYER_SECONDS * 1000 * config.depth * (config.dim / 768) ** 3) / Math.min(lanes, config.depth);
  return plannedModels(experiment).map((model) => {
    const { id } = model;
    const step = stepTime(config, batchSize, model, calibration);
    if (!tasks) return { method: id, step, seconds: null };
    const training = step === null ? null : plannedTraining(config, batchSize, model);
    const train = (images: number) => (training ? epochs * pass(training, images, batchSize, batchSize) : 0);
    let milliseconds = 0;
    if (id === 'joint') {
      milliseconds += train(tasks.reduce((sum, task) => sum + task.train, 0));
      for (const task of tasks) milliseconds += pass(features, task.test, TEST_CHUNK);
    } else {
      tasks.forEach((task, index) => {
        if (id === 'inflora' || id === 'inflora-ca') milliseconds += 2 * pass(moments, task.train, batchSize) + subspaces;
        if (id === 'inflora-ca' || id === 'nearest-mean') milliseconds += pass(features, task.train, batchSize);
        if (id === 'inflora-ca' && index > 0) {
          const classes = tasks.slice(0, index + 1).reduce((sum, each) => sum + each.classes, 0);
          const { epochs: rounds, samplesPerClass } = ALIGNMENT_DEFAULTS;
          milliseconds += (2 * rounds * samplesPerClass * classes * classes * config.dim) / (ALIGNMENT_RATE / 1000);
        }
        milliseconds += train(task.train);
        for (const seen of tasks.slice(0, index + 1)) milliseconds += pass(features, seen.test, TEST_CHUNK);
      });
    }
    return { method: id, step, seconds: milliseconds / 1000 };
  });
}
