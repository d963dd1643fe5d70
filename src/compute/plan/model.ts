import type { VitCheckpoint } from '../../vit/checkpoint';
import type { VitConfig } from '../../vit/config';
import { lastNorm, prefixTokens, tokenCount } from '../../vit/config';
import { packAdapters, unpackAdapters } from '../adapter-state';
import type {
  Adapter,
  InputPlace,
  ModelState,
  MomentOptions,
  SecondMoments,
  SquaredGradients,
  SquaresSpec,
  TrainSpec,
  Trainer,
  VitModel,
} from '../backbone';
import type { ImageBatch } from '../images';
import type { PromptMix, Prompts } from '../prompts';
import { adapterLayout, separated, type AdapterLayout } from './adapter-layout';
import { checkImages, checkTrainSpec, chunks } from './checks';
import type { DeviceBuffer, Executor, RunRequest } from './executor';
import type { ModelCore } from './model-core';
import { PlanMoments } from './moments';
import { PlanSquares, trainSpecOf } from './squares';
import { batchWithoutGradients, type NetworkSpec } from './network';
import type { Program, View } from './ops';
import { activationsProgram, featuresProgram, inputsProgram, inputWidth, mergeProgram } from './programs';
import { checkMix, mixOf, NO_PROMPTS, promptLayout, type PromptLayout } from './prompt-layout';
import { PlanTrainer } from './trainer';
import type { WeightStore } from './weight-store';
import { readTensors } from './weights';

interface Attachment {
  readonly layout: AdapterLayout;
  readonly buffer: DeviceBuffer | null;
}

interface PromptAttachment {
  readonly layout: PromptLayout;
  readonly prompts: readonly Omit<Prompts, 'pool'>[];
  readonly buffer: DeviceBuffer | null;
}

/** A resident ViT whose every operation is a plan. */
export class PlanModel implements VitModel, ModelCore {
  private attachment: Attachment;
  private prompted: PromptAttachment = { layout: NO_PROMPTS, prompts: [], buffer: null };
  private readonly programs = new Map<string, Program>();
  private trainer: PlanTrainer | null = null;
  private readonly moments = new Set<{ dispose(): void }>();
  private disposed = false;

  constructor(
    readonly executor: Executor,
    readonly config: VitConfig,
    readonly weights: WeightStore,
    private readonly siblings: Set<PlanModel>,
  ) {
    this.attachment = { layout: adapterLayout(config, []), buffer: null };
    siblings.add(this);
  }

  get layout(): AdapterLayout {
    return this.attachment.layout;
  }

  get promptLayout(): PromptLayout {
    return this.prompted.layout;
  }

  /** Images that a pass without gradients takes at once. */
  get batchSize(): number {
    return batchWithoutGradients(this.config);
  }

  /** Adapters of which something may learn. */
  private get learning(): number {
    return this.layout.places.filter(({ frozen, scale }) => !frozen || scale).length;
  }

  /** Weights, adapters and prompts as they are bound now. */
  buffers(extra: Iterable<readonly [string, DeviceBuffer]> = []): Map<string, DeviceBuffer> {
    const { buffer } = this.attachment;
    const { buffer: prompts } = this.prompted;
    const attached = [...(buffer ? [['adapters', buffer] as const] : []), ...(prompts ? [['prompts', prompts] as const] : [])];
    return new Map([...this.weights.entries(), ...attached, ...extra]);
  }

  /** A program for the attached adapters, built at first use. */
  program(name: string, build: (spec: NetworkSpec) => Program): Program {
    const known = this.programs.get(name);
    if (known) return known;
    const built = build({ config: this.config, adapters: this.layout, maxBatch: this.batchSize });
    this.programs.set(name, built);
    return built;
  }

  async features(images: ImageBatch, mix?: PromptMix): Promise<Float32Array> {
    const { dim } = this.config;
    const { layout: prompts } = this.prompted;
    if (mix) checkMix(prompts, mix, images.count);
    const parts = mix
      ? await this.forward('prompted features', (spec) => featuresProgram({ ...spec, prompts }), images, ['features'], mix)
      : await this.forward('features', featuresProgram, images, ['features']);
    const features = new Float32Array(images.count * dim);
    for (const { first, results } of parts) features.set(results.get('features') ?? [], first * dim);
    return features;
  }

  async activations(images: ImageBatch): Promise<Map<string, Float32Array>> {
    const { depth, dim } = this.config;
    const tokens = tokenCount(this.config);
    const names = lastNorm(this.config) === 'tokens' ? ['patch_embed', 'norm_out'] : ['patch_embed'];
    for (let block = 0; block < depth; block++) names.push(`block${block}.attn_in`, `block${block}.out`);
    const parts = await this.forward('activations', activationsProgram, images, names);
    const values = new Map<string, Float32Array>();
    for (const name of names) {
      const skip = name === 'patch_embed' ? prefixTokens(this.config) : 0;
      const width = (tokens - skip) * dim;
      const value = new Float32Array(images.count * width);
      for (const { first, count, results } of parts) {
        const part = results.get(name) ?? new Float32Array();
        for (let i = 0; i < count; i++) value.set(part.subarray((i * tokens + skip) * dim, (i + 1) * tokens * dim), (first + i) * width);
      }
      values.set(name, value);
    }
    return values;
  }

