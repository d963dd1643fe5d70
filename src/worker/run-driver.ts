/** One open run: pulled in slices of time, its record folded along. */
import { reasonOf } from '../common/said';
import type { ComputeDevice, DeviceLostError } from '../compute/backbone';
import type { RunEvent } from '../session/events';
import type { MethodId } from '../session/experiment';
import { applyEvent, failRecord, stopRecord } from '../session/fold';
import type { RunRecord } from '../session/record';
import type { Run } from '../session/run';
import type { SavedRun } from './api';
import { nextTurn, type Turns } from './turns';

export interface RunDriver {
  readonly run: Run;
  record(): RunRecord | null;
  /** As `RunHost.next`. Throws DeviceLostError; the record then says so and keeps its results. */
  next(budgetMs: number, steps?: number): Promise<readonly RunEvent[] | null>;
  /** Pulls anew after `run.append`. */
  restart(): void;
  readonly finished: () => boolean;
  /** As `RunHost.save`. */
  save(): Promise<SavedRun | null>;
  close(): Promise<void>;
}

/** Waiting messages are let in at least this often. */
const TURN_MS = 16;

/** Steps of a run that tell its pace. */
const PACE_STEPS = 12;

export interface DriverOptions {
  /** Called between tasks, when a method has learned one and been tested. */
  readonly onResult?: (method: MethodId, task: number) => Promise<void>;
  /** Called once, with the milliseconds that the first steps took, those of all methods together. */
  readonly onPace?: (steps: readonly number[]) => Promise<void>;
  /** Of a run that goes on. */
  readonly record?: RunRecord | null;
}

export function driveRun(run: Run, device: ComputeDevice, turns: Turns, options: DriverOptions = {}): RunDriver {
  const { onResult, onPace } = options;
  const steps: number[] = [];
  let events = run.events();
  let record = options.record ?? null;
  let done = false;
  let closed = false;
  let lost: DeviceLostError | null = null;
  void device.lost.then((error) => (lost = error));
  // A step that waits for a lost device may wait for ever: the loss itself ends it.
  const loss = device.lost.then((error) => {
    throw error;
  });
  loss.catch(() => undefined);

  async function pull(): Promise<RunEvent | null> {
    if (closed || done) return null;
    if (lost) throw lost;
    const next = await Promise.race([events.next(), loss]);
    if (!next.done) return next.value;
    done = true;
    return null;
  }

  return {
    run,
    record: () => record,
    finished: () => done,
    async next(budgetMs, most = Number.POSITIVE_INFINITY) {
      if (closed || done) return null;
      const since = performance.now();
      let lastTurn = since;
      let trained = 0;
      const pulled: RunEvent[] = [];
      try {
        while (!closed && trained < most) {
          const asked = performance.now();
          const event = await turns.take(pull);
          if (event === null) break;
          const now = performance.now();
          record = applyEvent(record, event);
          if (event.type === 'result' && onResult) await turns.take(() => onResult(event.method, event.result.task));
          pulled.push(event);
          if (event.type === 'phase' && event.phase === 'train') {
            trained++;
            if (steps.length < PACE_STEPS && steps.push(now - asked) === PACE_STEPS) await onPace?.(steps);
          }
          // Between tasks a run is smallest, and after a training batch it can be cut: not between the two, at what was read of it.
          const endOfTask = event.type === 'phase' && event.phase === 'evaluate' && event.method === null;
          if (endOfTask || (now - since >= budgetMs && event.type !== 'losses' && event.type !== 'probe')) break;
          // The page may halt at each.
          if (event.type === 'inside') break;
          if (now - lastTurn >= TURN_MS) {
            await nextTurn();
            lastTurn = performance.now();
          }
        }
      } catch (error) {
        if (record) record = failRecord(record, reasonOf(error));
        closed = true;
        // With the device gone there is nothing to free, and freeing would throw again.
        if (!(error instanceof Error && error.name === 'DeviceLostError')) run.dispose();
        throw error;
      }
      return pulled.length === 0 && (done || closed) ? null : pulled;
    },
    save: () =>
      turns.take(async () => {
        const state = lost || closed ? null : await run.state();
        return record && state && { record, state };
      }),
    restart() {
      events = run.events();
      done = false;
    },
    async close() {
      if (closed) return;
      closed = true;
      if (record) record = stopRecord(record);
      await turns.take(async () => {
        if (lost) return;
        await events.return(undefined);
        run.dispose();
      });
    },
  };
}
