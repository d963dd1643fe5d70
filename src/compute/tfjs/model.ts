import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensor, VitCheckpoint } from '../../vit/checkpoint';
import type { VitConfig } from '../../vit/config';
import type { Adapter, ModelState, MomentOptions, SecondMoments, Trainer, TrainSpec, VitModel } from '../backbone';
import type { ImageBatch } from '../images';
import { validateAdapters } from './adapters';
import type { TfjsBackend } from './backend';
import { CallQueue } from './call-queue';
import { patchChunks } from './chunks';
import { validateClassifier } from './classifier';
import { forward, trace } from './forward';
import { adapterName, backboneShapes, LINEARS, linearShape, linearOf, transpose } from './layout';
import { effectiveWeight, type Placement } from './linear';
import { TfjsSecondMoments } from './moments';
import { describeNetwork, type Network } from './network';
import { toCheckpointLayout, type Parameters } from './parameters';
import { validateImages } from './patches';
import { TfjsTrainer } from './trainer';

export class TfjsModel implements VitModel {
  private readonly queue = new CallQueue();
  /** Adapters as called for; their values are parameters. */
  private placements: readonly Placement[] = [];
  private network: Network;
  private trainer: Trainer | null = null;
  private readonly moments = new Set<SecondMoments>();
  private disposed = false;

  /** Takes ownership of `parameters`. `released` is called once, on dispose. */
  constructor(
    private readonly backend: TfjsBackend,
    readonly config: VitConfig,
    private readonly parameters: Parameters,
    private readonly head: VitCheckpoint['head'],
    private readonly adopt: (model: TfjsModel) => void,
    private readonly released: (model: TfjsModel) => void,
  ) {
    this.network = describeNetwork(config, parameters, []);
    adopt(this);
  }

  async features(images: ImageBatch): Promise<Float32Array> {
    this.ensureAlive();
    validateImages(images, this.config);
    const out = new Float32Array(images.count * this.config.dim);
    await this.queue.run(async () => {
      for (const { from, patches } of patchChunks(images, this.config)) {
        const features = this.backend.run(() => tf.keep(forward(this.network, patches(), null).features));
        try {
          out.set(await this.backend.read(features), from * this.config.dim);
        } finally {
          features.dispose();
        }
      }
    });
    return out;
  }

  async activations(images: ImageBatch): Promise<Map<string, Float32Array>> {
    this.ensureAlive();
    validateImages(images, this.config);
    return this.queue.run(async () => {
      const values = new Map<string, Float32Array>();
      for (const { from, count, patches } of patchChunks(images, this.config)) {
        const traced = this.backend.run(() => {
          const tensors = trace(this.network, patches());
          for (const tensor of tensors.values()) tf.keep(tensor);
          return tensors;
        });
        for (const [name, tensor] of traced) {
          const all = values.get(name) ?? new Float32Array((tensor.size / count) * images.count);
          all.set(await this.backend.read(tensor), (tensor.size / count) * from);
          values.set(name, all);
          tensor.dispose();
        }
      }
      return values;
    });
  }

  secondMoments({ inputs = ['qkv'], features = false }: MomentOptions = {}): SecondMoments {
    this.ensureAlive();
    if (inputs.join() !== 'qkv') {
      throw new Error('The reference engine has second moments of attention inputs alone; choose WebAssembly or WebGPU');
    }
    const { backend, queue, config } = this;
    const network = (): Network => this.network;
    const moments: SecondMoments = new TfjsSecondMoments({
      ...{ backend, queue, config, network, released: () => this.moments.delete(moments) },
      ...(features && { features: (images: ImageBatch) => this.features(images) }),
    });
    this.moments.add(moments);
    return moments;
  }

  attach(adapters: readonly Adapter[]): void {
    this.ensureAlive();
    this.ensureNoTrainer('attach');
    validateAdapters(adapters, this.config);
    const copies = adapters.map((adapter) => ({ ...adapter, down: adapter.down.slice(), up: adapter.up.slice(), shared: adapter.down }));
    this.placements = adapters.map(({ block, target, rank }) => ({ block, target, rank }));
    const { placements } = this;
    this.queue.runVoid(() => {
      this.backend.run(() => {
        this.removeAdapters();
        // Adapters that were given one array for `down` share its storage, and with it the product z Bᵀ.
        const downs = new Map<Float32Array, tf.Tensor>();
        for (const { block, target, rank, up, down, shared } of copies) {
          const { inputs } = linearShape(this.config, linearOf(target));
          const stored = downs.get(shared) ?? tf.tensor2d(transpose(down, rank, inputs), [inputs, rank]);
          downs.set(shared, stored);
          this.parameters.set(adapterName(block, target, 'down'), tf.clone(stored));
          this.parameters.set(
            adapterName(block, target, 'up'),
            tf.tensor2d(transpose(up, up.length / rank, rank), [rank, up.length / rank]),
          );
        }
      });
      this.network = describeNetwork(this.config, this.parameters, placements);
    });
  }

