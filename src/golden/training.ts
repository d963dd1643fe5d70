/** InfLoRA on a recorded stream, every intermediate quantity beside the recorded one. */
import type { Adapter, ClassRange, ComputeDevice, Moment, Optimizer, Trainer } from '../compute/backbone';
import type { LinearAlgebra } from '../compute/linalg/linear-algebra';
import { projector } from '../continual/dual-gpm';
import { dot } from '../continual/dense';
import type { DesignedB } from '../continual/design-b';
import type { MethodProgress } from '../continual/method';
import { InfloraAdaptation, type InfloraObserver } from '../continual/adaptations/inflora';
import { MethodCourse } from '../continual/course';
import { infloraPlan } from '../continual/methods/inflora';
import { ownHeads } from '../continual/readouts/own-heads';
import { createRng } from '../continual/rng';
import { learningRate } from '../continual/schedule';
import { leakage } from '../continual/subspace';
import type { Classifier } from '../vit/checkpoint';
import type { VitConfig } from '../vit/config';
import { findBackbone } from './backbone';
import type { Comparison } from './compare';
import { compareAccuracies, predictions, type TaskPredictions } from './accuracy';
import { firstReadable, GoldenError, mentionedFiles, type GoldenReader, type TrainingFiles, type TrainingScenario } from './files';
import type { GoldenOptions, GoldenProgress } from './types';
import { inputsOf, type GoldenInputs } from './inputs';

const RELATIVE = { forward: 1e-5, covariance: 1e-5, BtB: 1e-3, projector: 1e-3, dW: 2e-3, gradient: 1e-3, head: 2e-3, leakage: 5e-3 };
/** Nothing beside what the recording holds. */
const ACCURACY_ALONE = { readings: false, interference: 'off', multiply: () => Promise.reject(new Error('not needed')) } as const;
const ABSOLUTE = { loss: 1e-4, logits: 1e-3, lr: 1e-12, threshold: 1e-12 };

export async function* compareTraining(
  read: GoldenReader,
  scenario: string,
  files: TrainingFiles,
  device: ComputeDevice,
  linalg: LinearAlgebra,
  options: GoldenOptions,
  comparison: Comparison,
): AsyncGenerator<GoldenProgress, void> {
  yield { phase: 'load', task: 0, done: 0, total: 1 };
  const { scalars, tensors } = files;
  const dataFiles = [...mentionedFiles(files.json, 'data'), `data_${scenario}.safetensors`, 'data.safetensors'];
  const data = await firstReadable(read, dataFiles);
  if (!data) throw new GoldenError(`No image file for "${scenario}"; looked for ${dataFiles.join(', ')}.`);
  const { init, checkpoint } = await findBackbone(read, scenario, files, data, device, options.names ?? []);
  const inputs = inputsOf(data, init, scalars.loss.length);
  const model = await device.load(checkpoint);
  const { hyper } = scalars;
  await compareForward();

  const watch = new Watch(files, inputs, checkpoint.config, comparison);
  const bench = { model, linalg, rng: createRng(0), batchSize: hyper.batch_size, optimizer: optimizerOf(scalars) };
  const chosen = { rank: hyper.rank, lamb: hyper.lamb, lame: hyper.lame, memory: hyper.memory, ...options.inflora };
  const hooks = { observer: watch, initialiseHead: (range: ClassRange) => recordedHead(inputs, range) };
  const adaptation = new InfloraAdaptation(bench, chosen, hooks);
  const course = new MethodCourse({ adaptation, readout: ownHeads(adaptation) }, {}, infloraPlan(chosen), bench, ACCURACY_ALONE);
  try {
    const evaluated: TaskPredictions[] = [];
    for (const task of inputs.tasks.slice(0, options.tasks)) {
      const t = task.index;
      const seen = inputs.tasks.slice(0, t + 1);
      yield* inTask(t, course.begin(task, hyper.total_sessions));
      yield* train(t);
      if (options.steps !== undefined) return;
      yield* inTask(t, course.finish(task));
      const ranges = seen.map(({ classes }) => classes);
      const rows = seen.map(({ test }) => test.count);
      const scores: number[] = [];
      for (const { test } of seen) {
        const all = await course.scores(test.batch([...test.labels.keys()]));
        scores.push(...(all.scores.get('own') ?? []));
      }
      const recorded = tensors.find(`task${t}.test_logits`);
      if (recorded) comparison.absolute('test_logits', ABSOLUTE.logits, `task ${t}`, scores, recorded.data);
      const labels = seen.flatMap(({ test }) => [...test.labels]);
      evaluated.push(predictions(scores, recorded?.data ?? null, labels, ranges, rows));
      yield { phase: 'evaluate', task: t, done: t + 1, total: inputs.tasks.length };
    }
    compareAccuracies(scalars, scalars.loss.length, evaluated, comparison);
  } finally {
    course.dispose();
  }

  async function compareForward(): Promise<void> {
    const rows = tensors.find('forward0.test_index');
    if (!rows) return;
    const activations = await model.activations(inputs.test.batch(rows.data));
    for (const [name, values] of activations) {
      const recorded = tensors.find(`forward0.${name}`);
      if (recorded) comparison.relative('forward', RELATIVE.forward, name, values, recorded.data);
    }
  }

  async function* train(t: number): AsyncGenerator<GoldenProgress, void> {
    const orders = inputs.order[t] ?? [];
    const task = inputs.tasks[t];
    const recorded = scalars.loss[t] ?? [];
    const perEpoch = Math.ceil((orders[0]?.length ?? 0) / hyper.batch_size);
    const base = t === 0 ? (hyper.init_lr ?? hyper.lrate) : hyper.lrate;
    const rates: number[] = [];
    for (const [epoch, order] of orders.slice(0, hyper.epochs).entries()) {
      const rate = learningRate(options.schedule ?? 'authors', hyper.optim, base, epoch, hyper.epochs);
      for (let from = 0; from < order.length; from += hyper.batch_size) {
        if (!task || rates.length === options.steps) continue;
        const positions = order.subarray(from, from + hyper.batch_size);
        const batch = { ...task.train.batch(positions), positions, epoch, epochs: hyper.epochs, augmented: false };
        if (rates.length === 0) await watch.compareGradients(t, await watch.trainer.gradients(batch));
        await course.step(batch, { backbone: rate, classifier: rate });
        rates.push(rate);
        yield { phase: 'train', task: t, done: rates.length, total: perEpoch * hyper.epochs };
      }
    }
    comparison.absolute('loss', ABSOLUTE.loss, `task ${t}`, await course.losses(), recorded.slice(0, options.steps));
    if (scalars.lr?.[t]) comparison.absolute('learning rate', ABSOLUTE.lr, `task ${t}`, rates, scalars.lr[t].slice(0, options.steps));
  }
}

