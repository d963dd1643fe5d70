/** How a run goes on whose graphics processor was lost: once more there, in smaller pieces of work, and then on the processor. */
import { said, type Sentence } from '../../common/said';
import type { DeviceKind } from '../../compute/backbone';
import { resumable, type KeptRun } from './kept-run';
import { describeError } from './problem';
import type { AppState } from './state';

export interface Recovery {
  /** Where it goes on; null: nothing was saved yet, it begins again. */
  readonly kept: KeptRun | null;
  /** The device that it goes on with, where that is another one. */
  readonly device: DeviceKind | null;
  /** For people, and for the run's log. */
  readonly why: Sentence;
}

/** Null where `error` is another one, or the processor itself was lost. `losses`: how often this run has lost its device, this time included. */
export function recoveryFrom(error: unknown, { device, runs }: AppState, losses: number): Recovery | null {
  const { name, reason } = describeError(error);
  if (name !== 'DeviceLostError' || device?.chosen.kind !== 'webgpu') return null;
  const row = runs.list.find(({ id }) => id === runs.shown);
  const kept = row !== undefined && resumable(row) ? row : null;
  const why =
    kept === null
      ? said`${reason} Nothing was saved yet, so the run begins again.`
      : said`${reason} The run goes on from where it was last saved.`;
  return losses === 1
    ? { kept, device: null, why }
    : { kept, device: 'wasm', why: said`${why} That was the second time: from here on the processor computes (WebAssembly).` };
}
