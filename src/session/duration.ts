/** How long a run will take on a device that was calibrated, before it starts. */
import type { Calibration } from '../compute/calibration';
import { createForecast } from '../compute/forecast';
import type { PlannedModel } from '../compute/trainables';
import type { MapInput } from '../compute/backbone';
import { batchesPerEpoch, type AlignmentOptions } from '../continual/alignment';
import { changedMaps, SAMPLE } from '../continual/course';
import { ASIDE } from '../continual/readouts/aligned-heads';
import { inputsOf, inputSize } from '../continual/targets';
import type { VitConfig } from '../vit/config';
import { plannedModels, planOf, trainsOn } from './estimate';
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
 * Seconds for the subspaces of one input of 768 dimensions, design and memory together, on one thread, and how many are worked
 * out at once: measured, see measure-subspaces.test.ts; they grow with the cube of the dimension.
 */
const LAYER_SECONDS = 0.45;
/** Multiplications a second in doubles: alignment of heads, sums for ridge. */
const DOUBLES_RATE = 1e9;

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
  const { batchSize, epochs, augmentation } = experiment.training;
  const forecast = createForecast(config, calibration);
  const features = (images: number, chunk: number) => forecast.pass({ features: true }, images, chunk);
  const measured = experiment.interference ?? 'sampled';
  const doubles = (multiplications: number) => (1000 * multiplications) / DOUBLES_RATE;
  return experiment.methods.map((spec, i) => {
    const model = plannedModels(experiment, config)[i];
    const plan = planOf(spec);
    const when = trainsOn(spec);
    const { passes, widths } = plan.sight ?? { passes: 1, widths: 1 };
    const width = widths * config.dim;
    const step = model ? forecast.step(model, batchSize) : null;
    if (!tasks || !model) return { method: spec.id, step, seconds: null };
    const { prompts } = model;
    /** Times that what is found out of an image's pixels is worked out. */
    const asked = augmentation === 'none' ? 1 : epochs;
    /** With prompts an image is looked at once more, after the untouched network has said which. */
    const prompted = (images: number, chunk: number) => (prompts ? forecast.pass({ features: true, prompts }, images, chunk) : 0);
    const queries = (images: number) => (prompts ? asked * features(images, batchSize) : 0);
    const looked = (images: number) => passes * features(images, TEST_CHUNK) + prompted(images, TEST_CHUNK);
    const trains = (index: number) => when === 'task' || when === 'all' || (when === 'first' && index === 0);
    const train = (images: number, index: number) => {
      const held = index > 0 ? Math.round((plan.held ?? 0) * epochs) : 0;
      const { adapters } = model;
      const now = plan.accumulates && adapters ? { ...model, adapters: { ...adapters, earlier: index } } : model;
      return queries(images) + held * features(images, batchSize) + (epochs - held) * forecast.epoch(now, batchSize, images);
    };
    const subspaces = (inputs: readonly MapInput[]) => {
      const cubes = inputs.reduce((sum, input) => sum + (inputSize(config, input) / 768) ** 3, 0);
      const blocks = Math.min(plan.adapters?.blocks ?? config.depth, config.depth);
      return (LAYER_SECONDS * 1000 * blocks * cubes) / Math.min(lanes, blocks * inputs.length);
    };
    const aligned = (classes: number, options: AlignmentOptions) =>
      doubles(2 * options.epochs * options.samplesPerClass * batchesPerEpoch(classes, options) * classes * width);
    const squared = (images: number, known: number) => {
      if (!plan.squares) return 0;
      const { of, images: most, everyClass } = plan.squares;
      return (everyClass ? known : 1) * forecast.squares(model, of, batchSize, Math.min(images, most));
    };
    /** Second moments of a sample, where interference is measured and the method does not gather them anyway. */
    const sampled = (own: readonly MapInput[], images: number) => {
      const inputs = inputsOf(changedMaps(plan)).filter((input) => !own.includes(input));
      if (measured === 'off' || inputs.length === 0) return 0;
      return forecast.pass({ moments: inputs }, measured === 'exact' ? images : Math.min(images, SAMPLE), batchSize);
    };
    const learn = ({ train: images, classes }: TaskSize, index: number, known: number) =>
      (plan.before.length > 0 ? forecast.pass({ moments: plan.before }, images, batchSize) : 0) +
      sampled(plan.before, images) +
      (trains(index) ? train(images, index) : 0) +
      (plan.teacher && index > 0 ? asked * features(images, batchSize) : 0) +
      squared(images, known) +
      forecast.pass({ ...(plan.after.length > 0 && { moments: plan.after }), features: true }, images, batchSize) +
      (passes - 1) * features(images, batchSize) +
      prompted(images, batchSize) +
      sampled(plan.after, images) +
      (plan.subspaces ? subspaces(plan.after) : 0) +
      doubles((images * (width + 1) ** 2) / 2 + (width + 1) ** 3 / 3 + classes * width ** 2) +
      (index > 0 ? aligned(known, plan.alignment ?? ASIDE) : 0);
    const together = (part: readonly TaskSize[]): TaskSize =>
      part.reduce(
        (sum, task) => ({ train: sum.train + task.train, test: sum.test + task.test, classes: sum.classes + task.classes }),
        EMPTY,
      );
    const all = together(tasks);
    const seen = tasks.map((_, index) => together(tasks.slice(0, index + 1)));
    const milliseconds =
      when === 'all'
        ? learn(all, 0, all.classes) + features(all.test, TEST_CHUNK)
        : tasks.reduce((sum, task, t) => sum + learn(task, t, seen[t]?.classes ?? 0) + looked(seen[t]?.test ?? 0), 0);
    return { method: spec.id, step, seconds: milliseconds / 1000 };
  });
}

const EMPTY: TaskSize = { train: 0, test: 0, classes: 0 };
