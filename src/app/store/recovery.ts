/** How a run goes on whose graphics processor was lost: once more there, in smaller pieces of work, and then on the processor. */
import type { DeviceKind } from '../../compute/backbone';
import type { Texts } from '../text/en';
import { resumable, type KeptRun } from './kept-run';
import { describeError } from './problem';
import type { AppState } from './state';

export interface Recovery {
  /** Where it goes on; null: nothing was saved yet, it begins again. */
  readonly kept: KeptRun | null;
  /** The device that it goes on with, where that is another one. */
  readonly device: DeviceKind | null;
  /** For people, and for the run's log. */
  readonly why: string;
}

/** Null where `error` is another one, or the processor itself was lost. `losses`: how often this run has lost its device, this time included. */
export function recoveryFrom(text: Texts, error: unknown, { device, runs }: AppState, losses: number): Recovery | null {
  const { name, message } = describeError(error);
  if (name !== 'DeviceLostError' || device?.chosen.kind !== 'webgpu') return null;
  const row = runs.list.find(({ id }) => id === runs.shown);
  const kept = row !== undefined && resumable(row) ? row : null;
  const words = kept === null ? text.runs.lost.again : text.runs.lost.goesOn;
  return losses === 1
    ? { kept, device: null, why: `${message} ${words}` }
    : { kept, device: 'wasm', why: `${message} ${words} ${text.runs.lost.onProcessor}` };
}
