/** Trained models as files: what each method had learned after each task, and the layouts that they leave in. */
import type { VitCheckpoint } from '../vit/checkpoint';
import type { Method } from '../continual/method';
import type { Trained } from '../continual/trained';
import type { MethodId } from '../session/experiment';
import { exportHuggingFace } from '../vit/export/hugging-face';
import { ExportError, type ExportFile, type TrainedVit } from '../vit/export/model';
import { exportPeft, type Increment } from '../vit/export/peft';
import { exportTimm } from '../vit/export/timm';

export const MODEL_LAYOUTS = ['timm', 'hugging-face', 'peft-timm', 'peft-hugging-face'] as const;
export type ModelLayout = (typeof MODEL_LAYOUTS)[number];

export interface ModelRequest {
  readonly method: MethodId;
  /** 0-based. */
  readonly task: number;
  readonly layout: ModelLayout;
}

/** All snapshots of one run together may take so much; beyond, whole weights are kept of the newest task alone. */
const MOST_BYTES = 512 * 2 ** 20;

function bytesOf({ classifier, increments, weights }: Trained): number {
  const floats = (arrays: readonly { readonly length: number }[]): number => arrays.reduce((sum, { length }) => sum + length, 0);
  const low = (increments ?? []).flatMap(({ up, down }) => [up, down]);
  const whole = [...(weights?.tensors.values() ?? [])].map(({ data }) => data);
  return 4 * floats([classifier.weight, ...low, ...whole]);
}

export interface Snapshots {
  /** Keeps what a method has learned after a task. */
  take(id: MethodId, task: number, method: Method): Promise<void>;
  list(): readonly { readonly method: MethodId; readonly tasks: readonly number[]; readonly increments: boolean }[];
  /** Throws ExportError where that model was not kept. */
  get(id: MethodId, task: number): Trained;
}

export function createSnapshots(mostBytes = MOST_BYTES): Snapshots {
  const kept = new Map<MethodId, Map<number, Trained>>();
  const total = (): number => [...kept.values()].flatMap((tasks) => [...tasks.values()]).reduce((sum, each) => sum + bytesOf(each), 0);
  return {
    async take(id, task, method) {
      if (!method.trained) return;
      const trained = await method.trained();
      const tasks = kept.get(id) ?? new Map<number, Trained>();
      kept.set(id, tasks);
      if (trained.weights !== null && total() + bytesOf(trained) > mostBytes) tasks.clear();
      tasks.set(task, trained);
    },
    list: () =>
      [...kept].map(([method, tasks]) => ({
        method,
        tasks: [...tasks.keys()].sort((a, b) => a - b),
        increments: [...tasks.values()].some(({ increments }) => increments !== null && increments.length > 0),
      })),
    get(id, task) {
      const trained = kept.get(id)?.get(task);
      if (trained) return trained;
      throw new ExportError(
        `What "${id}" had learned after task ${task + 1} is not in memory. Run the experiment again, or choose the last task.`,
      );
    },
  };
}

const FUSED = { q: 0, k: 1, v: 2 } as const;
const SINGLE = { proj: 'attn.proj', fc1: 'mlp.fc1', fc2: 'mlp.fc2' } as const;

/** W + Σ up · down, the given checkpoint untouched. */
export function mergeIncrements(checkpoint: VitCheckpoint, increments: NonNullable<Trained['increments']>): VitCheckpoint {
  const tensors = new Map(checkpoint.tensors);
  for (const { block, target, rank, up, down } of increments) {
    const fused = target === 'q' || target === 'k' || target === 'v';
    const name = `blocks.${block}.${fused ? 'attn.qkv' : SINGLE[target]}.weight`;
    const before = tensors.get(name);
    if (!before) throw new ExportError(`The model lacks the tensor "${name}".`);
    const columns = down.length / rank;
    const rows = up.length / rank;
    const first = fused ? FUSED[target] * rows : 0;
    // A tensor is copied at its first change.
    const data = before === checkpoint.tensors.get(name) ? before.data.slice() : before.data;
    for (let row = 0; row < rows; row++) {
      for (let r = 0; r < rank; r++) {
        const factor = up[row * rank + r] ?? 0;
        const at = (first + row) * columns;
        for (let column = 0; column < columns; column++)
          data[at + column] = (data[at + column] ?? 0) + factor * (down[r * columns + column] ?? 0);
      }
    }
    tensors.set(name, { shape: before.shape, data });
  }
  return { ...checkpoint, tensors };
}

const isAttention = (each: { readonly target: string }): each is Increment => each.target in FUSED;

/** The files of one model. `more`: for its card and its processor. Throws ExportError naming what would do. */
export function modelFiles(
  base: VitCheckpoint,
  { classifier, increments, weights }: Trained,
  labels: readonly string[],
  title: string,
  layout: ModelLayout,
  more: Pick<TrainedVit, 'card' | 'resize'> = {},
): ExportFile[] {
  const seen = labels.slice(0, classifier.bias.length);
  const of = (checkpoint: VitCheckpoint): TrainedVit => ({ checkpoint, classifier, labels: seen, title, ...more });
  if (layout === 'peft-timm' || layout === 'peft-hugging-face') {
    const low = increments ?? [];
    if (!low.every(isAttention))
      throw new ExportError('Increments outside query, key and value are not written as an adapter. Take the merged model.');
    return exportPeft(of(base), low, layout === 'peft-timm' ? 'timm' : 'hugging-face');
  }
  const merged = of(weights ?? (increments === null ? base : mergeIncrements(base, increments)));
  return layout === 'timm' ? exportTimm(merged) : exportHuggingFace(merged);
}
