import { ALIGNMENT_DEFAULTS, alignClassifier, type AlignmentOptions, type ClassStatistics } from '../alignment';
import { gatherFeatures } from '../gather';
import { fitGaussian } from '../gaussian';
import type { MethodContext, MethodProgress } from '../method';
import type { InfloraOptions } from '../presets';
import type { Rng } from '../rng';
import type { Task } from '../stream';
import { Inflora, type InfloraHooks } from './inflora';

/** Added to each class's covariance, as the authors do: features of few images span few directions. */
const DIAGONAL = 1e-4;

export type InfloraCaOptions = InfloraOptions & { readonly alignment?: Partial<AlignmentOptions> | undefined };

/**
 * InfLoRA with its heads aligned after every task from the second on. Each class's statistics are taken once, right after
 * its task, on images as the tests show them, and not corrected for the drift of later tasks.
 */
export class InfloraCa extends Inflora {
  readonly #alignment: AlignmentOptions;
  readonly #rng: Rng;
  #statistics: readonly ClassStatistics[] = [];

  constructor(context: MethodContext, options: InfloraCaOptions, hooks: InfloraHooks = {}) {
    super(context, options, hooks);
    this.#alignment = { ...ALIGNMENT_DEFAULTS, ...options.alignment };
    this.#rng = context.rng.fork('alignment');
  }

  override async *consolidate(tasks: readonly Task[]): AsyncGenerator<MethodProgress, void> {
    yield* super.consolidate(tasks);
    const task = tasks.at(-1);
    if (!task) return;
    const { model, batchSize } = this.context;
    const features = yield* gatherFeatures(model, task.train, batchSize, 'consolidate');
    this.#statistics = [...this.#statistics, ...classStatistics(features, task, model.config.dim)];
    if (tasks.length < 2) return;
    const aligning = alignClassifier(this.learner.classifier, this.#statistics, distinctRanges(tasks), this.#alignment, this.#rng);
    for (let step = aligning.next(); ; step = aligning.next()) {
      if (step.done) {
        this.learner.classifier = step.value;
        return;
      }
      yield { phase: 'consolidate', ...step.value };
    }
  }
}

function classStatistics(features: Float32Array, task: Task, dim: number): ClassStatistics[] {
  const rowsOf = new Map<number, number[]>();
  task.train.labels.forEach((column, row) => rowsOf.set(column, [...(rowsOf.get(column) ?? []), row]));
  return [...rowsOf].map(([column, rows]) => {
    const own = new Float32Array(rows.length * dim);
    rows.forEach((row, at) => own.set(features.subarray(row * dim, (row + 1) * dim), at * dim));
    return { column, task: task.index, gaussian: fitGaussian(own, rows.length, dim, DIAGONAL) };
  });
}

/** Each column range once: domain-incremental tasks share theirs. */
function distinctRanges(tasks: readonly Task[]) {
  return [...new Map(tasks.map(({ classes }) => [`${classes.from}-${classes.to}`, classes])).values()];
}
