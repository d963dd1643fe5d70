/** Training: several methods in lock-step, each step on the very same batch. */
import type { ImageSet } from '../continual/stream';
import { augmented } from '../data/augment';
import { epochBatches } from './batches';
import type { RunEvent } from './events';
import { divergedReason, learningRates, spend, type Lane } from './lane';
import type { LossPoint } from './record';
import { probe, probeImages, probeSteps } from './probe';
import { failLane, guarded, phaseEvent, type RoundContext } from './round';

/** Losses are read back at most this often: every read waits for the device. */
const LOSS_INTERVAL_SECONDS = 0.5;
/** Points of a loss curve kept per task. */
const LOSS_POINTS = 200;

async function* readLosses(context: RoundContext, lane: Lane, every: number): AsyncGenerator<RunEvent> {
  const since = context.clock.seconds();
  const losses = [...lane.untold.splice(0), ...(await lane.course.losses())];
  const waited = context.clock.seconds() - since;
  spend(lane, 'train', waited);
  context.pace.did(lane.spec.id, 'train', 0, waited);
  const points: LossPoint[] = losses.flatMap((loss, i) => {
    const step = lane.unread[i];
    return step === undefined ? [] : [{ ...step, loss }];
  });
  lane.unread = lane.unread.slice(losses.length);
  const kept = points.filter((point) => Number.isFinite(point.loss) && point.step % every === 0);
  if (kept.length > 0) yield { type: 'losses', method: lane.spec.id, points: kept };
  const broken = points.find((point) => !Number.isFinite(point.loss));
  if (broken) yield* failLane(context, lane, divergedReason(lane, context.experiment.training, broken));
}

async function* oneStep({ clock, pace }: RoundContext, lane: Lane, work: () => Promise<void>, images: number): AsyncGenerator<RunEvent> {
  const since = clock.seconds();
  await work();
  const took = clock.seconds() - since;
  spend(lane, 'train', took);
  pace.did(lane.spec.id, 'train', images, took);
  yield* [];
}

/** How many batches of a training were done; plain data. */
export interface TrainingPlace {
  readonly epoch: number;
  /** Next batch of that epoch. */
  readonly batch: number;
  readonly step: number;
}

export const START: TrainingPlace = { epoch: 0, batch: 0, step: 0 };

/**
 * All epochs of one task (or of all tasks, for joint training) from a place on. `label` names the shuffling. Yields a `train`
 * phase event after each batch, whose images per second count an image once for every method that learns from it; `at` is told
 * the place before it is yielded, and null when the next batch begins.
 */
export async function* train(
  context: RoundContext,
  crew: readonly Lane[],
  images: ImageSet,
  task: number,
  label: string,
  from: TrainingPlace,
  at: (place: TrainingPlace | null) => void,
): AsyncGenerator<RunEvent> {
  const { clock } = context;
  const { seed, training } = context.experiment;
  const { epochs, batchSize } = training;
  const total = Math.ceil(images.count / batchSize) * epochs;
  const every = Math.max(1, Math.ceil(total / LOSS_POINTS));
  const begun = clock.seconds();
  let lastRead = begun;
  let { step } = from;
  let seen = 0;
  const asked = context.experiment.probe === 'on' && task > 0 && crew.every(({ trainsOn }) => trainsOn !== 'all');
  const looks = new Set(asked ? probeSteps(total, batchSize) : []);
  const old = looks.size > 0 ? probeImages(context.stream.tasks.slice(0, task)) : [];
  const look = async function* (): AsyncGenerator<RunEvent> {
    if (!looks.has(step)) return;
    for (const lane of crew) yield* guarded(context, lane, () => probe(context, lane, old, { task, step, of: total }));
  };
  if (step === 0) yield* look();
  for (let { epoch } = from; epoch < epochs; epoch++) {
    const batches = epochBatches(images.count, { seed, label, epoch, batchSize, augment: training.augmentation !== 'none' });
    for (const [b, { positions, augmentSeed }] of batches.entries()) {
      if (epoch === from.epoch && b < from.batch) continue;
      at(null);
      const augmentation = augmentSeed === undefined ? {} : { augmentation: { original: () => images.batch(positions), apply: augmented } };
      const changes = { augmented: augmentSeed !== undefined, ...augmentation };
      const batch = { ...images.batch(positions, augmentSeed), positions, epoch, epochs, ...changes };
      for (const lane of crew) {
        if (lane.failed) continue;
        lane.unread.push({ task, epoch, step });
        const work = () => lane.course.step(batch, learningRates(lane.spec, training, epoch));
        yield* guarded(context, lane, () => oneStep(context, lane, work, batch.count));
        seen += batch.count;
      }
      step++;
      // The first loss is shown at once: a step too bold is seen before an epoch is wasted on it.
      if (step === 1 || b === batches.length - 1 || clock.seconds() - lastRead > LOSS_INTERVAL_SECONDS) {
        for (const lane of crew) yield* guarded(context, lane, () => readLosses(context, lane, every));
        lastRead = clock.seconds();
      }
      yield* look();
      const going = crew.filter((lane) => !lane.failed);
      const first = going[0];
      if (first === undefined) return;
      at({ epoch, batch: b + 1, step });
      yield phaseEvent(
        context,
        { phase: 'train', task, method: going.length === 1 ? first.spec.id : null, done: step, total },
        {
          epoch,
          epochs,
          imagesPerSecond: seen / Math.max(1e-6, clock.seconds() - begun),
          learningRate: learningRates(first.spec, training, epoch).backbone,
        },
      );
    }
  }
}
