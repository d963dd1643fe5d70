/** A method on its way through a stream: the method, every way its features are read, and what is measured of it. */
import type { LearningRates, MapInput, Moment, VitModel } from '../compute/backbone';
import type { ImageBatch } from '../compute/images';
import type { MethodDefinition, MethodPlan } from './definition';
import type { SubspaceDiagnostics } from './diagnostics';
import { samplePositions, seen, survey, widthOf } from './gather';
import { Inside, type InsidePlace, type LookImages } from './inside';
import type { Known, Picks } from './known';
import { featureDrift, InterferenceMeter, type Interference, type Multiply } from './interference';
import {
  BrokenFeaturesError,
  type Bench,
  type Changes,
  type Kept,
  type LearningBatch,
  type LearningTask,
  type Method,
  type MethodProgress,
  type Stateful,
  type Survey,
} from './method';
import { MeanPlaces } from './mean-places';
import { readAgain, Readings } from './readings';
import { scoresOf, type FrozenReadout } from './readouts/frozen';
import { ALL_MAPS, inputOf } from './targets';

export interface Measures {
  /** Whether the read-offs of every run are made beside the method's own. */
  readonly readings: boolean;
  /** Interference on a sample of each task's images, on all, or not at all. */
  readonly interference: 'off' | 'sampled' | 'exact';
  readonly multiply: Multiply;
  /** Where it is looked inside the methods that change that map; nowhere unless told. */
  readonly inside?: InsidePlace | undefined;
  /** Whether class means are followed in a fixed plane. */
  readonly means?: boolean;
}

/** Images of a task that interference is measured on, where a sample does. */
export const SAMPLE = 128;
/** Test images of a task whose features are kept, for the drift; and how many numbers of all planned tasks together (64 MB). */
const DRIFT_IMAGES = 1024;
const DRIFT_NUMBERS = 2 ** 24;

/** What a run asks of a method on its way. */
export interface Course extends Stateful {
  /** Everything before the task's first training step. `look`: test images for a look inside, which no method is given. */
  begin(task: LearningTask, tasksPlanned: number, look?: LookImages): AsyncGenerator<MethodProgress, void>;
  step(batch: LearningBatch, rates: LearningRates): Promise<void>;
  losses(): Promise<number[]>;
  /** Everything after its last. */
  finish(task: LearningTask): AsyncGenerator<MethodProgress, void>;
  /** The diagnostic that reads old training images again (`readAgain`); what it finds is among the scores until the next task. */
  readAgain(tasks: readonly LearningTask[]): AsyncGenerator<MethodProgress, void>;
  /**
   * Features [n, D], or as wide as its sight, computed once, and by read-off the scores [n, columns seen]: the largest wins. `picks` is
   * told what each image was given to be seen with, where images differ in that.
   */
  scores(
    images: ImageBatch,
    picks?: Picks,
  ): Promise<{ readonly features: Float32Array; readonly scores: ReadonlyMap<string, Float32Array> }>;
  /** Scores [n, columns so far] by the heads in the middle of their training, which goes on as if nobody had looked; null without such heads. */
  glance(images: ImageBatch): Promise<Float32Array | null>;
  /** How far a task's test features [n, width] have moved since the first time they came; 0 then. */
  drift(task: number, features: Float32Array): number;
  /** Where class means of test features lie; null unless asked for. */
  readonly means?: MeanPlaces | null;
  /** What the method keeps of earlier tasks; the read-offs of every run do not count. */
  kept(): readonly Kept[];
  subspaces(): SubspaceDiagnostics | null;
  /** What else the method knows of itself; null where that is nothing. */
  knows(): Promise<Known | null>;
  /** Of the newest task; null where nothing changes or it could not be told. */
  interference(): Interference | null;
  /** Bytes that measuring interference would have taken, beyond what is granted; null while all is well. */
  readonly tooManyBytes: number | null;
  /** What it has learned so far, for taking away. Between tasks only. */
  learned(): Promise<Changes & { readonly readouts: ReadonlyMap<string, FrozenReadout> }>;
  dispose(): void;
}

interface CourseState {
  readonly adaptation: unknown;
  readonly readings: unknown;
  readonly meter: unknown;
  readonly drifting: ReadonlyMap<number, Float32Array>;
  /** Tasks. */
  readonly planned: number;
  /** Absent in states of before. */
  readonly inside?: unknown;
  readonly means?: unknown;
}