  async inputs(images: ImageBatch, { block, input }: InputPlace): Promise<Float32Array> {
    if (!(block >= 0 && block < this.config.depth)) throw new RangeError(`This model has no block ${block}.`);
    const build = (spec: NetworkSpec) => inputsProgram(spec, { block, input });
    const name = `inputs ${block} ${input}`;
    const result = [...this.program(name, build).buffers.values()].find(({ role }) => role === 'result')?.name ?? '';
    const width = tokenCount(this.config) * inputWidth(this.config, input);
    const values = new Float32Array(images.count * width);
    for (const { first, count, results } of await this.forward(name, build, images, [result]))
      values.set((results.get(result) ?? new Float32Array()).subarray(0, count * width), first * width);
    return values;
  }

  secondMoments(options: MomentOptions = {}): SecondMoments {
    this.assertAlive();
    const moments = new PlanMoments(this, options, () => this.moments.delete(moments));
    this.moments.add(moments);
    return moments;
  }

  squaredGradients(spec: SquaresSpec): SquaredGradients {
    this.assertAlive();
    const { trainables } = spec;
    checkTrainSpec(this.config, trainSpecOf(spec), this.learning);
    if (trainables.adapters === 'both') this.relayout(separated(this.layout));
    const squares = new PlanSquares(this, spec, () => this.moments.delete(squares));
    this.moments.add(squares);
    return squares;
  }

  attach(adapters: readonly Adapter[]): void {
    this.assertAlive();
    this.assertNotTraining('attach adapters');
    const layout = adapterLayout(this.config, adapters);
    const buffer = layout.total > 0 ? this.executor.create('f32', layout.total) : null;
    this.replaceAttachment({ layout, buffer });
    if (!buffer) return;
    layout.places.forEach(({ up, down, scale }, i) => {
      const adapter = adapters[i];
      if (!adapter) return;
      this.executor.write(buffer, adapter.up, up.offset);
      this.executor.write(buffer, adapter.down, down.offset);
      if (scale && adapter.scale) this.executor.write(buffer, Float32Array.of(adapter.scale.value), scale.view.offset);
    });
  }

  async adapters(): Promise<Adapter[]> {
    this.assertAlive();
    const { layout, buffer } = this.attachment;
    if (!buffer) return [];
    const values = await this.executor.read(buffer);
    const cut = ({ offset }: View, count: number): Float32Array => values.slice(offset, offset + count);
    const downs = new Map<number, Float32Array>();
    return layout.places.map(({ block, target, rank, frozen, inputs, outputs, up, down, downGroup, scale }) => {
      const shared = downs.get(downGroup) ?? cut(down, rank * inputs);
      downs.set(downGroup, shared);
      const number = scale && { name: scale.name, value: values[scale.view.offset] ?? NaN };
      return {
        ...{ block, target, rank, down: shared, up: cut(up, outputs * rank) },
        ...(frozen ? { frozen } : {}),
        ...(number ? { scale: number } : {}),
      };
    });
  }

  prompt(prompts: readonly Prompts[]): void {
    this.assertAlive();
    this.assertNotTraining('attach prompts');
    const layout = promptLayout(this.config, prompts);
    const buffer = layout.total > 0 ? this.executor.create('f32', layout.total) : null;
    if (this.prompted.buffer) this.executor.destroy(this.prompted.buffer);
    if (JSON.stringify(layout) !== JSON.stringify(this.prompted.layout)) this.programs.delete('prompted features');
    this.prompted = { layout, prompts: prompts.map(({ pool: _, ...rest }) => rest), buffer };
    if (!buffer) return;
    layout.pools.forEach(({ view }, i) => this.executor.write(buffer, prompts[i]?.pool ?? new Float32Array(), view.offset));
  }

  async prompts(): Promise<Prompts[]> {
    this.assertAlive();
    const { layout, prompts, buffer } = this.prompted;
    if (!buffer) return [];
    const values = await this.executor.read(buffer);
    return prompts.map((prompt, i) => {
      const { offset = 0, stride = 0 } = layout.pools[i]?.view ?? {};
      return { ...prompt, pool: values.slice(offset, offset + prompt.size * stride) };
    });
  }

  merge(): void {
    this.assertAlive();
    this.assertNotTraining('merge');
    const { layout, buffer } = this.attachment;
    if (!buffer) return;
    this.weights.own(new Set(layout.places.map(({ block }) => `block.${block}`)));
    const program = mergeProgram({ config: this.config, adapters: layout, maxBatch: 1 });
    this.run({ program, batch: 1, inputs: new Map(), results: [] }).catch(ignoreLoss);
    this.replaceAttachment({ layout: adapterLayout(this.config, []), buffer: null });
  }

