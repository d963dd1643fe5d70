import * as tf from '@tensorflow/tfjs-core';
import type { Classifier } from '../../vit/checkpoint';
import type { VitConfig } from '../../vit/config';
import type { LearningRates, Trainer, TrainerState, TrainSpec } from '../backbone';
import type { LabelledBatch } from '../images';
import { onlyClasses } from '../objective';
import type { TfjsBackend } from './backend';
import { backward } from './backward';
import type { CallQueue } from './call-queue';
import { CLASSIFIER, TfjsClassifier, validateLabels } from './classifier';
import { forward } from './forward';
import { Gradients } from './gradients';
import { backboneShapes, transpose } from './layout';
import { LossRing } from './losses';
import { planBackward, type BackwardPlan, type Network } from './network';
import { TfjsOptimizer } from './optimizer';
import { toCheckpointLayout } from './parameters';
import { patchRows, validateImages } from './patches';

/** What a trainer borrows from its model. */
export interface TrainerHost {
  readonly backend: TfjsBackend;
  readonly queue: CallQueue;
  readonly config: VitConfig;
  /** The network as it is when an operation's turn comes. */
  readonly network: () => Network;
  /** Called once, when the trainer is disposed. */
  readonly released: () => void;
}

interface Opened {
  readonly network: Network;
  readonly plan: BackwardPlan;
  readonly head: TfjsClassifier;
  readonly optimizer: TfjsOptimizer;
}

export class TfjsTrainer implements Trainer {
  private parts: Opened | null = null;
  private readonly ring: LossRing;
  private disposed = false;

  /** `spec` has been validated by the model. */
  constructor(
    private readonly host: TrainerHost,
    private readonly spec: TrainSpec,
  ) {
    this.ring = new LossRing(host.backend);
    host.queue.runVoid(() => {
      const network = host.network();
      const { parameters, config } = network;
      const trainable = trainableNames(network, spec);
      const head = host.backend.run(() => new TfjsClassifier(spec.classifier, spec, config.dim, parameters));
      const optimizer = new TfjsOptimizer(spec.optimizer, [...trainable, ...head.names], parameters);
      this.parts = { network, plan: planBackward(network, new Set(trainable)), head, optimizer };
    });
  }

  async step(batch: LabelledBatch, rates: LearningRates): Promise<void> {
    this.validate(batch);
    await this.host.queue.run(async () => {
      const { backend } = this.host;
      const { network, optimizer } = this.opened;
      backend.run(() => {
        const gradients = new Gradients();
        try {
          const loss = this.pass(batch, gradients);
          optimizer.update(network.parameters, gradients, rates);
          this.ring.push(loss);
        } finally {
          gradients.dispose();
        }
      });
      await backend.settle();
      if (this.ring.full) await this.ring.fetch();
    });
  }

  async losses(): Promise<number[]> {
    this.ensureOpen();
    return this.host.queue.run(() => this.ring.take());
  }

  async gradients(batch: LabelledBatch): Promise<{ loss: number; gradients: Map<string, Float32Array> }> {
    this.validate(batch);
    return this.host.queue.run(async () => {
      const { backend } = this.host;
      const gradients = new Gradients();
      const loss = backend.run(() => tf.keep(this.pass(batch, gradients)));
      try {
        const values = new Map<string, Float32Array>();
        for (const [name, gradient] of gradients.entries()) values.set(name, await backend.read(gradient));
        const [value = NaN] = await backend.read(loss);
        return { loss: value, gradients: this.publicLayout(values) };
      } finally {
        loss.dispose();
        gradients.dispose();
      }
    });
  }

  async state(): Promise<TrainerState> {
    throw new Error('The reference engine keeps no state; choose WebAssembly or WebGPU');
  }

  async restore(): Promise<void> {
    throw new Error('The reference engine keeps no state; choose WebAssembly or WebGPU');
  }

  async classifier(): Promise<Classifier> {
    this.ensureOpen();
    return this.host.queue.run(async () => {
      const { backend } = this.host;
      const { network, head } = this.opened;
      if (head.names.length === 0) return head.complete({ weight: new Float32Array(0), bias: new Float32Array(0) });
      const weight = await backend.read(network.parameters.get(CLASSIFIER.weight));
      const bias = await backend.read(network.parameters.get(CLASSIFIER.bias));
      return head.complete({ weight, bias });
    });
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.host.queue.runVoid(() => {
      this.parts?.head.dispose();
      this.parts?.optimizer.dispose();
      this.parts = null;
      this.ring.dispose();
    });
    this.host.released();
  }

  /** Forward and backward; returns the loss. Call within `backend.run`. */
  private pass(batch: LabelledBatch, gradients: Gradients): tf.Scalar {
    const { network, plan, head } = this.opened;
    const { config } = network;
    const patches = patchRows(batch, config, 0, batch.count);
    const width = 3 * config.patchSize ** 2;
    const { features, cache } = forward(network, tf.tensor2d(patches, [patches.length / width, width]), plan);
    const { loss, dFeatures } = head.lossAndGradient(features, batch.labels, gradients);
    backward(network, plan, cache, dFeatures, gradients);
    return loss;
  }

  private validate(batch: LabelledBatch): void {
    this.ensureOpen();
    validateImages(batch, this.host.config);
    validateLabels(batch.labels, batch.count, onlyClasses(this.spec.objective));
    if (batch.count < 1 || batch.count > this.spec.maxBatch) {
      throw new RangeError(`A batch of ${batch.count} images; this trainer takes 1 to ${this.spec.maxBatch}`);
    }
  }

  private get opened(): Opened {
    if (!this.parts) throw new Error('The trainer was disposed');
    return this.parts;
  }

  private ensureOpen(): void {
    if (this.disposed) throw new Error('The trainer was disposed');
  }

  private publicLayout(values: Map<string, Float32Array>): Map<string, Float32Array> {
    const { network, head } = this.opened;
    const { config, parameters } = network;
    const zero = { weight: new Float32Array(this.spec.classifier.weight.length), bias: new Float32Array(this.spec.classifier.bias.length) };
    const empty = new Float32Array(0);
    const rows = { weight: values.get(CLASSIFIER.weight) ?? empty, bias: values.get(CLASSIFIER.bias) ?? empty };
    const { weight, bias } = head.complete(rows, zero);
    const out = new Map<string, Float32Array>([
      [CLASSIFIER.weight, weight],
      [CLASSIFIER.bias, bias],
    ]);
    for (const [name, value] of values) {
      if (out.has(name)) continue;
      if (/\.(up|down)$/.test(name)) {
        const [rowCount = 0, columns = 0] = parameters.get(name).shape;
        out.set(name, transpose(value, rowCount, columns));
      } else out.set(name, toCheckpointLayout(config, name, value).data);
    }
    return out;
  }
}

/** Parameters that the trainables of `spec` name, the classifier aside. */
function trainableNames({ config, blocks }: Network, { trainables }: TrainSpec): string[] {
  const names = trainables.backbone === 'all' ? [...backboneShapes(config).keys()] : [];
  if (trainables.adapters === 'none') return names;
  for (const linears of blocks)
    for (const { adapters } of Object.values(linears))
      for (const { up, down } of adapters) names.push(...(trainables.adapters === 'both' ? [up, down] : [up]));
  return names;
}