const DONE = { done: 1, total: 1 } as const;

/** Maps that a method changes. */
export const changedMaps = ({ trainables, adapters }: MethodPlan) => (trainables.backbone === 'all' ? ALL_MAPS : (adapters?.targets ?? []));

export class MethodCourse implements Course {
  readonly #method: Method;
  readonly #plan: MethodPlan;
  readonly #bench: Bench;
  readonly #exact: boolean;
  readonly #readings: Readings;
  readonly #meter: InterferenceMeter | null;
  readonly #inside: Inside | null;
  readonly means: MeanPlaces | null;
  #interference: Interference | null = null;
  #again: ReadonlyMap<string, FrozenReadout> = new Map();
  #drifting = new Map<number, Float32Array>();
  #planned = 1;

  constructor(method: Method, definition: Pick<MethodDefinition, 'reads'>, plan: MethodPlan, bench: Bench, measures: Measures) {
    this.#method = method;
    this.#plan = plan;
    this.#bench = bench;
    this.#exact = measures.interference === 'exact';
    this.#readings = new Readings(method, definition, bench, measures.readings);
    const targets = changedMaps(plan);
    const measured = measures.interference !== 'off' && targets.length > 0;
    this.#meter = measured ? new InterferenceMeter({ model: () => this.model, targets, multiply: measures.multiply }) : null;
    this.means = measures.means === true ? new MeanPlaces() : null;
    this.#inside = measures.inside && targets.includes(measures.inside.map) ? this.#lookInto(measures.inside, measures) : null;
  }

  #lookInto(at: InsidePlace, { multiply }: Measures): Inside {
    const { adaptation } = this.#method;
    return new Inside({
      ...{ at, multiply, linalg: this.#bench.linalg, model: () => this.model },
      memory: () => adaptation.memory?.(at.block, inputOf(at.map)),
      threshold: () => adaptation.subspaces?.()?.threshold ?? null,
    });
  }

  /** The network as it is now. */
  get model(): VitModel {
    return this.#method.adaptation.model;
  }

  get #width(): number {
    return widthOf(this.#method.adaptation);
  }

  async *begin(task: LearningTask, tasksPlanned: number, look?: LookImages): AsyncGenerator<MethodProgress, void> {
    this.#again = new Map();
    this.#planned = tasksPlanned;
    const own = yield* this.#survey(task, { inputs: this.#plan.before, features: false }, 'gather');
    const { moments } = yield* this.#measured(task, own, 'gather');
    await this.#meter?.before(moments);
    const inside = look && this.#inside;
    if (inside) yield { ...DONE, phase: 'gather', inside: await inside.gathered(task.index, look) };
    yield* this.#method.adaptation.begin(task, tasksPlanned, own);
    const designed = await inside?.designed();
    if (designed) yield { ...DONE, phase: 'design', inside: designed };
  }

  step(batch: LearningBatch, rates: LearningRates): Promise<void> {
    return this.#method.adaptation.step(batch, rates);
  }

  losses(): Promise<number[]> {
    return this.#method.adaptation.losses();
  }

  async *finish(task: LearningTask): AsyncGenerator<MethodProgress, void> {
    const { adaptation } = this.#method;
    yield* adaptation.end(task);
    const inside = this.#inside?.going ? this.#inside : null;
    if (inside) yield { phase: 'consolidate', done: 0, total: 1, inside: await inside.trained() };
    const own = yield* this.#survey(task, { inputs: this.#plan.after, features: true }, 'consolidate');
    // Statistics of what is not a number would outlive the task.
    if (own.features && !own.features.every(Number.isFinite)) throw new BrokenFeaturesError('a feature is not a number');
    const measured = yield* this.#measured(task, own, 'consolidate');
    this.#interference = (await this.#meter?.after(measured.moments, measured.images)) ?? null;
    if (adaptation.remember) yield* adaptation.remember(task, own);
    const remembered = await inside?.remembered();
    if (remembered) yield { ...DONE, phase: 'consolidate', inside: remembered };
    if (own.features) yield* this.#readings.learn(task, own.features);
  }

  #survey(task: LearningTask, wanted: { inputs: readonly MapInput[]; features: boolean }, phase: MethodProgress['phase'], at?: Int32Array) {
    return survey(this.#method.adaptation, task.train, this.#bench.batchSize, wanted, phase, at);
  }

