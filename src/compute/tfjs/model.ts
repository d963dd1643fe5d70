import { SaidError, said } from '../../common/said';
import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensor, VitCheckpoint } from '../../vit/checkpoint';
import { tokenCount, type VitConfig } from '../../vit/config';
import { packAdapters, unpackAdapters } from '../adapter-state';
import type { Adapter, InputPlace, ModelState, MomentOptions, SecondMoments, Trainer, TrainSpec, VitModel } from '../backbone';
import type { ImageBatch } from '../images';
import { adapterLayout, separated, type AdapterLayout } from '../plan/adapter-layout';
import { checkImages, checkTrainSpec, chunks } from '../plan/checks';
import { checkMix, NO_PROMPTS } from '../plan/prompt-layout';
import { weightLayout } from '../plan/weights';
import type { PromptMix } from '../prompts';
import type { TfjsBackend } from './backend';
import { effectiveWeight, forward, MAPS, type Network } from './forward';
import { joined, TfjsSecondMoments, type Pass } from './moments';
import type { Parameters } from './parameters';
import { TfjsTrainer } from './trainer';

/** Floats of activations that a pass without gradients may hold at once: 64 MB; those of one stage are alive at a time. */
const BUDGET = 16 * 2 ** 20;

/**
 * A ViT whose every operation is tfjs's. Calls take effect when they are made and wait for nothing but what they read: what
 * takes more than one turn works on a copy of the parameters, which shares their storage.
 */
export class TfjsModel implements VitModel {
  private layout: AdapterLayout;
  private trainer: Trainer | null = null;
  private readonly moments = new Set<SecondMoments>();
  private disposed = false;

  /** Takes ownership of `parameters`. */
  constructor(
    private readonly backend: TfjsBackend,
    readonly config: VitConfig,
    private readonly parameters: Parameters,
    private readonly siblings: Set<TfjsModel>,
    /** Names of the weights that may have changed since the checkpoint was loaded. */
    private readonly changed = new Set<string>(),
  ) {
    this.layout = adapterLayout(config, []);
    siblings.add(this);
  }

  async features(images: ImageBatch, mix?: PromptMix): Promise<Float32Array> {
    if (mix) checkMix(NO_PROMPTS, mix, images.count);
    const parts: Float32Array[] = [];
    await this.pass(
      images,
      (name, value) => (name === 'features' ? value : null),
      (_, values) => parts.push(values),
    );
    return joined(parts);
  }

  async activations(images: ImageBatch): Promise<Map<string, Float32Array>> {
    const parts = new Map<string, Float32Array[]>();
    await this.pass(
      images,
      (name, value) => (/^patch_embed$|\.q$|\.out$|^norm_out$/.test(name) ? value : null),
      (name, values) => parts.set(name, [...(parts.get(name) ?? []), values]),
    );
    return new Map([...parts].map(([name, values]) => [name.replace(/q$/, 'attn_in'), joined(values)]));
  }

  async inputs(images: ImageBatch, { block, input }: InputPlace): Promise<Float32Array> {
    if (!(block >= 0 && block < this.config.depth)) throw new RangeError(`This model has no block ${block}.`);
    const parts: Float32Array[] = [];
    const wanted = `block${block}.${input === 'qkv' ? 'q' : input}`;
    await this.pass(
      images,
      (name, value) => (name === wanted ? value : null),
      (_, values) => parts.push(values),
    );
    return joined(parts);
  }

  secondMoments({ inputs = ['qkv'], features = false }: MomentOptions = {}): SecondMoments {
    this.ensureAlive();
    const options = { inputs, features };
    const moments: SecondMoments = new TfjsSecondMoments(this.config, this.pass, options, () => this.moments.delete(moments));
    this.moments.add(moments);
    return moments;
  }

  squaredGradients(): never {
    throw new SaidError(said`The reference engine sums no squared gradients: use the plan`);
  }

  attach(adapters: readonly Adapter[]): void {
    this.ensureAlive();
    this.ensureNoTrainer('attach adapters');
    const layout = adapterLayout(this.config, adapters);
    const scaled = layout.places.find(({ scale }) => scale);
    if (scaled) throw new SaidError(said`The reference engine takes no scale of an adapter, as ${scaled.name} has; our own kernels do`);
    this.detach();
    this.backend.run(() =>
      layout.places.forEach(({ name, rank, inputs, outputs }, i) => {
        const { up, down } = adapters[i] ?? { up: [], down: [] };
        // Copies: some backends keep the array that they are given.
        this.parameters.set(`${name}.up`, tf.tensor2d(up.slice(), [outputs, rank]));
        this.parameters.set(`${name}.down`, tf.tensor2d(down.slice(), [rank, inputs]));
      }),
    );
    this.layout = layout;
  }

  prompt(prompts: readonly unknown[]): void {
    this.ensureAlive();
    if (prompts.length > 0) throw new SaidError(said`The reference engine has no prompts: run this method on the plan (WASM or WebGPU)`);
  }

  async prompts(): Promise<[]> {
    return [];
  }

  async adapters(): Promise<Adapter[]> {
    this.ensureAlive();
    const { places } = this.layout;
    const read = (part: 'up' | 'down') => Promise.all(places.map(({ name }) => this.read(`${name}.${part}`)));
    const [ups, downs] = await Promise.all([read('up'), read('down')]);
    return places.map(({ block, target, rank, frozen, downGroup }, i) => {
      const [up, down] = [ups[i], downs[downGroup]];
      if (!up || !down) throw new Error('An adapter lost its values');
      return { block, target, rank, down, up, ...(frozen ? { frozen } : {}) };
    });
  }

