/** What a method costs beside time and memory: parameters that learn, and how often it looks at a task's images. */
import { isMethodId } from '../continual/registry';
import { inputSize, outputSize } from '../continual/targets';
import { planOf, trainsOn } from './estimate';
import { runnable, type MethodSpec } from './experiment';
import type { MethodRun, RunRecord } from './record';

export interface Price {
  /** Parameters that learn in a task, heads aside; null where the record does not tell. */
  readonly trained: number | null;
  /** Epochs of training on a task's images, and passes over them that train nothing, the one for the read-offs of every run among them. */
  readonly epochs: number;
  readonly looks: number;
}

/** Hidden units of the MLPs, which a record does not hold: from the number of all parameters of a plain ViT; null where that is another. */
function hiddenUnits({ dim, depth, imageSize, patchSize, parameters }: RunRecord['backbone']): number | null {
  const tokens = Math.floor(imageSize / patchSize) ** 2 + 1;
  const around = 3 * patchSize ** 2 * dim + dim + dim + tokens * dim + 2 * dim;
  const attention = 4 * dim + (3 * dim * dim + 3 * dim) + (dim * dim + dim) + dim;
  const units = ((parameters - around) / depth - attention) / (2 * dim + 1);
  return Number.isInteger(units) && units > 0 ? units : null;
}

function trainedOf(spec: MethodSpec, { backbone }: RunRecord, { results }: Pick<MethodRun, 'results'>): number | null {
  const { trainables, adapters } = planOf(spec);
  if (trainables.backbone === 'all') return backbone.parameters;
  if (trainables.prompts === true) {
    // All tasks' prompts and keys, as they are kept.
    const bytes = results.at(-1)?.kept.find(({ what }) => what === 'prompts')?.bytes;
    return bytes === undefined ? null : bytes / 4;
  }
  if (trainables.adapters === 'none' || adapters === null) return 0;
  const mlpDim = hiddenUnits(backbone);
  if (mlpDim === null) return null;
  const config = { dim: backbone.dim, mlpDim };
  const { rank, targets, blocks = backbone.depth } = adapters;
  const pair = targets.reduce((sum, map) => {
    const down = trainables.adapters === 'both' ? inputSize(config, map) : 0;
    return sum + rank * (down + outputSize(config, map));
  }, 0);
  return Math.min(blocks, backbone.depth) * pair;
}

/** Of a method of the record; null for one that this build does not know. */
export function priceOf(record: RunRecord, run: MethodRun): Price | null {
  const spec = runnable(record.experiment).experiment?.methods.find(({ id }) => id === run.id);
  if (!spec || !isMethodId(run.id)) return null;
  const plan = planOf(spec);
  const { sight, teacher, prompts, before } = plan;
  const looks = (before.length > 0 ? 1 : 0) + (teacher ? 1 : 0) + (prompts ? 2 : 0) + (sight?.passes ?? 1);
  return {
    trained: trainedOf(spec, record, run),
    epochs: trainsOn(spec) === 'none' ? 0 : record.experiment.training.epochs,
    looks,
  };
}
