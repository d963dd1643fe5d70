/**
 * A run as a sequence: gather, design, train, consolidate and evaluate for each task, one event after the other.
 * Pausing, stepping and stopping are not pulling. Several methods train in lock-step on the same seeded batches.
 */
import { SaidError, said } from '../common/said';
import type { Optimizer, VitModel } from '../compute/backbone';
import type { LinearAlgebra } from '../compute/linalg/linear-algebra';
import type { LayerWork } from '../continual/layer-work';
import { createCourse, type Course, type Measures } from '../continual/course';
import type { MethodDefinition } from '../continual/definition';
import type { Bench, LearningTask, MethodProgress } from '../continual/method';
import { definitionOf } from '../continual/registry';
import { createRng } from '../continual/rng';
import { classesSeen, type Task, type TaskStream } from '../continual/stream';
import { joinTraining } from './batches';
import { createWorkClock } from './clock';
import { evaluate } from './evaluate';
import { lookImages } from './look-images';
import type { RunEvent, RunPhase } from './events';
import type { Experiment, MethodSpec } from './experiment';
import { planOf, trainsOn } from './estimate';
import { spend, type Lane } from './lane';
import { createPace, type Work } from './pace';
import { RECORD_SCHEMA, type InsideRecord, type RunRecord } from './record';
import { guarded, phaseEvent, type RoundContext } from './round';
import { START, train, type TrainingPlace } from './train';

export interface RunInputs {
  readonly experiment: Experiment;
  /** The untouched backbone; every method works on a fork of it. Stays the caller's. */
  readonly backbone: VitModel;
  readonly linalg: LinearAlgebra;
  readonly layers?: LayerWork | undefined;
  /** The tasks to run now, `maxTasks` already applied. */
  readonly stream: TaskStream;
  /** What the record says about device, software, backbone and stream. */
  readonly facts: Pick<RunRecord, 'device' | 'software' | 'backbone' | 'stream'>;
  readonly measures: Measures;
  /** A method on its way; the registry's unless told. */
  readonly createCourse?: (spec: MethodSpec, bench: Bench) => Course;
  /** Where an earlier run of the same experiment stood: it goes on from there, without a `started` event. */
  readonly from?: RunState;
  /** Milliseconds, monotone; and the date of the start. */
  readonly now?: () => number;
  readonly startedAt?: Date;
}

export interface Run {
  /**
   * The events from here to the end of the planned tasks; one sequence at a time. A method that fails stops alone
   * (`method-failed`). Throws DeviceLostError.
   */
  events(): AsyncGenerator<RunEvent>;
  /** Plans further tasks of the same stream; the next `events` runs them. Throws where the tasks learned would change. */
  append(experiment: Experiment, stream: TaskStream, streamFacts: RunRecord['stream']): void;
  /** The methods as they are now, without those that failed or have learned nothing yet. */
  courses(): readonly { readonly id: string; readonly course: Course }[];
  /**
   * Everything that the run needs to go on elsewhere, as plain data; null where it cannot be told: inside a stage other than
   * training. After the event of a training batch and between tasks it can.
   */
  state(): Promise<RunState | null>;
  dispose(): void;
}

/** Crews train one after the other: those who see task after task, and those who see all at once. */
type CrewName = 'sequence' | 'joint';

/** Plain data: numbers, strings and typed arrays. */
export interface RunState {
  readonly version: 1;
  /** Tasks learned by those who see one after the other, and by those who see all at once. */
  readonly learned: number;
  readonly learnedJointly: number;
  /** The training that is open; null between tasks. */
  readonly training: { readonly crew: CrewName; readonly place: TrainingPlace } | null;
  readonly seconds: number;
  readonly lanes: readonly (Pick<Lane, 'failed' | 'taught' | 'seconds' | 'unread' | 'untold' | 'toldBudget'> & {
    readonly id: string;
    /** null where it failed. */
    readonly course: unknown;
  })[];
}

export function optimizerOf({ optimizer, momentum, weightDecay }: Experiment['training']): Optimizer {
  return optimizer === 'adam' ? { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay } : { kind: 'sgd', momentum, weightDecay };
}

const imagesIn = (stream: TaskStream, split: 'train' | 'test', from: number, upTo: number) =>
  stream.tasks.slice(from, upTo + 1).reduce((sum, task) => sum + task[split].count, 0);

/** Whether it takes steps in a task. */
const learnsIn = ({ trainsOn: when }: Lane, task: number): boolean => when !== 'none' && (when !== 'first' || task === 0);

/** Who works out no subspaces after a task is tested first: what is forgotten is seen the sooner. Methods know nothing of one another. */
const quickestFirst = (crew: readonly Lane[]): Lane[] =>
  crew.toSorted((a, b) => Number(planOf(a.spec).subspaces) - Number(planOf(b.spec).subspaces));

