/**
 * A run as a sequence: gather, design, train, consolidate and evaluate for each task, one event after the other.
 * Pausing, stepping and stopping are not pulling. Several methods train in lock-step on the same seeded batches.
 */
import type { Optimizer, VitModel } from '../compute/backbone';
import type { LinearAlgebra } from '../compute/linalg/linear-algebra';
import type { LayerWork } from '../continual/layer-work';
import type { Method, MethodContext, MethodProgress } from '../continual/method';
import { createRng } from '../continual/rng';
import type { ImageSet, TaskStream } from '../continual/stream';
import { joinTraining } from './batches';
import { createWorkClock } from './clock';
import { evaluate } from './evaluate';
import type { RunEvent, RunPhase } from './events';
import type { Experiment, MethodId, MethodSpec } from './experiment';
import { spend, type Lane } from './lane';
import { createPace, type Work } from './pace';
import { RECORD_SCHEMA, type RunRecord } from './record';
import { guarded, phaseEvent, type RoundContext } from './round';
import { train } from './train';

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
  readonly createMethod: (spec: MethodSpec, context: MethodContext) => Method;
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
  methods(): readonly { readonly id: MethodId; readonly method: Method }[];
  dispose(): void;
}

export function optimizerOf({ optimizer, momentum, weightDecay }: Experiment['training']): Optimizer {
  return optimizer === 'adam' ? { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay } : { kind: 'sgd', momentum, weightDecay };
}

const imagesIn = (stream: TaskStream, split: 'train' | 'test', from: number, upTo: number) =>
  stream.tasks.slice(from, upTo + 1).reduce((sum, task) => sum + task[split].count, 0);

/** The work of one method from task `from` to the stream's end. */
function workOf(lane: Lane, stream: TaskStream, epochs: number, from: number): Work[] {
  const method = lane.spec.id;
  const last = stream.tasks.length - 1;
  const round = (images: number, test: number): Work[] => [
    { method, stage: 'prepare', images },
    { method, stage: 'train', images: lane.method.trainsOn === 'none' ? 0 : images * epochs },
    { method, stage: 'consolidate', images },
    { method, stage: 'evaluate', images: test },
  ];
  if (lane.method.trainsOn === 'all') return round(imagesIn(stream, 'train', 0, last), imagesIn(stream, 'test', 0, last));
  return stream.tasks.slice(from).flatMap((task, i) => round(task.train.count, imagesIn(stream, 'test', 0, from + i)));
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
    if (name === 'prepare') phase = progress.phase;
    const share = progress.total > 0 ? progress.done / progress.total : 1;
    // Gathering counts as the first half of a stage, what follows as the second.
    account(progress.phase === 'gather' ? share / 2 : (1 + share) / 2);
    yield phaseEvent(context, { phase, task, method: lane.spec.id, done: progress.done, total: progress.total });
  }
  account(1);
}

export function createRun(inputs: RunInputs): Run {
  const { backbone, linalg, layers, createMethod } = inputs;
  const clock = createWorkClock(inputs.now);
  const pace = createPace();
  let context: RoundContext = { experiment: inputs.experiment, stream: inputs.stream, clock, pace };
  let lanes: Lane[] = [];
  let started = false;
  let learned = 0;
  let learnedJointly = 0;
  let extension: RunEvent | null = null;

  const active = (...kinds: Method['trainsOn'][]) => lanes.filter((lane) => !lane.failed && kinds.includes(lane.method.trainsOn));

  async function openMethod(spec: MethodSpec): Promise<Method> {
    const { seed, training } = context.experiment;
    // Every method draws from the same sequence, so that heads start equal and comparisons are paired.
    const rng = createRng(seed, 'method');
    const model = await backbone.fork();
    return createMethod(spec, { model, linalg, layers, rng, batchSize: training.batchSize, optimizer: optimizerOf(training) });
  }

  function plan(from: number): void {
    const { stream, experiment } = context;
    for (const lane of lanes) if (!lane.failed) pace.plan(workOf(lane, stream, experiment.training.epochs, from));
  }

  /** One round of the five phases for some of the lanes; `last` is the newest task they then know. */
  async function* round(crew: readonly Lane[], last: number, images: ImageSet, label: string): AsyncGenerator<RunEvent> {
    const now = context;
    const { tasks } = now.stream;
    const seen = tasks.slice(0, last + 1);
    for (const lane of crew) {
      lane.unread = [];
      yield* guarded(now, lane, () => stage(now, lane, 'prepare', last, images.count, lane.method.prepare(seen, tasks.length)));
    }
    const learners = crew.filter((lane) => !lane.failed && lane.method.trainsOn !== 'none');
    if (learners.length > 0) yield* train(now, learners, images, last, label);
    for (const lane of crew) {
      yield* guarded(now, lane, () => stage(now, lane, 'consolidate', last, images.count, lane.method.consolidate(seen)));
      yield* guarded(now, lane, () => evaluate(now, lane, last));
    }
  }

  async function* sequence(): AsyncGenerator<RunEvent> {
    if (!started) {
      started = true;
      yield { type: 'started', record: emptyRecord(inputs) };
      for (const spec of context.experiment.methods) {
        lanes.push({ spec, method: await openMethod(spec), failed: false, taught: false, seconds: {}, unread: [] });
      }
      plan(0);
    }
    if (extension) {
      yield extension;
      extension = null;
      // Joint training knows no order: it begins again, on all tasks.
      for (const lane of active('all')) {
        lane.method.dispose();
        lane.method = await openMethod(lane.spec);
        lane.taught = false;
      }
      plan(learned);
    }
    const { tasks } = context.stream;
    for (const task of tasks.slice(learned)) {
      yield* round(active('task', 'none'), task.index, task.train, String(task.index));
      learned = task.index + 1;
    }
    if (learnedJointly < tasks.length && active('all').length > 0) {
      yield* round(active('all'), tasks.length - 1, joinTraining(tasks), 'all');
      learnedJointly = tasks.length;
    }
    yield { type: 'finished', seconds: clock.seconds() };
  }

  return {
    events: () => clock.timed(sequence()),
    append(experiment, stream, streamFacts) {
      const { tasks } = context.stream;
      if (stream.tasks.length <= tasks.length) throw new Error('This stream has no further task. Raise the number of tasks first.');
      tasks.forEach((task, i) => {
        const same = stream.tasks[i];
        if (same?.name !== task.name || same.classes.from !== task.classes.from || same.classes.to !== task.classes.to) {
          throw new Error(`Task ${i + 1} ("${task.name}") would change. Tasks can only be added after those already learned.`);
        }
      });
      context = { ...context, experiment, stream };
      extension = { type: 'extended', experiment, stream: streamFacts };
    },
    methods: () => lanes.filter((lane) => !lane.failed && lane.taught).map((lane) => ({ id: lane.spec.id, method: lane.method })),
    dispose() {
      for (const lane of lanes) if (!lane.failed) lane.method.dispose();
      lanes = [];
    },
  };
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
    methods: experiment.methods.map(({ id }) => ({ id, results: [], losses: [], failure: null })),
    log: [],
  };
}
