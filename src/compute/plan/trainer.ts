import type { Classifier } from '../../vit/checkpoint';
import type { LearningRates, Trainer, TrainerState, TrainSpec } from '../backbone';
import type { LabelledBatch } from '../images';
import { rowsOf, soleClasses, type Objective } from '../objective';
import { checkBatch, checkState } from './checks';
import type { DeviceBuffer } from './executor';
import { gradientsByName } from './gradients';
import { stepWorkspace } from './memory';
import type { ModelCore } from './model-core';
import { SCALARS } from './ops';
import { trainingPrograms, type TrainingPrograms } from './programs';

/** One optimiser over the declared trainables: its state, its gradients and its classifier live as long as it does. */
export class PlanTrainer implements Trainer {
  private readonly programs: TrainingPrograms;
  private readonly own = new Map<string, DeviceBuffer>();
  private pending: Promise<number>[] = [];
  private steps = 0;
  private disposed = false;

  constructor(
    private readonly model: ModelCore,
    private readonly spec: TrainSpec,
    private readonly onDispose: () => void,
  ) {
    const { config, layout, executor } = model;
    const { classifier, maxBatch } = spec;
    const network = { config, adapters: layout, maxBatch };
    const classes = classifier.bias.length;
    const recompute = spec.recompute ?? stepWorkspace(network, spec, classes).kept > executor.available();
    this.programs = trainingPrograms({ ...network, recompute }, spec, classes);
    try {
      for (const { name, role, size } of this.programs.step.buffers.values()) {
        if (role === 'trainer') this.own.set(name, executor.create('f32', size.fixed));
      }
    } catch (error) {
      for (const buffer of this.own.values()) executor.destroy(buffer);
      throw error;
    }
    for (const { buffer, values } of this.programs.constants) executor.write(this.buffer(buffer), values());
    executor.write(this.buffer('classifier.weight'), classifier.weight);
    executor.write(this.buffer('classifier.bias'), classifier.bias);
  }

  async step(batch: LabelledBatch, rates: LearningRates): Promise<void> {
    this.assertOpen();
    checkBatch(this.model.config, batch, this.spec.objective, this.spec.maxBatch);
    this.steps++;
    const run = this.run(this.programs.step, batch, rates);
    const loss = run.then((results) => this.lossOf(results).loss);
    // Whoever awaits the step or the losses sees a failure; nobody else needs to.
    loss.catch(() => undefined);
    this.pending.push(loss);
    // A failed run rejects first; a good one may still be under way when there is room for the next.
    await (this.model.executor.ready ? Promise.race([run, this.model.executor.ready()]) : run);
  }

  async losses(): Promise<number[]> {
    this.assertOpen();
    const pending = this.pending;
    this.pending = [];
    return Promise.all(pending);
  }

  async gradients(batch: LabelledBatch) {
    this.assertOpen();
    checkBatch(this.model.config, batch, this.spec.objective, this.spec.maxBatch);
    const { executor, weights, layout } = this.model;
    const run = this.run(this.programs.gradients, batch, { backbone: 0, classifier: 0 });
    const names = [...this.own.keys()].filter((name) => name.startsWith('gradient.'));
    const reads = names.map((name) => executor.read(this.buffer(name)));
    const { loss, penalty } = this.lossOf(await run);
    const values = await Promise.all(reads);
    const buffers = new Map(names.map((name, i) => [name.slice('gradient.'.length), values[i] ?? new Float32Array()]));
    const gradients = gradientsByName(buffers, this.spec.trainables, weights.layout, layout);
    return { loss, penalty, gradients };
  }

  async classifier(): Promise<Classifier> {
    this.assertOpen();
    const { executor } = this.model;
    const [weight, bias] = await Promise.all([
      executor.read(this.buffer('classifier.weight')),
      executor.read(this.buffer('classifier.bias')),
    ]);
    return { weight, bias };
  }

  async state(): Promise<TrainerState> {
    this.assertOpen();
    const { steps } = this;
    const values = await Promise.all(this.kept().map(async ([name, buffer]) => [name, await this.model.executor.read(buffer)] as const));
    return { steps, values: Object.fromEntries(values) };
  }

  async restore({ steps, values }: TrainerState): Promise<void> {
    this.assertOpen();
    const kept = this.kept();
    checkState(values, new Map(kept.map(([name, { size }]) => [name, size])));
    for (const [name, buffer] of kept) this.model.executor.write(buffer, values[name] ?? new Float32Array());
    this.steps = steps;
    this.pending = [];
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    for (const buffer of this.own.values()) this.model.executor.destroy(buffer);
    this.onDispose();
  }

  private run(program: TrainingPrograms['step'], batch: LabelledBatch, rates: LearningRates) {
    const { optimizer } = this.spec;
    const { factors } = this.programs;
    const scalars = new Float32Array(SCALARS.factors + factors.length);
    factors.forEach((factor, i) => (scalars[SCALARS.factors + i] = factor * rates.backbone));
    scalars[SCALARS.backbone] = rates.backbone;
    scalars[SCALARS.classifier] = rates.classifier;
    if (optimizer.kind === 'adam') {
      scalars[SCALARS.corrections] = 1 / (1 - optimizer.beta1 ** this.steps);
      scalars[SCALARS.corrections + 1] = 1 / (1 - optimizer.beta2 ** this.steps);
    }
    const inputs = new Map<string, Uint8Array | Int32Array | Float32Array>([
      ['images', batch.pixels],
      ['labels', batch.labels],
      ['scalars', scalars],
    ]);
    if (!soleClasses(this.spec.objective)) inputs.set('weights', rowWeights(this.spec.objective, batch.count, this.spec.maxBatch));
    return this.model.run({ program, batch: batch.count, inputs, results: ['loss'] }, this.own);
  }

  /** Of the penalties' share alone there is a number where there are penalties. */
  private lossOf(results: ReadonlyMap<string, Float32Array>): { readonly loss: number; readonly penalty: number } {
    const [data = NaN, penalty = NaN] = results.get('loss') ?? [];
    return this.spec.penalties?.length ? { loss: data + penalty, penalty } : { loss: data, penalty: 0 };
  }

  /** What a step reads that the one before it left. */
  private kept(): (readonly [string, DeviceBuffer])[] {
    const constants = new Set(this.programs.constants.map(({ buffer }) => buffer));
    return [...this.own].filter(([name]) => !name.startsWith('gradient.') && !constants.has(name));
  }

  private buffer(name: string): DeviceBuffer {
    const buffer = this.own.get(name);
    if (!buffer) throw new Error(`The trainer has no buffer "${name}"`);
    return buffer;
  }

  private assertOpen(): void {
    if (this.disposed) throw new Error('This trainer was disposed');
  }
}

/** [terms, maxBatch]: what each row of a batch counts in each term. */
function rowWeights({ terms }: Objective, count: number, maxBatch: number): Float32Array {
  const weights = new Float32Array(terms.length * maxBatch);
  terms.forEach((term, i) => {
    const { from, to } = rowsOf(term, count);
    weights.fill(term.weight / (to - from), i * maxBatch + from, i * maxBatch + to);
  });
  return weights;
}
