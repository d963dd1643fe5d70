import { SaidError, said } from '../../common/said';
import * as tf from '@tensorflow/tfjs-core';
import type { Classifier } from '../../vit/checkpoint';
import type { StepFeedback, StepRates, Trainer, TrainerState, TrainSpec } from '../backbone';
import type { LabelledBatch } from '../images';
import { columnsOf, rowsOf, type Term } from '../objective';
import type { AdapterLayout } from '../plan/adapter-layout';
import { checkBatch, checkState } from '../plan/checks';
import { placed, type PlacedCorrection } from '../plan/corrections';
import { Network as Plan } from '../plan/network';
import { rateFactors } from '../plan/rates';
import type { TfjsBackend } from './backend';
import { forward, patchTensor, stages, type Network, type Stage } from './forward';
import { differentiate } from './gradients';
import { transposed } from './ops';
import { TfjsOptimizer } from './optimizer';

const [WEIGHT, BIAS] = ['classifier.weight', 'classifier.bias'] as const;

/** Steps that may be under way on an asynchronous device before another one waits. */
const IN_FLIGHT = 2;

/** Trains what its network reads, by tfjs's own gradients. */
export class TfjsTrainer implements Trainer {
  /** Parameters that get a gradient. */
  private readonly names: readonly string[];
  /** Factors on the backbone's rate, by name. */
  private readonly factors: ReadonlyMap<string, number>;
  private readonly corrections: readonly (PlacedCorrection & { readonly rows: tf.Tensor })[];
  /** By parameter of the classifier: 1 for its rows that learn, 0 for the others. */
  private readonly masks: ReadonlyMap<string, tf.Tensor>;
  private readonly optimizer: TfjsOptimizer;
  private pending: Promise<number>[] = [];
  /** Logits of the newest step, where they are asked for. */
  private newest: Promise<Float32Array | null> | null = null;
  private disposed = false;

  /** `spec` has been checked by the model but for its rates and corrections. */
  constructor(
    private readonly backend: TfjsBackend,
    private readonly network: Network,
    adapters: AdapterLayout,
    private readonly spec: TrainSpec,
    private readonly released: () => void,
  ) {
    const { config, parameters } = network;
    const { classifier, trainables, penalties = [] } = spec;
    if (penalties.length > 0)
      throw new SaidError(said`The reference engine has no penalty "${penalties[0]?.kind ?? ''}": train on the plan`);
    const learned = new Plan({ config, adapters, maxBatch: spec.maxBatch }, trainables).learned();
    const names = learned.map(({ name }) => name);
    this.factors = rateFactors(names, spec.rates);
    this.names = [...names, WEIGHT, BIAS];
    const corrections = (spec.corrections ?? []).map((correction) => {
      if (correction.kind === 'clip')
        throw new SaidError(said`The reference engine clips no gradients: run this method on the plan (WASM or WebGPU)`);
      return placed(learned, correction);
    });
    const classes = classifier.bias.length;
    const { from, to } = trainables.classifier;
    const mask = Array.from({ length: classes }, (_, row) => (row >= from && row < to ? 1 : 0));
    [this.corrections, this.masks, this.optimizer] = backend.run(() => {
      parameters.set(WEIGHT, tf.tensor2d(classifier.weight.slice(), [classes, config.dim]));
      parameters.set(BIAS, tf.tensor1d(classifier.bias.slice()));
      const updated = this.names.filter((name) => this.factors.get(name) !== 0);
      return [
        corrections.map((one) => ({ ...one, rows: tf.keep(tf.tensor2d(one.basis.slice(), [one.rank, one.columns])) })),
        new Map([WEIGHT, BIAS].map((name) => [name, tf.keep(tf.tensor(mask, name === WEIGHT ? [classes, 1] : [classes]))])),
        new TfjsOptimizer(spec.optimizer, updated, parameters),
      ] as const;
    });
  }

