/** What every part of a run shares: where it is, what it cost, and how one method's failure leaves the others alone. */
import { reasonOf, said, worded, type Said } from '../common/said';
import { BrokenFeaturesError } from '../continual/method';
import type { TaskStream } from '../continual/stream';
import type { WorkClock } from './clock';
import type { PhaseEvent, RunEvent } from './events';
import type { Experiment } from './experiment';
import type { Lane } from './lane';
import type { Pace } from './pace';

/** Scores came out as NaN: the weights are broken even though the losses were not. */
export class BrokenScoresError extends Error {
  override readonly name = 'BrokenScoresError';
}

export interface RoundContext {
  readonly experiment: Experiment;
  readonly stream: TaskStream;
  readonly clock: WorkClock;
  readonly pace: Pace;
}

export function phaseEvent(
  { pace }: RoundContext,
  where: Pick<PhaseEvent, 'phase' | 'task' | 'method' | 'done' | 'total'>,
  live: Partial<PhaseEvent> = {},
): PhaseEvent {
  return { type: 'phase', epoch: 0, epochs: 0, ...pace.now(), imagesPerSecond: null, learningRate: null, ...where, ...live };
}

export function* failLane({ clock, pace }: RoundContext, lane: Lane, reason: Said): Generator<RunEvent> {
  lane.failed = true;
  lane.course.dispose();
  pace.drop(lane.spec.id);
  yield { type: 'method-failed', method: lane.spec.id, reason };
  yield { type: 'log', level: 'error', text: worded(said`${lane.spec.id}: ${reason}`), seconds: clock.seconds() };
}

/** One method's trouble is its own: the others go on. A lost device ends them all. */
export async function* guarded(context: RoundContext, lane: Lane, work: () => AsyncGenerator<RunEvent>): AsyncGenerator<RunEvent> {
  if (lane.failed) return;
  try {
    yield* work();
  } catch (error) {
    if (error instanceof Error && error.name === 'DeviceLostError') throw error;
    const reason =
      error instanceof BrokenScoresError || error instanceof BrokenFeaturesError
        ? said`The weights became NaN. Results so far are kept. Try a lower learning rate.`
        : reasonOf(error);
    yield* failLane(context, lane, reason);
  }
}
