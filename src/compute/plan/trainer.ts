import type { Classifier } from '../../vit/checkpoint';
import type { StepFeedback, StepRates, Trainer, TrainerState, TrainSpec } from '../backbone';
import type { LabelledBatch } from '../images';
import { columnsOf, needsTargets, rowsOf, type Objective } from '../objective';
import { checkBatch, checkState } from './checks';
import { BESIDE, SQUARES } from './clip';
import { ORTHOGONALITY, orthogonalLoss } from './orthogonal';
import { checkMix, mixOf } from './prompt-layout';
import { mixGradient } from './prompts';
import type { DeviceBuffer } from './executor';
import { gradientsByName } from './gradients';
import { fitStep, networkOf } from './memory';
import { ADDS, partsOf, type PartPrograms } from './micro-batches';
import type { ModelCore } from './model-core';
import { Network } from './network';
import { NO_TARGET, SCALARS, type Program } from './ops';
import { trainingPrograms, weighsRows, type TrainingPrograms } from './programs';

/** One optimiser over the declared trainables: its state, its gradients and its classifier live as long as it does. */
export class PlanTrainer implements Trainer {
  private readonly programs: TrainingPrograms;
  private readonly own = new Map<string, DeviceBuffer>();
  private pending: Promise<number>[] = [];
  /** Results of the newest step. */
  private newest: Promise<ReadonlyMap<string, Float32Array>> | null = null;
  /** Images that are computed at a time. */
  private readonly images: number;
  private steps = 0;
  /** Of these, the ones that held the backbone. */
  private held = 0;
  private heldProgram: Program | PartPrograms | null = null;
  private disposed = false;

  constructor(
    private readonly model: ModelCore,
    private readonly spec: TrainSpec,
    private readonly onDispose: () => void,
  ) {
    const { config, layout, promptLayout: prompts, executor } = model;
    const { classifier, maxBatch } = spec;
    const network = { config, adapters: layout, prompts, maxBatch };
    const classes = classifier.bias.length;
    const { recompute, microBatch } = spec;
    const told = recompute !== undefined || microBatch !== undefined;
    const fit = told
      ? { recompute: recompute ?? false, images: Math.min(microBatch ?? maxBatch, maxBatch) }
      : fitStep(network, spec, classes, executor.available());
    this.images = fit.images;
    this.programs = trainingPrograms(networkOf(network, fit), spec, classes);
    const { start } = spec.average ?? {};
    if (start) checkState(Object.fromEntries(start), new Map(this.learned().map(({ name, count }) => [name, count])));
    try {
      const { step, parts } = this.programs;
      for (const { name, role, size } of (parts?.step.last ?? step).buffers.values()) {
        if (role === 'trainer') this.own.set(name, executor.create('f32', size.fixed));
      }
    } catch (error) {
      for (const buffer of this.own.values()) executor.destroy(buffer);
      throw error;
    }
    for (const { buffer, values } of this.programs.constants) executor.write(this.buffer(buffer), values());
    executor.write(this.buffer('classifier.weight'), classifier.weight);
    executor.write(this.buffer('classifier.bias'), classifier.bias);
    this.startAverage();
  }

  async step(batch: LabelledBatch, rates: StepRates): Promise<void> {
    this.assertOpen();
    this.check(batch);
    const { step, held, parts } = this.programs;
    const program = rates.backbone === null ? (this.heldProgram ??= (parts?.held ?? held)()) : (parts?.step ?? step);
    this.steps++;
    if (rates.backbone === null) this.held++;
    const run = this.run(program, batch, rates);
    const loss = run.then((results) => this.lossOf(results).loss);
    this.newest = run;
    // Whoever awaits the step or the losses sees a failure; nobody else needs to.
    loss.catch(() => undefined);
    this.pending.push(loss);
    // A failed run rejects first; a good one may still be under way when there is room for the next.
    await (this.model.executor.ready ? Promise.race([run, this.model.executor.ready()]) : run);
  }

  async feedback(): Promise<StepFeedback> {
    this.assertOpen();
    if (!this.newest) throw new Error('There is no feedback before the first step');
    const results = await this.newest;
    return {
      mix: this.mixGradients(results),
      squares: results.get(SQUARES)?.reduce((sum, part) => sum + part, 0) ?? null,
      logits: this.spec.logits ? (results.get('logits') ?? null) : null,
    };
  }

  async losses(): Promise<number[]> {
    this.assertOpen();
    const pending = this.pending;
    this.pending = [];
    return Promise.all(pending);
  }

