/** Trained models as files: what each method had learned after each task, and the layouts that they leave in. */
import { said, listed } from '../common/said';
import type { VitCheckpoint } from '../vit/checkpoint';
import type { Course } from '../continual/course';
import { addIncrement, placeOfMap } from '../continual/present-weights';
import { asLinear } from '../continual/readouts/frozen';
import type { MethodId } from '../session/experiment';
import { exportHuggingFace } from '../vit/export/hugging-face';
import { ExportError, type ExportFile, type TrainedVit } from '../vit/export/model';
import { exportPeft } from '../vit/export/peft';
import { exportTimm } from '../vit/export/timm';

export const MODEL_LAYOUTS = ['timm', 'hugging-face', 'peft-timm', 'peft-hugging-face'] as const;
export type ModelLayout = (typeof MODEL_LAYOUTS)[number];

export interface ModelRequest {
  readonly method: MethodId;
  /** 0-based. */
  readonly task: number;
  readonly layout: ModelLayout;
  /** Whose head goes with it; the method's own unless told. */
  readonly reading?: string;
}

/** What a method had learned after a task. */
export type Trained = Awaited<ReturnType<Course['learned']>>;

/** All snapshots of one run together may take so much; beyond, the oldest go. */
const MOST_BYTES = 512 * 2 ** 20;

function bytesOf({ readouts, increments, weights }: Trained): number {
  const floats = (arrays: readonly { readonly length: number }[]): number => arrays.reduce((sum, { length }) => sum + length, 0);
  const heads = [...readouts.values()].map(({ weight }) => weight);
  const low = (increments ?? []).flatMap(({ up, down }) => [up, down]);
  const whole = [...(weights?.tensors.values() ?? [])].map(({ data }) => data);
  return 4 * floats([...heads, ...low, ...whole]);
}

export interface Snapshots {
  /** Keeps what a method has learned after a task. */
  take(id: MethodId, task: number, trained: Trained): Promise<void>;
  /** `readings`: read-offs that a linear head can stand for. */
  list(): readonly {
    readonly method: MethodId;
    readonly tasks: readonly number[];
    readonly increments: boolean;
    readonly readings: readonly string[];
  }[];
  /** Throws ExportError where that model was not kept. */
  get(id: MethodId, task: number): Trained;
}

/** `methods`: those of the run, in the order in which they are listed. */
export function createSnapshots(methods: readonly MethodId[], mostBytes = MOST_BYTES): Snapshots {
  const kept = new Map<MethodId, Map<number, Trained>>();
  const place = (id: MethodId) => methods.indexOf(id);
  let bytes = 0;
  const drop = (tasks: Map<number, Trained>, task: number) => {
    const gone = tasks.get(task);
    if (gone && tasks.delete(task)) bytes -= bytesOf(gone);
  };
  return {
    async take(id, task, trained) {
      const tasks = kept.get(id) ?? new Map<number, Trained>();
      kept.set(id, tasks);
      drop(tasks, task);
      bytes += bytesOf(trained);
      tasks.set(task, trained);
      // The newest of each method stays in any case.
      for (const old of [...tasks.keys()].slice(0, -1)) if (bytes > mostBytes) drop(tasks, old);
    },
    list: () =>
      [...kept]
        .sort(([a], [b]) => place(a) - place(b))
        .map(([method, tasks]) => ({
          method,
          tasks: [...tasks.keys()].sort((a, b) => a - b),
          increments: [...tasks.values()].some(({ increments }) => increments !== null && increments.length > 0),
          readings: [...new Set([...tasks.values()].flatMap((trained) => (trained.incomplete ? [] : linearReadings(trained.readouts))))],
        })),
    get(id, task) {
      const trained = kept.get(id)?.get(task);
      if (trained) return trained;
      throw new ExportError(
        said`What "${id}" had learned after task ${task + 1} is not in memory. Run the experiment again, or choose the last task.`,
      );
    },
  };
}

const linearReadings = (readouts: Trained['readouts']): string[] =>
  [...readouts].flatMap(([id, { kind }]) => (kind === 'random-features' || kind === 'ensemble' ? [] : [id]));

/** W + Σ up · down, the given checkpoint untouched. */
export function mergeIncrements(checkpoint: VitCheckpoint, increments: NonNullable<Trained['increments']>): VitCheckpoint {
  const tensors = new Map(checkpoint.tensors);
  for (const increment of increments) {
    const { tensor: name, firstRow } = placeOfMap(checkpoint.config, increment.block, increment.target);
    const before = tensors.get(name);
    if (!before) throw new ExportError(said`The model lacks the tensor "${name}".`);
    // A tensor is copied at its first change.
    const data = before === checkpoint.tensors.get(name) ? before.data.slice() : before.data;
    const inputs = increment.down.length / increment.rank;
    addIncrement(data.subarray(firstRow * inputs), increment);
    tensors.set(name, { shape: before.shape, data });
  }
  return { ...checkpoint, tensors };
}

/** The files of one model. `more`: for its card and its processor. Throws ExportError naming what would do. */
export function modelFiles(
  base: VitCheckpoint,
  { readouts, increments, weights, incomplete }: Trained,
  labels: readonly string[],
  title: string,
  layout: ModelLayout,
  more: Pick<TrainedVit, 'card' | 'resize'> = {},
  reading = 'own',
): ExportFile[] {
  if (incomplete !== undefined) {
    throw new ExportError(
      said`"${title}" cannot leave as one model: ${incomplete}, which no layout of timm, Hugging Face or PEFT holds. Take the record, or the model of another method.`,
    );
  }
  const readout = readouts.get(reading);
  const linear = linearReadings(readouts);
  const head = readout && asLinear(readout, base.config.dim);
  if (!head) {
    throw new ExportError(
      said`Read by "${reading}" this model has no linear head to take away. Choose one of: ${linear.length === 0 ? said`none yet` : listed(linear)}.`,
    );
  }
  const { columns, ...classifier } = head;
  const seen = columns.map((column) => labels[column] ?? String(column));
  const of = (checkpoint: VitCheckpoint): TrainedVit => ({ checkpoint, classifier, labels: seen, title, ...more });
  if (layout === 'peft-timm' || layout === 'peft-hugging-face') {
    return exportPeft(of(base), increments ?? [], layout === 'peft-timm' ? 'timm' : 'hugging-face');
  }
  const merged = of(weights ?? (increments === null ? base : mergeIncrements(base, increments)));
  return layout === 'timm' ? exportTimm(merged) : exportHuggingFace(merged);
}