  async adapters(): Promise<Adapter[]> {
    this.ensureAlive();
    const { placements } = this;
    return this.queue.run(async () => {
      const adapters: Adapter[] = [];
      // Shared storage comes back as one shared array.
      const downs = new Map<object, Float32Array>();
      for (const { block, target, rank } of placements) {
        const downTensor = this.parameters.get(adapterName(block, target, 'down'));
        const down = downs.get(downTensor.dataId) ?? transpose(await this.backend.read(downTensor), downTensor.size / rank, rank);
        downs.set(downTensor.dataId, down);
        const up = await this.backend.read(this.parameters.get(adapterName(block, target, 'up')));
        adapters.push({ block, target, rank, down, up: transpose(up, rank, up.length / rank) });
      }
      return adapters;
    });
  }

  merge(): void {
    this.ensureAlive();
    this.ensureNoTrainer('merge');
    this.placements = [];
    this.queue.runVoid(() => {
      const { blocks } = this.network;
      for (const linears of blocks)
        for (const name of LINEARS) {
          const linear = linears[name];
          if (linear.adapters.length === 0) continue;
          this.backend.run(() => this.parameters.set(linear.weight, effectiveWeight(this.parameters, linear)));
        }
      this.removeAdapters();
      this.network = describeNetwork(this.config, this.parameters, []);
    });
  }

  train(spec: TrainSpec): Trainer {
    this.ensureAlive();
    this.ensureNoTrainer('train');
    validateClassifier(spec, this.config.dim);
    if (spec.rates || spec.corrections) {
      throw new Error('The reference engine has one rate for all weights and corrects no gradient; choose WebAssembly or WebGPU');
    }
    if (spec.trainables.adapters !== 'none' && this.placements.length === 0) {
      throw new Error(`Training adapters ("${spec.trainables.adapters}") needs adapters: attach them first`);
    }
    if (!Number.isInteger(spec.maxBatch) || spec.maxBatch < 1) throw new RangeError(`maxBatch ${spec.maxBatch} is no positive integer`);
    const { backend, queue, config } = this;
    const trainer = new TfjsTrainer({ backend, queue, config, network: () => this.network, released: () => (this.trainer = null) }, spec);
    this.trainer = trainer;
    return trainer;
  }

  async checkpoint(): Promise<VitCheckpoint> {
    this.ensureAlive();
    return this.queue.run(async () => {
      const tensors = new Map<string, NamedTensor>();
      for (const name of backboneShapes(this.config).keys()) {
        tensors.set(name, toCheckpointLayout(this.config, name, await this.backend.read(this.parameters.get(name))));
      }
      return { config: this.config, tensors, head: this.head };
    });
  }

  async state(): Promise<ModelState> {
    throw new Error('The reference engine keeps no state; choose WebAssembly or WebGPU');
  }

  async restore(): Promise<void> {
    throw new Error('The reference engine keeps no state; choose WebAssembly or WebGPU');
  }

  async fork(): Promise<VitModel> {
    this.ensureAlive();
    return this.queue.run(async () => {
      const copy = this.backend.run(() => this.parameters.clone(backboneShapes(this.config).keys()));
      return new TfjsModel(this.backend, this.config, copy, this.head, this.adopt, this.released);
    });
  }

  dispose(): void {
    if (this.disposed) return;
    this.trainer?.dispose();
    for (const moments of [...this.moments]) moments.dispose();
    this.disposed = true;
    this.queue.runVoid(() => this.parameters.dispose());
    this.released(this);
  }

  private removeAdapters(): void {
    for (const name of this.parameters.names()) if (/\.(up|down)$/.test(name)) this.parameters.delete(name);
  }

  private ensureAlive(): void {
    if (this.disposed) throw new Error('The model was disposed');
  }

  private ensureNoTrainer(call: string): void {
    if (this.trainer) throw new Error(`${call}: a trainer of this model is open; dispose it first`);
  }
}