  async step(batch: LabelledBatch, { backbone, classifier }: StepRates): Promise<void> {
    this.check(batch);
    if (backbone === null) throw new SaidError(said`The reference engine cannot hold the backbone for a step; our own kernels can`);
    this.newest = Promise.resolve(null);
    if (this.spec.logits) {
      const { from, to } = columnsOf(this.spec.objective);
      const logits = this.backend.run(() => {
        const features = forward(this.network, batch, () => undefined);
        return tf.keep(tf.slice(this.classify(features), [0, from], [batch.count, to - from]));
      });
      this.newest = this.backend.take(logits);
      this.newest.catch(() => undefined);
    }
    const loss = this.backend.run(() => {
      const { value, gradients } = this.differentiate(batch);
      const before = this.corrections.map(({ tensor }) => this.network.parameters.get(tensor.name).clone());
      this.optimizer.update(this.network.parameters, gradients, (name) => {
        const mask = this.masks.get(name);
        return mask ? tf.mul(mask, classifier) : backbone * (this.factors.get(name) ?? 1);
      });
      this.correct(before);
      return tf.keep(value);
    });
    const read = this.backend.take(loss).then(([first = NaN]) => first);
    // Whoever awaits a later step or the losses sees a failure; nobody else needs to.
    read.catch(() => undefined);
    this.pending.push(read);
    await this.pending.at(-1 - IN_FLIGHT);
  }

  /** Without prompts and clips. */
  async feedback(): Promise<StepFeedback> {
    this.ensureOpen();
    if (!this.newest) throw new Error('There is no feedback before the first step');
    return { mix: new Map(), squares: null, logits: await this.newest };
  }

  async losses(): Promise<number[]> {
    this.ensureOpen();
    const { pending } = this;
    this.pending = [];
    return Promise.all(pending);
  }

  async gradients(batch: LabelledBatch) {
    this.check(batch);
    const kept = this.backend.run(() => {
      const { value, gradients } = this.differentiate(batch);
      const named: [string, tf.Tensor][] = [['loss', value], ...gradients];
      for (const [, tensor] of named) tf.keep(tensor);
      return named;
    });
    const values = new Map(await Promise.all(kept.map(async ([name, tensor]) => [name, await this.backend.take(tensor)] as const)));
    const loss = values.get('loss')?.[0] ?? NaN;
    values.delete('loss');
    return { loss, penalty: 0, gradients: values };
  }

  async classifier(): Promise<Classifier> {
    this.ensureOpen();
    const { parameters } = this.network;
    const [weight, bias] = await Promise.all([this.backend.read(parameters.get(WEIGHT)), this.backend.read(parameters.get(BIAS))]);
    return { weight, bias };
  }

  averaged(): Promise<never> {
    return Promise.reject(new Error('This trainer keeps no moving average'));
  }

  async state(): Promise<TrainerState> {
    this.ensureOpen();
    const { steps } = this.optimizer;
    const values = await Promise.all(this.kept().map(async ([name, tensor]) => [name, await this.backend.read(tensor)] as const));
    return { steps, values: Object.fromEntries(values) };
  }

  async restore({ steps, values }: TrainerState): Promise<void> {
    this.ensureOpen();
    checkState(values, new Map(this.kept().map(([name, { size }]) => [name, size])));
    const { [WEIGHT]: weight = new Float32Array(), [BIAS]: bias = new Float32Array(), ...moments } = values;
    this.backend.run(() => {
      this.network.parameters.write({ [WEIGHT]: weight, [BIAS]: bias });
      this.optimizer.moments.write(moments);
    });
    this.optimizer.steps = steps;
    this.pending = [];
    this.newest = null;
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.optimizer.dispose();
    tf.dispose([...this.masks.values(), ...this.corrections.map(({ rows }) => rows)]);
    for (const name of [WEIGHT, BIAS]) this.network.parameters.delete(name);
    this.released();
  }