  merge(): void {
    this.ensureAlive();
    this.ensureNoTrainer('merge');
    const { backend, network, parameters, config } = this;
    backend.run(() => {
      for (let block = 0; block < config.depth; block++)
        for (const [name, targets] of Object.entries(MAPS)) {
          if (!network.adapters.some((place) => place.block === block && targets.includes(place.target))) continue;
          const parts = targets.map((target) => effectiveWeight(network, block, target));
          parameters.set(`blocks.${block}.${name}.weight`, tf.concat(parts, 0));
          this.changed.add(`blocks.${block}.${name}.weight`);
        }
    });
    this.detach();
  }

  train(spec: TrainSpec): Trainer {
    this.ensureAlive();
    this.ensureNoTrainer('train');
    const { places } = this.layout;
    checkTrainSpec(this.config, spec, places.filter(({ frozen }) => !frozen).length);
    if (spec.average) throw new SaidError(said`The reference engine keeps no moving average; our own kernels do`);
    if (spec.trainables.adapters === 'both') this.layout = separated(this.layout);
    const trainer = new TfjsTrainer(this.backend, this.network, this.layout, spec, () => (this.trainer = null));
    if (spec.trainables.backbone === 'all') for (const name of weightLayout(this.config).tensors.keys()) this.changed.add(name);
    this.trainer = trainer;
    return trainer;
  }

  async checkpoint(): Promise<VitCheckpoint> {
    this.ensureAlive();
    const reads = [...weightLayout(this.config).tensors].map(async ([name, { shape }]): Promise<[string, NamedTensor]> => {
      return [name, { shape: [...shape], data: await this.read(name) }];
    });
    return { config: this.config, tensors: new Map(await Promise.all(reads)), head: null };
  }

  async state(): Promise<ModelState> {
    this.ensureAlive();
    const weights = [...this.changed].map(async (name) => [name, await this.read(name)] as const);
    const adapters = this.adapters();
    return { weights: Object.fromEntries(await Promise.all(weights)), adapters: packAdapters(await adapters) };
  }

  async restore({ weights, adapters, prompts = [] }: ModelState): Promise<void> {
    this.ensureAlive();
    this.prompt(prompts);
    this.ensureNoTrainer('restore a state');
    if (this.changed.size > 0) throw new Error('A state is restored to a model as it was loaded; this one has changed since');
    const { tensors } = weightLayout(this.config);
    for (const [name, { length }] of Object.entries(weights)) {
      const { count } = tensors.get(name) ?? {};
      if (count !== length)
        throw new Error(`The state has ${length} weights "${name}", this model ${count ?? 'none'}: it is of another one`);
    }
    this.attach(unpackAdapters(adapters));
    this.backend.run(() => this.parameters.write(weights));
    for (const name of Object.keys(weights)) this.changed.add(name);
  }

  async fork(): Promise<VitModel> {
    this.ensureAlive();
    const copy = this.backend.run(() => this.parameters.clone(weightLayout(this.config).tensors.keys()));
    return new TfjsModel(this.backend, this.config, copy, this.siblings, new Set(this.changed));
  }

  dispose(): void {
    if (this.disposed) return;
    this.trainer?.dispose();
    for (const moments of [...this.moments]) moments.dispose();
    this.disposed = true;
    this.parameters.dispose();
    this.siblings.delete(this);
  }

  private get network(): Network {
    return { config: this.config, parameters: this.parameters, adapters: this.layout.places };
  }

  private readonly pass: Pass = async (images, pick, take) => {
    this.ensureAlive();
    checkImages(this.config, images);
    const { backend, config } = this;
    const network = backend.run(() => ({ ...this.network, parameters: this.parameters.clone() }));
    try {
      for (const { count, pixels } of chunks(images, inferenceBatch(config))) {
        const picked = backend.run(() => {
          const kept: [string, tf.Tensor][] = [];
          const visit = (name: string, value: tf.Tensor): void => {
            const wanted = pick(name, value);
            if (wanted) kept.push([name, tf.keep(tf.clone(wanted))]);
          };
          visit('features', forward(network, { pixels, count, size: images.size }, visit));
          return kept;
        });
        const read = await Promise.all(picked.map(async ([name, tensor]) => [name, await backend.take(tensor)] as const));
        for (const [name, values] of read) take(name, values);
      }
    } finally {
      network.parameters.dispose();
    }
  };

  private read(name: string): Promise<Float32Array> {
    return this.backend.read(this.parameters.get(name));
  }

  private detach(): void {
    for (const { name } of this.layout.places) for (const part of ['up', 'down']) this.parameters.delete(`${name}.${part}`);
    this.layout = adapterLayout(this.config, []);
  }

  private ensureAlive(): void {
    if (this.disposed) throw new Error('The model was disposed');
  }

  private ensureNoTrainer(call: string): void {
    if (this.trainer) throw new Error(`Cannot ${call} while a trainer of this model is open; dispose it first`);
  }
}

/** Images that a pass without gradients takes at once. */
function inferenceBatch(config: VitConfig): number {
  const { dim, mlpDim, heads } = config;
  const tokens = tokenCount(config);
  const perImage = tokens * Math.max(27 * dim + 2 * heads * tokens, 8 * dim + 7 * mlpDim);
  return Math.max(1, Math.min(256, Math.floor(BUDGET / perImage)));
}