  train(spec: TrainSpec): Trainer {
    this.assertAlive();
    if (this.trainer) throw new Error('A trainer of this model is still open; dispose it first');
    checkTrainSpec(this.config, spec, this.learning, this.promptLayout);
    if (spec.trainables.adapters === 'both') this.relayout(separated(this.layout));
    if (spec.trainables.backbone === 'all') this.weights.own();
    const trainer = new PlanTrainer(this, spec, () => {
      this.trainer = null;
    });
    this.trainer = trainer;
    return trainer;
  }

  async checkpoint(): Promise<VitCheckpoint> {
    this.assertAlive();
    const entries = this.weights.entries();
    const values = await Promise.all(entries.map(([, buffer]) => this.executor.read(buffer)));
    const byName = new Map(entries.map(([name], i) => [name, values[i] ?? new Float32Array()]));
    const tensors = readTensors(this.weights.layout, (name) => byName.get(name) ?? new Float32Array());
    return { config: this.config, tensors, head: null };
  }

  async state(): Promise<ModelState> {
    this.assertAlive();
    const names = [...this.weights.changed];
    const reads = names.map((name) => this.executor.read(this.weights.buffer(name)));
    const [adapters, prompts, ...values] = await Promise.all([this.adapters(), this.prompts(), ...reads]);
    return {
      weights: Object.fromEntries(names.map((name, i) => [name, values[i] ?? new Float32Array()])),
      adapters: packAdapters(adapters),
      ...(prompts.length > 0 ? { prompts } : {}),
    };
  }

  async restore({ weights, adapters, prompts = [] }: ModelState): Promise<void> {
    this.assertAlive();
    this.assertNotTraining('restore a state');
    if (this.weights.changed.size > 0) throw new Error('A state is restored to a model as it was loaded; this one has changed since');
    for (const [name, { length }] of Object.entries(weights)) {
      const floats = this.weights.layout.buffers.get(name);
      if (floats !== length)
        throw new Error(`The state has ${length} weights "${name}", this model ${floats ?? 'none'}: it is of another one`);
    }
    this.attach(unpackAdapters(adapters));
    this.prompt(prompts);
    this.weights.own(Object.keys(weights));
    for (const [name, values] of Object.entries(weights)) this.executor.write(this.weights.buffer(name), values);
  }

  async fork(): Promise<VitModel> {
    this.assertAlive();
    return new PlanModel(this.executor, this.config, this.weights.fork(), this.siblings);
  }

  dispose(): void {
    if (this.disposed) return;
    this.trainer?.dispose();
    for (const moments of [...this.moments]) moments.dispose();
    for (const { buffer } of [this.attachment, this.prompted]) if (buffer) this.executor.destroy(buffer);
    this.weights.dispose();
    this.disposed = true;
    this.siblings.delete(this);
  }

  assertAlive(): void {
    if (this.disposed) throw new Error('This model was disposed');
  }

  /** Runs a program on the present weights and adapters. */
  run(request: Omit<RunRequest, 'buffers'>, extra: Iterable<readonly [string, DeviceBuffer]> = []) {
    return this.executor.run({ ...request, buffers: this.buffers(extra) });
  }

  private async forward(
    name: string,
    build: (spec: NetworkSpec) => Program,
    images: ImageBatch,
    results: readonly string[],
    mix?: PromptMix,
  ) {
    this.assertAlive();
    checkImages(this.config, images);
    const program = this.program(name, build);
    const { layout } = this.prompted;
    const inputsOf = (first: number, count: number, pixels: Uint8Array) =>
      new Map<string, Uint8Array | Float32Array>([['images', pixels], ...(mix ? mixOf(layout, mix, first, count) : [])]);
    // All parts are enqueued at once: what the caller asks for next comes after all of them.
    return Promise.all(
      chunks(images, program.maxBatch).map(async ({ first, count, pixels }) => ({
        ...{ first, count },
        results: await this.run({ program, batch: count, inputs: inputsOf(first, count, pixels), results }),
      })),
    );
  }

  private replaceAttachment(next: Attachment): void {
    if (this.attachment.buffer) this.executor.destroy(this.attachment.buffer);
    this.relayout(next.layout);
    this.attachment = next;
  }

  /** Programs are written for a layout of adapters; the same layout with other values keeps them. */
  private relayout(layout: AdapterLayout): void {
    if (JSON.stringify(layout) !== JSON.stringify(this.layout)) this.programs.clear();
    this.attachment = { ...this.attachment, layout };
  }

  private assertNotTraining(what: string): void {
    if (this.trainer) throw new Error(`Cannot ${what} while a trainer of this model is open; dispose it first`);
  }
}

/** Who merges awaits nothing; a lost device is reported by the next call that is awaited. */
function ignoreLoss(): void {}