function recordedHead({ tasks, heads }: GoldenInputs, { from }: ClassRange): Classifier {
  const head = heads[tasks.findIndex(({ classes }) => classes.from === from)];
  if (!head) throw new GoldenError(`No recorded head starts at column ${from}.`);
  return head;
}

async function* inTask(task: number, phases: AsyncGenerator<MethodProgress, void>): AsyncGenerator<GoldenProgress, void> {
  for await (const progress of phases) yield { ...progress, task };
}

function optimizerOf({ hyper }: TrainingScenario): Optimizer {
  return hyper.optim === 'sgd'
    ? { kind: 'sgd', momentum: hyper.momentum, weightDecay: hyper.weight_decay }
    : { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: hyper.weight_decay };
}

/** Looks at what InfLoRA does and compares it with the record. */
class Watch implements InfloraObserver {
  readonly #files: TrainingFiles;
  readonly #inputs: GoldenInputs;
  readonly #config: VitConfig;
  readonly #comparison: Comparison;
  #trainer: Trainer | null = null;
  #designs: readonly DesignedB[] = [];
  #adapters: readonly Adapter[] = [];
  readonly #before: (readonly Float32Array[])[] = [];
  readonly #after: (readonly Float32Array[])[] = [];

  constructor(files: TrainingFiles, inputs: GoldenInputs, config: VitConfig, comparison: Comparison) {
    this.#files = files;
    this.#inputs = inputs;
    this.#config = config;
    this.#comparison = comparison;
  }

  get trainer(): Trainer {
    if (!this.#trainer) throw new Error('The method opened no trainer.');
    return this.#trainer;
  }

  #relative(quantity: string, mark: number, key: string, ours: ArrayLike<number>): void {
    const recorded = this.#files.tensors.find(key);
    if (recorded) this.#comparison.relative(quantity, mark, key, ours, recorded.data);
  }

  designed(task: number, moments: readonly Moment[], designs: readonly DesignedB[]): void {
    const covariances = moments.map(({ values }) => values);
    this.#before[task] = covariances;
    this.#designs = designs;
    const { dim } = this.#config;
    covariances.forEach((covariance, l) => this.#relative('cov_pre', RELATIVE.covariance, `task${task}.layer${l}.cov_pre`, covariance));
    designs.forEach(({ down, singularValues }, l) => {
      const at = `task${task}.layer${l}`;
      this.#relative('singular values of P', RELATIVE.BtB, `${at}.design_singular_values`, singularValues);
      this.#relative('BtB', RELATIVE.BtB, `${at}.BtB`, gram(down, dim));
    });
  }

  opened(_task: number, trainer: Trainer): void {
    this.#trainer = trainer;
  }

  /** A row of B may come with the other sign; then the matching column of A has it too. */
  #signs(task: number, layer: number): number[] | null {
    const recorded = this.#files.tensors.find(`task${task}.layer${layer}.B`);
    const ours = this.#designs[layer];
    if (!recorded || !ours) return null;
    const [rank = 0, dim = 0] = recorded.shape;
    const row = (rows: ArrayLike<number>, k: number) => Float64Array.from({ length: dim }, (_, i) => rows[k * dim + i] ?? 0);
    return Array.from({ length: rank }, (_, k) => (dot(row(ours.down, k), row(recorded.data, k)) < 0 ? -1 : 1));
  }