  #sampleOf({ train }: LearningTask): Int32Array {
    return samplePositions(train, this.#exact ? train.count : SAMPLE);
  }

  /** The moments that the meter wants: the method's own where it gathered them, else of the sample. */
  async *#measured(
    task: LearningTask,
    own: Survey,
    phase: MethodProgress['phase'],
  ): AsyncGenerator<MethodProgress, { readonly moments: readonly Moment[]; readonly images: number }> {
    const wanted = this.#meter?.inputs ?? [];
    const inputs = wanted.filter((input) => !own.moments.some((moment) => moment.input === input));
    const gathered = own.moments.filter(({ input }) => wanted.includes(input));
    if (inputs.length === 0) return { moments: gathered, images: task.train.count };
    const sample = this.#sampleOf(task);
    const { moments } = yield* this.#survey(task, { inputs, features: false }, phase, sample);
    return { moments: [...gathered, ...moments], images: sample.length };
  }

  async *readAgain(tasks: readonly LearningTask[]): AsyncGenerator<MethodProgress, void> {
    const most = this.#exact ? Infinity : undefined;
    this.#again = yield* readAgain(this.#method.adaptation, tasks, this.#bench.batchSize, most);
  }

  async scores(images: ImageBatch, picks?: Picks) {
    const features = await seen(this.#method.adaptation, images, picks);
    const width = this.#width;
    const scores = new Map<string, Float32Array>();
    const shared = new Map<FrozenReadout, Float32Array>();
    for (const [id, readout] of [...this.#readings.frozen(), ...this.#again]) {
      const found = shared.get(readout) ?? scoresOf(readout, features, images.count, width);
      shared.set(readout, found);
      scores.set(id, found);
    }
    return { features, scores };
  }

  async glance(images: ImageBatch) {
    const { adaptation } = this.#method;
    const heads = await adaptation.presentHeads?.();
    return heads ? scoresOf({ kind: 'linear', ...heads }, await seen(adaptation, images), images.count, this.#width) : null;
  }

  interference(): Interference | null {
    return this.#interference;
  }

  get tooManyBytes(): number | null {
    return this.#meter?.exceeded ?? null;
  }

  drift(task: number, features: Float32Array): number {
    const width = this.#width;
    const then = this.#drifting.get(task);
    if (then) return featureDrift(then, features.subarray(0, then.length), width);
    const images = Math.max(1, Math.min(DRIFT_IMAGES, Math.floor(DRIFT_NUMBERS / (this.#planned * width))));
    this.#drifting.set(task, features.slice(0, images * width));
    return 0;
  }

  kept(): Kept[] {
    return [...this.#method.adaptation.kept(), ...(this.#method.readout?.kept() ?? [])];
  }

  subspaces(): SubspaceDiagnostics | null {
    return this.#method.adaptation.subspaces?.() ?? null;
  }

  async knows(): Promise<Known | null> {
    return (await this.#method.adaptation.knows?.()) ?? null;
  }

  async learned() {
    return { ...(await this.#method.adaptation.changes()), readouts: this.#readings.frozen() };
  }

  async state(): Promise<unknown> {
    const state: CourseState = {
      adaptation: await this.#method.adaptation.state(),
      readings: await this.#readings.state(),
      meter: this.#meter?.state() ?? null,
      drifting: structuredClone(this.#drifting),
      planned: this.#planned,
      ...(this.#inside && { inside: this.#inside.state() }),
      ...(this.means && { means: this.means.state() }),
    };
    return state;
  }

  async restore(saved: unknown): Promise<void> {
    const { adaptation, readings, meter, drifting, planned, inside = null, means = null } = saved as CourseState;
    await this.#method.adaptation.restore(adaptation);
    await this.#readings.restore(readings);
    this.#meter?.restore(meter);
    this.#inside?.restore(inside);
    this.means?.restore(means);
    this.#drifting = structuredClone(new Map(drifting));
    this.#planned = planned;
  }

  dispose(): void {
    this.#method.adaptation.dispose();
  }
}

/** A method by its definition and options; it owns `bench.model` from here on. */
export function createCourse(definition: MethodDefinition, options: never, bench: Bench, measures: Measures): Course {
  return new MethodCourse(definition.create(bench, options), definition, definition.plan(options), bench, measures);
}
