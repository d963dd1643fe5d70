import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensor, VitCheckpoint } from '../../vit/checkpoint';
import { tokenCount, type VitConfig } from '../../vit/config';
import type { Adapter, SecondMoments, Trainer, TrainSpec, VitModel } from '../backbone';
import type { ImageBatch } from '../images';
import { adapterLayout, type AdapterPlace } from '../plan/adapter-layout';
import { checkImages, checkTrainSpec, chunks } from '../plan/checks';
import { weightLayout } from '../plan/weights';
import type { TfjsBackend } from './backend';
import { adapterName, effectiveWeight, forward, MAPS, type Network } from './forward';
import { TfjsSecondMoments, type Pass } from './moments';
import type { Parameters } from './parameters';
import { TfjsTrainer } from './trainer';

/** Floats of activations that a pass without gradients may hold at once: 64 MB; one block's are alive at a time. */
const BUDGET = 16 * 2 ** 20;

/**
 * A ViT whose every operation is tfjs's. Calls take effect when they are made and wait for nothing but what they read: what
 * takes more than one turn works on a copy of the parameters, which shares their storage.
 */
export class TfjsModel implements VitModel {
  private places: readonly AdapterPlace[] = [];
  private trainer: Trainer | null = null;
  private readonly moments = new Set<SecondMoments>();
  private disposed = false;

  /** Takes ownership of `parameters`. */
  constructor(
    private readonly backend: TfjsBackend,
    readonly config: VitConfig,
    private readonly parameters: Parameters,
    private readonly siblings: Set<TfjsModel>,
  ) {
    siblings.add(this);
  }

  async features(images: ImageBatch): Promise<Float32Array> {
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

  secondMoments(): SecondMoments {
    this.ensureAlive();
    const moments: SecondMoments = new TfjsSecondMoments(this.config, this.pass, () => this.moments.delete(moments));
    this.moments.add(moments);
    return moments;
  }

  attach(adapters: readonly Adapter[]): void {
    this.ensureAlive();
    this.ensureNoTrainer('attach adapters');
    const { places } = adapterLayout(this.config, adapters);
    this.detach();
    this.backend.run(() =>
      places.forEach((place, i) => {
        const { up, down } = adapters[i] ?? { up: [], down: [] };
        // Copies: some backends keep the array that they are given.
        this.parameters.set(adapterName(place, 'up'), tf.tensor2d(up.slice(), [place.outputs, place.rank]));
        this.parameters.set(adapterName(place, 'down'), tf.tensor2d(down.slice(), [place.rank, place.inputs]));
      }),
    );
    this.places = places;
  }

  async adapters(): Promise<Adapter[]> {
    this.ensureAlive();
    const read = (place: AdapterPlace, part: 'up' | 'down'): Promise<Float32Array> =>
      this.backend.read(this.parameters.get(adapterName(place, part)));
    return Promise.all(
      this.places.map(async (place) => {
        const [up, down] = await Promise.all([read(place, 'up'), read(place, 'down')]);
        return { block: place.block, target: place.target, rank: place.rank, down, up };
      }),
    );
  }

  merge(): void {
    this.ensureAlive();
    this.ensureNoTrainer('merge');
    const { backend, network, parameters, config } = this;
    backend.run(() => {
      for (let block = 0; block < config.depth; block++)
        for (const [name, targets] of Object.entries(MAPS)) {
          if (!this.places.some((place) => place.block === block && targets.includes(place.target))) continue;
          const parts = targets.map((target) => effectiveWeight(network, block, target));
          parameters.set(`blocks.${block}.${name}.weight`, tf.concat(parts, 0));
        }
    });
    this.detach();
  }

  train(spec: TrainSpec): Trainer {
    this.ensureAlive();
    this.ensureNoTrainer('train');
    checkTrainSpec(this.config, spec, this.places.length);
    this.trainer = new TfjsTrainer(this.backend, this.network, spec, () => (this.trainer = null));
    return this.trainer;
  }

  async checkpoint(): Promise<VitCheckpoint> {
    this.ensureAlive();
    const reads = [...weightLayout(this.config).tensors].map(async ([name, { shape }]): Promise<[string, NamedTensor]> => {
      return [name, { shape: [...shape], data: await this.backend.read(this.parameters.get(name)) }];
    });
    return { config: this.config, tensors: new Map(await Promise.all(reads)), head: null };
  }

  async fork(): Promise<VitModel> {
    this.ensureAlive();
    const copy = this.backend.run(() => this.parameters.clone(weightLayout(this.config).tensors.keys()));
    return new TfjsModel(this.backend, this.config, copy, this.siblings);
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
    return { config: this.config, parameters: this.parameters, adapters: this.places };
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

  private detach(): void {
    for (const place of this.places) for (const part of ['up', 'down'] as const) this.parameters.delete(adapterName(place, part));
    this.places = [];
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

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