  async gradients(batch: LabelledBatch) {
    this.assertOpen();
    this.check(batch);
    const { executor, weights, layout, promptLayout } = this.model;
    const { gradients: whole, parts } = this.programs;
    const run = this.run(parts?.gradients ?? whole, batch, { backbone: 0, classifier: 0 });
    const names = [...this.own.keys()].filter((name) => name.startsWith('gradient.'));
    const reads = names.map((name) => executor.read(this.buffer(name)));
    const results = await run;
    const { loss, penalty } = this.lossOf(results);
    const values = await Promise.all(reads);
    const buffers = new Map(names.map((name, i) => [name.slice('gradient.'.length), values[i] ?? new Float32Array()]));
    const gradients = gradientsByName(buffers, this.spec.trainables, weights.layout, layout, promptLayout);
    for (const [name, mix] of this.mixGradients(results)) gradients.set(`${name}.mix`, mix);
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

  async averaged(): Promise<ReadonlyMap<string, Float32Array>> {
    this.assertOpen();
    if (!this.programs.averageStart) throw new Error('This trainer keeps no moving average');
    const learned = this.learned();
    const buffers = [...new Set(learned.map(({ buffer }) => buffer))];
    const values = await Promise.all(buffers.map((buffer) => this.model.executor.read(this.buffer(`average.${buffer}`))));
    const byBuffer = new Map(buffers.map((buffer, i) => [buffer, values[i]]));
    return new Map(
      learned.map(({ name, buffer, offset, count }) => [name, byBuffer.get(buffer)?.slice(offset, offset + count) ?? new Float32Array()]),
    );
  }

  async state(): Promise<TrainerState> {
    this.assertOpen();
    const { steps, held } = this;
    const values = await Promise.all(this.kept().map(async ([name, buffer]) => [name, await this.model.executor.read(buffer)] as const));
    return { steps, ...(held > 0 ? { held } : {}), values: Object.fromEntries(values) };
  }

  async restore({ steps, held = 0, values }: TrainerState): Promise<void> {
    this.assertOpen();
    const kept = this.kept();
    checkState(values, new Map(kept.map(([name, { size }]) => [name, size])));
    for (const [name, buffer] of kept) this.model.executor.write(buffer, values[name] ?? new Float32Array());
    this.steps = steps;
    this.held = held;
    this.pending = [];
    this.newest = null;
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    for (const buffer of this.own.values()) this.model.executor.destroy(buffer);
    this.onDispose();
  }

  /** Runs a program on a batch, or those of parts on its parts: they are all enqueued before it returns. */
  private run(program: Program | PartPrograms, batch: LabelledBatch, rates: StepRates): Promise<ReadonlyMap<string, Float32Array>> {
    if (!('rest' in program)) return this.runRows(program, batch, { from: 0, to: batch.count }, rates);
    const rows = partsOf(batch, this.images);
    const programOf = (i: number): Program => {
      if (rows.length === 1) return program.only;
      return i === 0 ? program.first : i === rows.length - 1 ? program.last : program.further;
    };
    const found = rows.map((part, i) => this.runRows(programOf(i), batch, part, { ...rates, average: -ADDS }));
    const rest = this.runRows(program.rest, batch, null, rates);
    return Promise.all([Promise.all(found), rest]).then(([parts, last]) => joined(parts, last));
  }

  /** On these rows of a batch; on none for what reads no image. */
  private runRows(program: Program, batch: LabelledBatch, rows: { from: number; to: number } | null, rates: StepRates) {
    const { backbone, classifier, average = 0 } = rates;
    const inputs = new Map<string, Uint8Array | Int32Array | Float32Array>([['scalars', this.scalars(backbone ?? 0, classifier, average)]]);
    const { promptLayout, config } = this.model;
    if (rows) {
      const { from, to } = rows;
      const { objective } = this.spec;
      const pixels = 3 * config.imageSize ** 2;
      inputs.set('images', batch.pixels.subarray(from * pixels, to * pixels));
      inputs.set('labels', batch.labels.subarray(from, to));
      if (weighsRows(objective, { partial: this.programs.parts !== null }))
        inputs.set('weights', rowWeights(objective, batch, rows, program.maxBatch));
      if (needsTargets(objective)) inputs.set('targets', targetsOf(objective, batch, rows));
      for (const [name, values] of mixOf(promptLayout, batch.mix ?? new Map(), from, to - from)) inputs.set(name, values);
    }
    if (program.buffers.has(BESIDE)) inputs.set(BESIDE, Float32Array.of(batch.squares ?? 0));
    const ofRows = ['loss', 'logits', ...promptLayout.pools.map(({ name }) => mixGradient(name))];
    const once = [SQUARES, ORTHOGONALITY];
    const whole = this.programs.parts === null;
    const names = rows === null ? ['loss', ...once] : whole ? [...ofRows, ...once] : ofRows;
    const results = names.filter((name) => program.buffers.get(name)?.role === 'result');
    return this.model.run({ program, batch: rows ? rows.to - rows.from : 1, inputs, results }, this.own);
  }

  private mixGradients(results: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> {
    return new Map(
      this.model.promptLayout.pools.flatMap(({ name }) => {
        const values = results.get(mixGradient(name));
        return values ? [[name, values] as const] : [];
      }),
    );
  }

  private check(batch: LabelledBatch): void {
    checkBatch(this.model.config, batch, this.spec);
    checkMix(this.model.promptLayout, batch.mix, batch.count);
  }

  /** The loss, penalties included, and their share of it. */
  private lossOf(results: ReadonlyMap<string, Float32Array>): { readonly loss: number; readonly penalty: number } {
    const { penalties = [], orthogonality = 0 } = this.spec;
    const [data = NaN, added = NaN] = results.get('loss') ?? [];
    const sums = results.get(ORTHOGONALITY);
    const penalty = (penalties.length > 0 ? added : 0) + (sums ? orthogonalLoss(this.model.promptLayout, orthogonality, sums) : 0);
    return { loss: data + penalty, penalty };
  }

  private scalars(backbone: number, classifier: number, average: number): Float32Array {
    const { optimizer } = this.spec;
    const { factors } = this.programs;
    const scalars = new Float32Array(SCALARS.factors + factors.length);
    factors.forEach((factor, i) => (scalars[SCALARS.factors + i] = factor * backbone));
    scalars[SCALARS.backbone] = backbone;
    scalars[SCALARS.classifier] = classifier;
    scalars[SCALARS.average] = -average;
    if (optimizer.kind !== 'adam') return scalars;
    for (const [at, steps] of [
      [SCALARS.corrections, this.steps - this.held] as const,
      [SCALARS.classifierCorrections, this.steps] as const,
    ]) {
      scalars[at] = 1 / (1 - optimizer.beta1 ** steps);
      scalars[at + 1] = 1 / (1 - optimizer.beta2 ** steps);
    }
    return scalars;
  }

  private learned() {
    const { config, layout, promptLayout } = this.model;
    return new Network({ config, adapters: layout, prompts: promptLayout, maxBatch: 1 }, this.spec.trainables).learned();
  }

  /** From what the model has, or from what was given. */
  private startAverage(): void {
    const { averageStart: program } = this.programs;
    if (!program) return;
    const { start } = this.spec.average ?? {};
    if (!start) {
      const inputs = new Map([['scalars', this.scalars(0, 0, 1)]]);
      this.model.run({ program, batch: 1, inputs, results: [] }, this.own).catch(() => undefined);
      return;
    }
    for (const { name, buffer, offset } of this.learned())
      this.model.executor.write(this.buffer(`average.${buffer}`), start.get(name) ?? new Float32Array(), offset);
  }

  /** What a step reads that the one before it left. */
  private kept(): (readonly [string, DeviceBuffer])[] {
    const constants = new Set(this.programs.constants.map(({ buffer }) => buffer));
    return [...this.own].filter(([name]) => !/^(sum\.)?gradient\./.test(name) && !constants.has(name));
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

type Results = ReadonlyMap<string, Float32Array>;

/** What parts and the rest of a step found, as a whole batch finds it: the loss adds up, rows follow one another. */
function joined(parts: readonly Results[], rest: Results): Results {
  const [, penalty = 0] = rest.get('loss') ?? [];
  const loss = parts.reduce((sum, part) => sum + (part.get('loss')?.[0] ?? NaN), 0);
  const all = new Map(rest).set('loss', Float32Array.of(loss, penalty, 0, 0));
  for (const name of parts[0]?.keys() ?? []) {
    if (name !== 'loss') all.set(name, Float32Array.from(parts.flatMap((part) => [...(part.get(name) ?? [])])));
  }
  return all;
}

interface Rows {
  readonly from: number;
  readonly to: number;
}

/** [terms, most]: what each of these rows of a batch counts in each term. */
function rowWeights({ terms }: Objective, batch: LabelledBatch, rows: Rows, most: number): Float32Array {
  const weights = new Float32Array(terms.length * most);
  terms.forEach((term, i) => {
    const { from, to } = rowsOf(term, batch);
    const [first, end] = [Math.max(from, rows.from), Math.min(to, rows.to)];
    if (first < end) weights.fill(term.weight / (to - from), i * most + first - rows.from, i * most + end - rows.from);
  });
  return weights;
}

/** [rows, columns of the objective]. */
function targetsOf(objective: Objective, { targets = new Float32Array(), count }: LabelledBatch, rows: Rows): Float32Array {
  const { from, to } = columnsOf(objective);
  const columns = targets.length / count;
  const out = new Float32Array((rows.to - rows.from) * (to - from));
  for (let row = rows.from; row < rows.to; row++)
    out.set(targets.subarray(row * columns + from, row * columns + to), (row - rows.from) * (to - from));
  return out.map((value) => (Number.isNaN(value) ? NO_TARGET : value));
}
