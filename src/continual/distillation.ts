import type { ModelState, VitModel } from '../compute/backbone';
import type { LabelledBatch } from '../compute/images';
import type { Objective } from '../compute/objective';
import type { ClassRange } from '../compute/trainables';
import type { Classifier } from '../vit/checkpoint';
import { scoreFeatures } from './heads';
import type { Kept, LearningBatch, LearningTask } from './method';
import { seenBy, type Past, type Training } from './past';

interface Teacher {
  readonly model: VitModel;
  readonly heads: Classifier;
  /** Its logits of images that come alike in every epoch, by their place. */
  readonly known: Map<number, Float32Array>;
}

interface DistillationState {
  readonly model: ModelState;
  readonly heads: Classifier;
  readonly known: ReadonlyMap<number, Float32Array>;
}

/** The network as the last task left it tells the old columns' logits of every new image: targets of the batch. */
export class Distillation implements Past {
  readonly #bytes: number;
  readonly #objective: (task: ClassRange, old: ClassRange) => Objective;
  #teacher: Teacher | null = null;

  /** `bytes`: of what has to be kept of a network. */
  constructor(bytes: number, objective: (task: ClassRange, old: ClassRange) => Objective) {
    this.#bytes = bytes;
    this.#objective = objective;
  }

  async begin(task: LearningTask, model: VitModel, heads: Classifier): Promise<Training> {
    this.dispose();
    const old = heads.bias.length;
    if (old === 0) return { range: task.classes, learns: {} };
    const teacher = await model.fork();
    teacher.attach(await model.adapters());
    this.#teacher = { model: teacher, heads: structuredClone(heads), known: new Map() };
    // Old heads learn as well: else the old columns would be met by the features alone.
    return { range: seenBy(task, heads), learns: { objective: this.#objective(task.classes, { from: 0, to: old }) } };
  }

  async join(batch: LearningBatch, columns: number): Promise<LabelledBatch> {
    if (!this.#teacher) return batch;
    const logits = await this.#logits(this.#teacher, batch);
    const targets = new Float32Array(batch.count * columns);
    logits.forEach((row, i) => targets.set(row, i * columns));
    return { ...batch, targets };
  }

  async #logits({ model, heads, known }: Teacher, batch: LearningBatch): Promise<Float32Array[]> {
    const places = Array.from(batch.positions);
    const found = batch.augmented ? [] : places.flatMap((place) => known.get(place) ?? []);
    if (found.length === batch.count) return found;
    const all = scoreFeatures(await model.features(batch), batch.count, model.config.dim, heads);
    const rows = places.map((_, i) => all.slice(i * heads.bias.length, (i + 1) * heads.bias.length));
    if (!batch.augmented) places.forEach((place, i) => known.set(place, rows[i] ?? new Float32Array()));
    return rows;
  }

  kept(): Kept[] {
    return [{ what: 'model', bytes: this.#bytes, images: 0 }];
  }

  async state(): Promise<unknown> {
    if (!this.#teacher) return null;
    const { model, heads, known } = this.#teacher;
    const state: DistillationState = { model: await model.state(), heads, known };
    return structuredClone(state);
  }

  async restore(saved: unknown, model: VitModel): Promise<void> {
    this.dispose();
    if (saved === null) return;
    const { model: state, heads, known } = structuredClone(saved) as DistillationState;
    const teacher = await model.fork();
    this.#teacher = { model: teacher, heads, known: new Map(known) };
    await teacher.restore(state);
  }

  dispose(): void {
    this.#teacher?.model.dispose();
    this.#teacher = null;
  }
}
