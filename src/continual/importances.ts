/** Importances of weights for earlier tasks: a diagonal of the Fisher information, and how it is carried from task to task. */
import type { SquaresSpec, VitModel } from '../compute/backbone';
import type { LabelledBatch } from '../compute/images';
import type { NamedValues } from '../compute/penalties';
import type { Known } from './known';
import type { MethodProgress } from './method';
import type { ImageSet } from './stream';

/**
 * Which square of g = d log p(label) stands for the Fisher information, E over images. `exact`: Σ over classes c of p(c) g_c²;
 * `true-label`: g² of the image's own; `own-probability`: p(label) g², one term of the exact sum (Mammoth); `batch-mean`: of a batch's
 * mean, cross terms and all (PyCIL), far smaller.
 */
export const FISHERS = ['exact', 'true-label', 'own-probability', 'batch-mean'] as const;
export type Fisher = (typeof FISHERS)[number];

/**
 * How F joins what earlier tasks left. `fading`: γ F_old + F (online EWC); `mixed`: a F_old + (1 − a) F, a the share of earlier classes
 * (PyCIL); `each-task`: every task's own penalty, whose sum is one around the mean of their weights, but for a constant (EWC as
 * published). The others pull towards the newest weights alone.
 */
export const JOININGS = ['fading', 'mixed', 'each-task'] as const;
export type Joining = (typeof JOININGS)[number];

export interface Importances {
  readonly importance: NamedValues;
  readonly anchor: NamedValues;
  /** Classes of the tasks so far, repeated ones too. */
  readonly classes: number;
}

/** The network as squares of gradients are taken of it. */
export type Learned = Pick<SquaresSpec, 'trainables' | 'classes' | 'classifier'>;

/** F of `images` at `positions`, over all the columns of the classifier that `learned` names. */
export async function* fisherOf(
  model: VitModel,
  learned: Learned,
  images: ImageSet,
  positions: Int32Array,
  batchSize: number,
  kind: Fisher,
): AsyncGenerator<MethodProgress, Map<string, Float32Array>> {
  const of = kind === 'batch-mean' ? 'batch' : 'image';
  const byLikelihood = kind === 'exact' || kind === 'own-probability';
  const squares = model.squaredGradients({ ...learned, of, byLikelihood, maxBatch: batchSize });
  try {
    for (let from = 0; from < positions.length; from += batchSize) {
      const batch = images.batch(positions.subarray(from, from + batchSize));
      for (const labelled of kind === 'exact' ? everyLabel(batch, learned.classes) : [batch]) await squares.add(labelled);
      yield { phase: 'consolidate', done: Math.min(from + batchSize, positions.length), total: positions.length };
    }
    const sums = await squares.finish();
    const terms = of === 'batch' ? Math.ceil(positions.length / batchSize) : positions.length;
    return new Map([...sums].map(([name, values]) => [name, values.map((value) => value / terms)]));
  } finally {
    squares.dispose();
  }
}

const everyLabel = (batch: LabelledBatch, { from, to }: Learned['classes']): LabelledBatch[] =>
  Array.from({ length: to - from }, (_, c) => ({ ...batch, labels: new Int32Array(batch.count).fill(from + c) }));

/** What is left after one more task of `classes` classes with F `fresh` at the weights `anchor`. A classifier may have grown. */
export function joined(
  past: Importances | null,
  fresh: NamedValues,
  anchor: NamedValues,
  classes: number,
  { joining, gamma }: { readonly joining: Joining; readonly gamma: number },
): Importances {
  if (!past) return { importance: fresh, anchor, classes };
  const share = past.classes / (past.classes + classes);
  const [before, now] = { fading: [gamma, 1], mixed: [share, 1 - share], 'each-task': [1, 1] }[joining] as [number, number];
  const importance = new Map<string, Float32Array>();
  const anchors = new Map<string, Float32Array>();
  for (const [name, values] of fresh) {
    const [old, oldAnchor, newAnchor] = [past.importance.get(name), past.anchor.get(name), anchor.get(name) ?? values];
    const sum = values.map((value, i) => (i < (old?.length ?? 0) ? before * (old?.[i] ?? 0) + now * value : value));
    importance.set(name, sum);
    const mean = (value: number, i: number): number => {
      const total = sum[i] ?? 0;
      if (i >= (old?.length ?? 0) || total === 0) return value;
      return ((old?.[i] ?? 0) * (oldAnchor?.[i] ?? 0) + (values[i] ?? 0) * value) / total;
    };
    anchors.set(name, joining === 'each-task' ? newAnchor.map(mean) : newAnchor);
  }
  return { importance, anchor: anchors, classes: past.classes + classes };
}

export const bytesOf = (past: Importances | null): number =>
  past ? [...past.importance.values(), ...past.anchor.values()].reduce((sum, { byteLength }) => sum + byteLength, 0) : 0;

/** Of a linear map: its weights, its bias, or a pair beside it. */
const OF_MAP = /^blocks\.(\d+)\.(?:attn\.|mlp\.)?(qkv|q|k|v|proj|fc1|fc2)\.\w+$/;

/** How the importance of all linear maps is shared among them. */
export function sharesOf(past: Importances | null): Known | null {
  if (!past) return null;
  const found = [...past.importance].flatMap(([name, values]) => {
    const [, block, map = ''] = OF_MAP.exec(name) ?? [];
    return block === undefined ? [] : [{ block: Number(block), map, sum: values.reduce((sum, value) => sum + value, 0) }];
  });
  const columns = [...new Set(found.map(({ map }) => map))];
  const all = found.reduce((sum, each) => sum + each.sum, 0);
  const share = (block: number, map: string) =>
    found.reduce((sum, each) => sum + (each.block === block && each.map === map ? each.sum : 0), 0) / all;
  const blocks = Array.from({ length: 1 + Math.max(-1, ...found.map(({ block }) => block)) }, (_, block) => block);
  return all > 0 ? { what: 'importances', columns, values: blocks.map((block) => columns.map((map) => share(block, map))) } : null;
}