  async compareGradients(task: number, { gradients }: Awaited<ReturnType<Trainer['gradients']>>): Promise<void> {
    const { dim, depth } = this.#config;
    for (let l = 0; l < depth; l++) {
      const signs = this.#signs(task, l);
      for (const target of ['k', 'v'] as const) {
        const ours = gradients.get(`blocks.${l}.${target}.up`);
        if (!signs || !ours) continue;
        const aligned = ours.map((value, at) => value * (signs[at % signs.length] ?? 1));
        this.#relative('first gradients of A', RELATIVE.gradient, `task${task}.grad0.blocks.${l}.attn.A_${target}.${task}.weight`, aligned);
      }
    }
    const classes = this.#inputs.tasks[task]?.classes ?? { from: 0, to: 0 };
    const weight = gradients.get('classifier.weight')?.subarray(classes.from * dim, classes.to * dim) ?? [];
    const bias = gradients.get('classifier.bias')?.subarray(classes.from, classes.to) ?? [];
    this.#relative('first gradients of head', RELATIVE.gradient, `task${task}.grad0.head.${task}.weight`, weight);
    this.#relative('first gradients of head', RELATIVE.gradient, `task${task}.grad0.head.${task}.bias`, bias);
  }

  trained(task: number, adapters: readonly Adapter[], classifier: { weight: Float32Array; bias: Float32Array }): void {
    const { dim } = this.#config;
    this.#adapters = adapters;
    for (const { block, target, up, down, rank } of adapters) {
      this.#relative('dW', RELATIVE.dW, `task${task}.layer${block}.dW_${target}`, product(up, down, dim, rank));
    }
    const classes = this.#inputs.tasks[task]?.classes ?? { from: 0, to: 0 };
    this.#relative('head', RELATIVE.head, `task${task}.head.weight`, classifier.weight.subarray(classes.from * dim, classes.to * dim));
    this.#relative('head', RELATIVE.head, `task${task}.head.bias`, classifier.bias.subarray(classes.from, classes.to));
  }

  remembered(...[task, moments, memories, threshold]: Parameters<NonNullable<InfloraObserver['remembered']>>): void {
    const covariances = moments.map(({ values }) => values);
    const { scalars } = this.#files;
    this.#after[task] = covariances;
    covariances.forEach((covariance, l) => this.#relative('cov_post', RELATIVE.covariance, `task${task}.layer${l}.cov_post`, covariance));
    const recordedThreshold = scalars.threshold?.[task];
    if (recordedThreshold !== undefined) {
      this.#comparison.absolute('threshold', ABSOLUTE.threshold, `task ${task}`, [threshold], [recordedThreshold]);
    }
    memories.forEach((memory, l) => {
      const where = `task ${task} layer ${l}`;
      const dimension = scalars.dim?.[task]?.[l];
      const type = scalars.project_type?.[task]?.[l];
      if (dimension !== undefined) this.#comparison.exact('DualGPM dimension', where, memory.columns === dimension ? 0 : 1);
      if (type !== undefined) this.#comparison.exact('DualGPM type', where, memory.type === type ? 0 : 1);
      this.#relative('gpm_projector', RELATIVE.projector, `task${task}.layer${l}.gpm_projector`, projector(memory));
    });
    this.#compareLeakage(task);
  }

  #compareLeakage(task: number): void {
    const { dim } = this.#config;
    for (const { block, target, up, down, rank } of this.#adapters) {
      const own = this.#before[task]?.[block];
      for (let old = 0; own && old < task; old++) {
        const key = `dW_${target}.task${task}.layer${block}.on_task${old}`;
        const recorded = this.#files.scalars.leakage_ratio[key];
        const theirs = this.#after[old]?.[block];
        if (recorded === undefined || !theirs) continue;
        const ratio = leakage([{ up, down, rank, out: dim }], theirs, own, dim);
        this.#comparison.relative('leakage', RELATIVE.leakage, key, [ratio], [recorded]);
      }
    }
  }
}

/** BᵀB, [dim, dim]. */
function gram(rows: ArrayLike<number>, dim: number): Float64Array {
  const rank = rows.length / dim;
  return Float64Array.from({ length: dim * dim }, (_, at) => {
    let sum = 0;
    for (let k = 0; k < rank; k++) sum += (rows[k * dim + Math.floor(at / dim)] ?? 0) * (rows[k * dim + (at % dim)] ?? 0);
    return sum;
  });
}

/** up [out, rank] · down [rank, dim]. */
function product(up: Float32Array, down: Float32Array, dim: number, rank: number): Float64Array {
  return Float64Array.from({ length: (up.length / rank) * dim }, (_, at) => {
    let sum = 0;
    for (let k = 0; k < rank; k++) sum += (up[Math.floor(at / dim) * rank + k] ?? 0) * (down[k * dim + (at % dim)] ?? 0);
    return sum;
  });
}
