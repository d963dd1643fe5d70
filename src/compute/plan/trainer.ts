import type { Classifier } from '../../vit/checkpoint';
import type { LearningRates, Trainer, TrainerState, TrainSpec } from '../backbone';
import type { LabelledBatch } from '../images';
import { columnsOf, needsTargets, rowsOf, soleClasses, type Objective } from '../objective';
import { checkBatch, checkState } from './checks';
import type { DeviceBuffer } from './executor';
import { stepWorkspace } from './memory';
import type { ModelCore } from './model-core';
import { NO_TARGET, SCALARS } from './ops';
import { trainingPrograms, type TrainingPrograms } from './programs';

/** One optimiser over the declared trainables: its state, its gradients and its classifier live as long as it does. */
export class PlanTrainer implements Trainer {
  private readonly programs: TrainingPrograms;
  private readonly own = new Map<string, DeviceBuffer>();
  private pending: Promise<number>[] = [];
  private newest: Promise<Float32Array> | null = null;
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
    for (const [name, values] of this.programs.constants) executor.write(this.buffer(name), values);
    executor.write(this.buffer('classifier.weight'), classifier.weight);
    executor.write(this.buffer('classifier.bias'), classifier.bias);
  }

  async step(batch: LabelledBatch, rates: LearningRates): Promise<void> {
    this.assertOpen();
    checkBatch(this.model.config, batch, this.spec);
    this.steps++;
    const run = this.run(this.programs.step, batch, rates);
    const loss = run.then((results) => results.get('loss')?.[0] ?? NaN);
    // Whoever awaits the step or the losses sees a failure; nobody else needs to.
    loss.catch(() => undefined);
    this.pending.push(loss);
    if (this.spec.logits) {
      this.newest = run.then((results) => results.get('logits') ?? new Float32Array());
      this.newest.catch(() => undefined);
    }
    // A failed run rejects first; a good one may still be under way when there is room for the next.
    await (this.model.executor.ready ? Promise.race([run, this.model.executor.ready()]) : run);
  }

  async losses(): Promise<number[]> {
    this.assertOpen();
    const pending = this.pending;
    this.pending = [];
    return Promise.all(pending);
  }

  async logits(): Promise<Float32Array> {
    this.assertOpen();
    if (!this.newest) throw new Error('There are no logits: ask for them in the spec, and take a step first');
    return this.newest;
  }

  async gradients(batch: LabelledBatch): Promise<{ loss: number; gradients: Map<string, Float32Array> }> {
    this.assertOpen();
    checkBatch(this.model.config, batch, this.spec);
    const { executor, weights, layout } = this.model;
    const { trainables } = this.spec;
    const run = this.run(this.programs.gradients, batch, { backbone: 0, classifier: 0 });
    const names = [...this.own.keys()].filter((name) => name.startsWith('gradient.'));
    const reads = names.map((name) => executor.read(this.buffer(name)));
    const loss = (await run).get('loss')?.[0] ?? NaN;
    const values = await Promise.all(reads);
    const byName = new Map(names.map((name, i) => [name, values[i] ?? new Float32Array()]));
    const cut = (name: string, offset: number, count: number): Float32Array =>
      (byName.get(`gradient.${name}`) ?? new Float32Array()).slice(offset, offset + count);
    const gradients = new Map<string, Float32Array>();
    for (const name of ['classifier.weight', 'classifier.bias']) gradients.set(name, cut(name, 0, Infinity));
    if (trainables.backbone === 'all') {
      for (const [name, { buffer, offset, count }] of weights.layout.tensors) gradients.set(name, cut(buffer, offset, count));
    }
    if (trainables.adapters !== 'none') {
      for (const { name, frozen, rank, inputs, outputs, up, down } of layout.places) {
        if (frozen) continue;
        gradients.set(`${name}.up`, cut('adapters', up.offset, outputs * rank));
        if (trainables.adapters === 'both') gradients.set(`${name}.down`, cut('adapters', down.offset, rank * inputs));
      }
    }
    return { loss, gradients };
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
    const { objective, maxBatch, logits } = this.spec;
    if (!soleClasses(objective)) inputs.set('weights', rowWeights(objective, batch, maxBatch));
    if (needsTargets(objective)) inputs.set('targets', targetsOf(objective, batch));
    return this.model.run({ program, batch: batch.count, inputs, results: logits ? ['loss', 'logits'] : ['loss'] }, this.own);
  }

  /** What a step reads that the one before it left. */
  private kept(): (readonly [string, DeviceBuffer])[] {
    return [...this.own].filter(([name]) => !name.startsWith('gradient.') && !this.programs.constants.has(name));
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
function rowWeights({ terms }: Objective, batch: LabelledBatch, maxBatch: number): Float32Array {
  const weights = new Float32Array(terms.length * maxBatch);
  terms.forEach((term, i) => {
    const { from, to } = rowsOf(term, batch);
    weights.fill(term.weight / (to - from), i * maxBatch + from, i * maxBatch + to);
  });
  return weights;
}

/** [n, columns of the objective]. */
function targetsOf(objective: Objective, { targets = new Float32Array(), count }: LabelledBatch): Float32Array {
  const { from, to } = columnsOf(objective);
  const columns = targets.length / count;
  const out = new Float32Array(count * (to - from));
  for (let row = 0; row < count; row++) out.set(targets.subarray(row * columns + from, row * columns + to), row * (to - from));
  return out.map((value) => (Number.isNaN(value) ? NO_TARGET : value));
}
