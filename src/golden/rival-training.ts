/** What the recordings of rivals that train share: the method's own course over the recorded batches, each quantity beside the recorded one. */
import type { LearningRates, Trainer, VitModel } from '../compute/backbone';
import type { LabelledBatch } from '../compute/images';
import type { LinearAlgebra } from '../compute/linalg/linear-algebra';
import type { Course } from '../continual/course';
import type { MethodPlan } from '../continual/definition';
import type { LearnerHooks } from '../continual/learner';
import type { Bench, Method, MethodProgress } from '../continual/method';
import type { Task } from '../continual/stream';
import type { Classifier } from '../vit/checkpoint';
import type { Comparison } from './compare';
import { GoldenError } from './files';
import { MARKS, type Rival } from './rival';
import { benchOf, courseOf, recordedHeads, RecordedTests, training, type RecordedTraining } from './rival-course';
import type { GoldenProgress } from './types';

/** Sees each step of a task before it is taken. */
export type Look = (task: number, step: number, gradients: () => Promise<ReadonlyMap<string, Float32Array>>) => Promise<void>;

/** A method on a recording's inputs. `whole`: all columns are there from the start and are trained in every task; `look`: in the place of first gradients by name. */
export class RivalTraining {
  readonly bench: Bench;
  readonly tasks: readonly Task[];
  readonly hooks: LearnerHooks;
  readonly #rival: Rival;
  readonly #comparison: Comparison;
  readonly #recorded: RecordedTraining;
  readonly #tests: RecordedTests;
  #task = 0;
  #steps = 0;

  constructor(rival: Rival, model: VitModel, linalg: LinearAlgebra, comparison: Comparison, whole = false, look?: Look) {
    this.#rival = rival;
    this.#comparison = comparison;
    this.#recorded = rival.scalars(training);
    this.bench = benchOf(this.#recorded, model, linalg);
    this.#tests = new RecordedTests(rival, comparison);
    const all = { from: 0, to: Math.max(...rival.tasks.map(({ classes }) => classes.to)) };
    this.tasks = whole ? rival.tasks.map((task) => ({ ...task, classes: all })) : rival.tasks;
    this.hooks = {
      initialiseHead: recordedHeads(rival),
      beforeStep: async (trainer, batch) => {
        const step = this.#steps++;
        if (look) await look(this.#task, step, async () => (await trainer.gradients(batch)).gradients);
        else if (step === 0) await this.#firstGradients(trainer, batch);
      },
    };
  }

  relative(quantity: string, mark: number, key: string, ours: ArrayLike<number>): void {
    this.#comparison.relative(quantity, mark, key, ours, this.#rival.tensors.get(key).data);
  }

  course(method: Method, plan: MethodPlan): Course {
    return courseOf(method, plan, this.bench);
  }

  /** All of a task but its tests, and the losses of its steps. */
  async *learn(
    course: Course,
    task: Task,
    rates: LearningRates = { backbone: this.#recorded.lr, classifier: this.#recorded.lr },
  ): AsyncGenerator<GoldenProgress, void> {
    const { batch: size, epochs, loss } = this.#recorded;
    const orders = (this.#rival.order[task.index] ?? []).slice(0, epochs);
    const total = orders.reduce((sum, order) => sum + Math.ceil(order.length / size), 0);
    this.#task = task.index;
    this.#steps = 0;
    yield* within(task.index, course.begin(task, this.tasks.length));
    for (const [epoch, order] of orders.entries()) {
      for (let from = 0; from < order.length; from += size) {
        const positions = order.subarray(from, from + size);
        await course.step({ ...task.train.batch(positions), positions, epoch, epochs, augmented: false }, rates);
        yield { phase: 'train', task: task.index, done: this.#steps, total };
      }
    }
    this.#comparison.absolute('loss', MARKS.loss, `task ${task.index}`, await course.losses(), loss[task.index] ?? []);
    yield* within(task.index, course.finish(task));
  }

  /** Every task in turn: losses, weights, what `after` looks at, test logits; then accuracies. */
  async *all({ adaptation, readout }: Method, plan: MethodPlan, after?: (task: Task) => void): AsyncGenerator<GoldenProgress, void> {
    const course = this.course({ adaptation, readout }, plan);
    for (const task of this.tasks) {
      const { index } = task;
      yield* this.learn(course, task);
      await this.weights(index, adaptation.model, adaptation.heads);
      after?.(task);
      await this.test(course, index, `task${index}.test_logits`);
      yield { phase: 'evaluate', task: index, done: index + 1, total: this.tasks.length };
    }
    this.accuracies();
  }

  async #firstGradients(trainer: Trainer, batch: LabelledBatch): Promise<void> {
    const { gradients } = await trainer.gradients(batch);
    const of = (name: string): Float32Array => gradients.get(name) ?? new Float32Array();
    const classifier = { weight: of('classifier.weight'), bias: of('classifier.bias') };
    this.#named('first gradients', `task${this.#task}.grad0.`, gradients, this.#rows(classifier, this.#task));
  }

  /** Trained weights and classifier after a task. */
  async weights(task: number, model: VitModel, heads: Classifier): Promise<void> {
    const { tensors } = await model.checkpoint();
    const values = new Map<string, ArrayLike<number>>([...tensors].map(([name, { data }]) => [name, data]));
    values.set('classifier.weight', heads.weight).set('classifier.bias', heads.bias);
    this.#named('weights', `task${task}.param.`, values, this.#rows(heads, task));
  }

  /** A head that has its own tensors, `<prefix><number>.weight` and `.bias`, for every task up to this one. */
  heads(quantity: string, prefix: string, task: number, heads: Classifier): void {
    for (let q = 0; q <= task; q++) {
      for (const [part, values] of this.#rows(heads, q)) this.relative(quantity, MARKS.tensor, `${prefix}${q}.${part}`, values);
    }
  }

  #rows({ weight, bias }: Classifier, task: number): ReadonlyMap<'weight' | 'bias', Float32Array> {
    const { from = 0, to = 0 } = this.#rival.tasks[task]?.classes ?? {};
    const { dim } = this.#rival.checkpoint.config;
    return new Map([['weight', weight.subarray(from * dim, to * dim)] as const, ['bias', bias.subarray(from, to)] as const]);
  }

  /** All recorded tensors of that prefix; `head.weight` and `head.bias` are the newest task's rows. */
  #named(quantity: string, prefix: string, values: ReadonlyMap<string, ArrayLike<number>>, head: ReadonlyMap<string, Float32Array>): void {
    for (const key of this.#rival.tensors.names()) {
      if (!key.startsWith(prefix)) continue;
      const name = key.slice(prefix.length);
      const ours = values.get(name) ?? (name.startsWith('head.') ? head.get(name.slice('head.'.length)) : undefined);
      if (!ours) throw new GoldenError(`"${key}" is recorded, but nothing of the name "${name}" is trained.`);
      this.relative(quantity, MARKS.tensor, key, ours);
    }
  }

  /** Scores of the test images of all tasks so far, by the method and by `beside` on the same features; returns `beside`'s. */
  test(course: Course, task: number, logits: string, beside?: (features: Float32Array, count: number) => Float32Array): Promise<number[]> {
    return this.#tests.ofCourse(course, this.tasks.slice(0, task + 1), logits, beside);
  }

  accuracies(): void {
    this.#tests.accuracies(this.#recorded);
  }
}

async function* within(task: number, phases: AsyncGenerator<MethodProgress, void>): AsyncGenerator<GoldenProgress, void> {
  for await (const progress of phases) yield { ...progress, task };
}