/** The work of one method from task `from` to the stream's end. */
function workOf(lane: Lane, stream: TaskStream, epochs: number, from: number): Work[] {
  const method = lane.spec.id;
  const last = stream.tasks.length - 1;
  const round = (images: number, test: number, trains: boolean): Work[] => [
    { method, stage: 'prepare', images },
    { method, stage: 'train', images: trains ? images * epochs : 0 },
    { method, stage: 'consolidate', images },
    { method, stage: 'evaluate', images: test },
  ];
  if (lane.trainsOn === 'all') return round(imagesIn(stream, 'train', 0, last), imagesIn(stream, 'test', 0, last), true);
  return stream.tasks
    .slice(from)
    .flatMap((task, i) => round(task.train.count, imagesIn(stream, 'test', 0, from + i), learnsIn(lane, from + i)));
}

/** A method's own generator (prepare or consolidate) as events, its time accounted to the phases it names. */
async function* stage(
  context: RoundContext,
  lane: Lane,
  name: 'prepare' | 'consolidate',
  task: number,
  images: number,
  work: AsyncGenerator<MethodProgress>,
): AsyncGenerator<RunEvent> {
  const { clock, pace } = context;
  let since = clock.seconds();
  let credited = 0;
  let phase: RunPhase = name === 'prepare' ? 'gather' : 'consolidate';
  const account = (share: number) => {
    const now = clock.seconds();
    const more = Math.max(0, share - credited);
    pace.did(lane.spec.id, name, images * more, now - since);
    spend(lane, phase, now - since);
    credited += more;
    since = now;
  };
  for await (const progress of work) {
    ({ phase } = progress);
    const share = progress.total > 0 ? progress.done / progress.total : 1;
    // Gathering counts as the first half of a stage, what follows as the second.
    account(progress.phase === 'gather' ? share / 2 : (1 + share) / 2);
    yield phaseEvent(context, { phase, task, method: lane.spec.id, done: progress.done, total: progress.total });
    if (progress.inside && context.experiment.inside) {
      const look = { task, ...context.experiment.inside, ...progress.inside } as InsideRecord;
      yield { type: 'inside', method: lane.spec.id, look };
    }
  }
  account(1);
}

