import * as tf from '@tensorflow/tfjs-core';
import type { Classifier } from '../../vit/checkpoint';
import type { LearningRates, Trainer, TrainSpec } from '../backbone';
import type { LabelledBatch } from '../images';
import { checkBatch } from '../plan/checks';
import { weightLayout } from '../plan/weights';
import type { TfjsBackend } from './backend';
import { adapterName, patchTensor, stages, type Network, type Stage } from './forward';
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
  private readonly optimizer: TfjsOptimizer;
  /** 1 for the rows of the classifier that learn, 0 for the others; by the tensor. */
  private readonly mask: ReadonlyMap<string, tf.Tensor>;
  private pending: Promise<number>[] = [];
  private disposed = false;

  /** `spec` has been checked by the model. */
  constructor(
    private readonly backend: TfjsBackend,
    private readonly network: Network,
    private readonly spec: TrainSpec,
    private readonly released: () => void,
  ) {
    const { config, parameters, adapters } = network;
    const { classifier, optimizer, trainables } = spec;
    const factors = ({ none: [], up: ['up'], both: ['up', 'down'] } as const)[trainables.adapters];
    const classes = classifier.bias.length;
    this.names = [
      ...(trainables.backbone === 'all' ? weightLayout(config).tensors.keys() : []),
      ...adapters.flatMap((place) => factors.map((part) => adapterName(place, part))),
      ...[WEIGHT, BIAS],
    ];
    const { from, to } = trainables.classifier;
    const rows = Array.from({ length: classes }, (_, row) => (row >= from && row < to ? 1 : 0));
    [this.mask, this.optimizer] = backend.run(() => {
      parameters.set(WEIGHT, tf.tensor2d(classifier.weight.slice(), [classes, config.dim]));
      parameters.set(BIAS, tf.tensor1d(classifier.bias.slice()));
      const mask = new Map([WEIGHT, BIAS].map((name, i) => [name, tf.keep(tf.tensor(rows, i === 0 ? [classes, 1] : [classes]))]));
      return [mask, new TfjsOptimizer(optimizer, this.names, parameters)] as const;
    });
  }

  async step(batch: LabelledBatch, rates: LearningRates): Promise<void> {
    this.check(batch);
    const loss = this.backend.run(() => {
      const { value, gradients } = this.differentiate(batch);
      this.optimizer.update(this.network.parameters, gradients, (name) => {
        const mask = this.mask.get(name);
        return mask ? tf.mul(mask, rates.classifier) : rates.backbone;
      });
      return tf.keep(value);
    });
    const read = this.backend.take(loss).then(([first = NaN]) => first);
    // Whoever awaits a later step or the losses sees a failure; nobody else needs to.
    read.catch(() => undefined);
    this.pending.push(read);
    await this.pending.at(-1 - IN_FLIGHT);
  }

  async losses(): Promise<number[]> {
    this.ensureOpen();
    const { pending } = this;
    this.pending = [];
    return Promise.all(pending);
  }

  async gradients(batch: LabelledBatch): Promise<{ loss: number; gradients: Map<string, Float32Array> }> {
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
    return { loss, gradients: values };
  }

  async classifier(): Promise<Classifier> {
    this.ensureOpen();
    const { parameters } = this.network;
    const [weight, bias] = await Promise.all([this.backend.read(parameters.get(WEIGHT)), this.backend.read(parameters.get(BIAS))]);
    return { weight, bias };
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.optimizer.dispose();
    tf.dispose([...this.mask.values()]);
    for (const name of [WEIGHT, BIAS]) this.network.parameters.delete(name);
    this.released();
  }

  /** Loss and gradients by name. Call within `backend.run`. */
  private differentiate(batch: LabelledBatch): { value: tf.Tensor; gradients: Map<string, tf.Tensor> } {
    const { network, names } = this;
    const head: Stage = { owns: /^classifier\./, run: (features) => this.loss(features, batch.labels) };
    return differentiate([...stages(network), head], patchTensor(batch, network.config), network.parameters, names);
  }

  /** Mean cross-entropy over the objective's logits. */
  private loss(features: tf.Tensor, labels: Int32Array): tf.Tensor {
    const { parameters } = this.network;
    const { from, to } = this.spec.objective.classes;
    const weight = tf.slice(parameters.get(WEIGHT), from, to - from);
    const logits = tf.add(tf.matMul(features, transposed(weight)), tf.slice(parameters.get(BIAS), from, to - from));
    const target = new Float32Array(logits.size);
    labels.forEach((label, row) => (target[row * (to - from) + label - from] = 1));
    return tf.mul(tf.sum(tf.mul(tf.logSoftmax(logits), tf.tensor(target, logits.shape))), -1 / labels.length);
  }

  private check(batch: LabelledBatch): void {
    this.ensureOpen();
    checkBatch(this.network.config, batch, this.spec.objective.classes, this.spec.maxBatch);
  }

  private ensureOpen(): void {
    if (this.disposed) throw new Error('The trainer was disposed');
  }
}