  /** What a step reads that the one before it left, weights and adapters aside. */
  private kept(): [name: string, tensor: tf.Tensor][] {
    const { parameters } = this.network;
    return [...this.optimizer.moments.entries(), [WEIGHT, parameters.get(WEIGHT)], [BIAS, parameters.get(BIAS)]];
  }

  /** Loss and gradients by name. Call within `backend.run`. */
  private differentiate(batch: LabelledBatch): { value: tf.Tensor; gradients: Map<string, tf.Tensor> } {
    const { network, names } = this;
    const head: Stage = { owns: /^classifier\./, run: (features) => this.loss(features, batch) };
    return differentiate([...stages(network), head], patchTensor(batch, network.config), network.parameters, names);
  }

  /** The objective's terms over the batch: a row that a term does not see counts nothing in it. */
  private loss(features: tf.Tensor, batch: LabelledBatch): tf.Tensor {
    const logits = this.classify(features);
    return tf.addN(
      this.spec.objective.terms.map((term) => {
        const { from, to } = term.classes;
        const shape: [number, number] = [batch.count, to - from];
        const { weights, targets } = constantsOf(term, batch);
        const own = tf.slice(logits, [0, from], shape);
        const counted = tf.tensor2d(weights, shape);
        if (term.kind === 'logits') return tf.sum(tf.mul(tf.squaredDifference(own, tf.tensor2d(targets, shape)), counted));
        return tf.sum(tf.mul(tf.logSoftmax(term.kind === 'distil' ? tf.div(own, term.temperature) : own), counted));
      }),
    );
  }

  private classify(features: tf.Tensor): tf.Tensor {
    const { parameters } = this.network;
    return tf.add(tf.matMul(features, transposed(parameters.get(WEIGHT))), parameters.get(BIAS));
  }

  /** Takes back what the update changed in the spans of the bases; `before`: the values that it found. */
  private correct(before: readonly tf.Tensor[]): void {
    const { parameters } = this.network;
    this.corrections.forEach(({ tensor, columns, rows }, i) => {
      const [value, old] = [parameters.get(tensor.name), before[i]];
      if (!old) return;
      const change = tf.reshape(tf.sub(value, old), [tensor.rows, columns]);
      const along = tf.matMul(tf.matMul(change, transposed(rows)), rows);
      parameters.set(tensor.name, tf.sub(value, tf.reshape(along, value.shape)));
    });
  }

  private check(batch: LabelledBatch): void {
    this.ensureOpen();
    checkBatch(this.network.config, batch, this.spec);
  }

  private ensureOpen(): void {
    if (this.disposed) throw new Error('The trainer was disposed');
  }
}

/** [n, classes] what each logit's part of a term counts, of the logarithm of its softmax or of its square; and the targets of the latter. */
function constantsOf(term: Term, batch: LabelledBatch): { weights: Float32Array; targets: Float32Array } {
  const { from, to } = term.classes;
  const rows = rowsOf(term, batch);
  const width = to - from;
  const columns = (batch.targets?.length ?? 0) / batch.count;
  const [weights, targets] = [new Float32Array(batch.count * width), new Float32Array(batch.count * width)];
  const each = term.weight / (rows.to - rows.from);
  for (let row = rows.from; row < rows.to; row++) {
    const own = batch.targets?.subarray(row * columns + from, row * columns + to) ?? new Float32Array();
    if (term.kind === 'cross-entropy') weights[row * width + (batch.labels[row] ?? NaN) - from] = -each;
    else if (term.kind === 'distil') {
      const [top, { temperature }] = [Math.max(...own), term];
      const soft = Array.from(own, (value) => Math.exp((value - top) / temperature));
      const total = soft.reduce((sum, value) => sum + value, 0);
      soft.forEach((value, c) => (weights[row * width + c] = (-each * value) / total));
    } else {
      const there = own.filter((value) => !Number.isNaN(value)).length;
      own.forEach((value, c) => {
        if (Number.isNaN(value)) return;
        weights[row * width + c] = each / there;
        targets[row * width + c] = value;
      });
    }
  }
  return { weights, targets };
}