export function createRun(inputs: RunInputs): Run {
  const { backbone, linalg, layers, measures, from } = inputs;
  const makeCourse =
    inputs.createCourse ?? ((spec: MethodSpec, bench: Bench) => createCourse(definitionOf(spec.id), spec as never, bench, measures));
  const clock = createWorkClock(inputs.now, from?.seconds);
  const pace = createPace();
  let context: RoundContext = { experiment: inputs.experiment, stream: inputs.stream, clock, pace };
  let lanes: Lane[] = [];
  let started = false;
  let learned = from?.learned ?? 0;
  let learnedJointly = from?.learnedJointly ?? 0;
  let extension: RunEvent | null = null;
  /** Where the run can be saved: between tasks, or in a training; null inside any other stage. */
  let place: { readonly training: RunState['training'] } | null = null;

  const active = (...kinds: MethodDefinition['trainsOn'][]) => lanes.filter((lane) => !lane.failed && kinds.includes(lane.trainsOn));

  async function openCourse(spec: MethodSpec): Promise<Course> {
    const { seed, training } = context.experiment;
    // Every method draws from the same sequence, so that heads start equal and comparisons are paired.
    const rng = createRng(seed, 'method');
    const model = await backbone.fork();
    return makeCourse(spec, { model, linalg, layers, rng, batchSize: training.batchSize, optimizer: optimizerOf(training) });
  }

  async function openLane(spec: MethodSpec): Promise<Lane> {
    const course = await openCourse(spec);
    const fresh = { failed: false, taught: false, seconds: {}, unread: [], untold: [], toldBudget: false };
    const lane: Lane = { spec, trainsOn: trainsOn(spec), course, ...fresh };
    const saved = from?.lanes.find(({ id }) => id === spec.id);
    if (!from) return lane;
    if (!saved) throw new Error(`The saved run has no method "${spec.id}".`);
    const { course: state, id: _, ...rest } = structuredClone(saved);
    if (rest.failed) course.dispose();
    else await course.restore(state);
    return { ...lane, ...rest };
  }

  function plan(first: number): void {
    const { stream, experiment } = context;
    for (const lane of lanes) if (!lane.failed) pace.plan(workOf(lane, stream, experiment.training.epochs, first));
  }

  /** One round of the five phases for some of the lanes; `last` is the newest task they then know. */
  async function* round(
    name: CrewName,
    crew: readonly Lane[],
    task: LearningTask,
    label: string,
    resumed: TrainingPlace | null,
  ): AsyncGenerator<RunEvent> {
    const now = context;
    const { tasks } = now.stream;
    const last = task.index;
    const { train: images } = task;
    if (!resumed) {
      const look = name === 'sequence' && now.experiment.inside ? lookImages(tasks, last) : undefined;
      for (const lane of crew) {
        lane.unread = [];
        yield* guarded(now, lane, () => stage(now, lane, 'prepare', last, images.count, lane.course.begin(task, tasks.length, look)));
      }
    }
    const learners = crew.filter((lane) => !lane.failed && learnsIn(lane, last));
    if (learners.length > 0) {
      const at = (training: TrainingPlace | null) => (place = training && { training: { crew: name, place: training } });
      yield* train(now, learners, images, last, label, resumed ?? START, at);
      place = null;
    }
    for (const lane of quickestFirst(crew)) {
      const { course } = lane;
      yield* guarded(now, lane, () => stage(now, lane, 'consolidate', last, images.count, course.finish(task)));
      // Against the rules of the game, so never within a method: old training images, read again at the end of the stream.
      const again =
        lane.trainsOn === 'task' && last === tasks.length - 1 && last > 0 && now.experiment.interference !== 'off' && measures.readings;
      if (again) yield* guarded(now, lane, () => stage(now, lane, 'consolidate', last, 0, course.readAgain(tasks)));
      yield* guarded(now, lane, () => evaluate(now, lane, last));
    }
  }

  async function* sequence(): AsyncGenerator<RunEvent> {
    place = null;
    let resumed = started ? null : (from?.training ?? null);
    if (!started) {
      started = true;
      if (!from) yield { type: 'started', record: emptyRecord(inputs) };
      for (const spec of context.experiment.methods) lanes.push(await openLane(spec));
      plan(learned);
    }
    if (extension) {
      yield extension;
      extension = null;
      // Joint training knows no order: it begins again, on all tasks.
      for (const lane of active('all')) {
        lane.course.dispose();
        lane.course = await openCourse(lane.spec);
        lane.taught = false;
      }
      plan(learned);
    }
    const { tasks } = context.stream;
    const resume = (crew: CrewName): TrainingPlace | null => {
      const found = resumed?.crew === crew ? resumed.place : null;
      if (found) resumed = null;
      return found;
    };
    for (const task of tasks.slice(learned)) {
      yield* round('sequence', active('task', 'first', 'none'), withoutTests(task), String(task.index), resume('sequence'));
      learned = task.index + 1;
      place = { training: null };
      yield phaseEvent(context, { phase: 'evaluate', task: task.index, method: null, done: 1, total: 1 });
      place = null;
    }
    if (learnedJointly < tasks.length && active('all').length > 0) {
      yield* round('joint', active('all'), jointTask(tasks), 'all', resume('joint'));
      learnedJointly = tasks.length;
    }
    place = { training: null };
    yield { type: 'finished', seconds: clock.seconds() };
  }

  return {
    events: () => clock.timed(sequence()),
    append(experiment, stream, streamFacts) {
      const { tasks } = context.stream;
      if (stream.tasks.length <= tasks.length) throw new SaidError(said`This stream has no further task. Raise the number of tasks first.`);
      tasks.forEach((task, i) => {
        const same = stream.tasks[i];
        if (same?.name !== task.name || same.classes.from !== task.classes.from || same.classes.to !== task.classes.to) {
          throw new SaidError(said`Task ${i + 1} ("${task.name}") would change. Tasks can only be added after those already learned.`);
        }
      });
      context = { ...context, experiment, stream };
      extension = { type: 'extended', experiment, stream: streamFacts };
    },
    courses: () => lanes.filter((lane) => !lane.failed && lane.taught).map((lane) => ({ id: lane.spec.id, course: lane.course })),
    async state() {
      if (!place) return null;
      const { training } = place;
      const saved: RunState['lanes'][number][] = [];
      for (const { spec, course, failed, taught, seconds, unread, untold, toldBudget } of lanes) {
        // What was not read yet would be lost with the trainer.
        if (!failed && training) untold.push(...(await course.losses()));
        const own = structuredClone({ failed, taught, seconds, unread, untold, toldBudget });
        saved.push({ id: spec.id, ...own, course: failed ? null : await course.state() });
      }
      return { version: 1, learned, learnedJointly, training, seconds: clock.seconds(), lanes: saved };
    },
    dispose() {
      for (const lane of lanes) if (!lane.failed) lane.course.dispose();
      lanes = [];
    },
  };
}

function withoutTests({ test: _, ...task }: Task): LearningTask {
  return task;
}

/** All tasks as one, for those who see all at once. */
function jointTask(tasks: readonly Task[]): LearningTask {
  const last = tasks.length - 1;
  return { index: last, name: 'all', classes: { from: 0, to: classesSeen(tasks, last) }, train: joinTraining(tasks) };
}

function emptyRecord({ experiment, facts, startedAt = new Date() }: RunInputs): RunRecord {
  return {
    schema: RECORD_SCHEMA,
    kind: 'inflora-run',
    experiment,
    status: 'running',
    startedAt: startedAt.toISOString(),
    seconds: 0,
    ...facts,
    methods: experiment.methods.map(({ id }) => ({ id, title: definitionOf(id).title, results: [], losses: [], failure: null })),
    log: [],
  };
}
