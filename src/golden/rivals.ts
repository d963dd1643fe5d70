/** The rivals' recordings that this build replays, by name. Another one is a line here and a file like `ranpac.ts`. */
import type { ComputeDevice } from '../compute/backbone';
import type { LinearAlgebra } from '../compute/linalg/linear-algebra';
import type { Comparison } from './compare';
import { compareCoda } from './coda';
import { compareDualPrompt } from './dualprompt';
import { GoldenError, type GoldenReader, type Recording } from './files';
import { compareL2p } from './l2p';
import { compareEwc, compareEwcOnline } from './ewc';
import { compareCLora, compareOLora } from './fresh-lora';
import { compareGpm } from './gpm';
import { compareLae } from './lae';
import { compareRanpac } from './ranpac';
import { ourRanpac } from './ranpac-ours';
import { compareLwf } from './lwf';
import { compareDerpp, compareExperienceReplay } from './replay';
import { readRival, type RivalScenario } from './rival';
import { compareSdLora } from './sd-lora';
import { compareSlca } from './slca';
import type { GoldenProgress } from './types';

export const RIVALS: Readonly<Record<string, RivalScenario>> = {
  ranpac: compareRanpac(ourRanpac),
  lae: compareLae,
  sdlora: compareSdLora,
  sdlora_kept: compareSdLora,
  slca: compareSlca,
  er: compareExperienceReplay,
  l2p: compareL2p,
  l2p_batchwise: compareL2p,
  dualprompt: compareDualPrompt,
  coda: compareCoda,
  clora: compareCLora,
  olora: compareOLora,
  ewc: compareEwc,
  ewc_online: compareEwcOnline,
  gpm: compareGpm,
  lwf: compareLwf,
  derpp: compareDerpp,
};

/** Throws GoldenError on a recording that no scenario replays. */
export async function* compareRival(
  read: GoldenReader,
  scenario: string,
  recording: Recording,
  device: ComputeDevice,
  linalg: LinearAlgebra,
  comparison: Comparison,
): AsyncGenerator<GoldenProgress, void> {
  const replay = Object.hasOwn(RIVALS, scenario) ? RIVALS[scenario] : undefined;
  if (!replay) {
    throw new GoldenError(
      `"${scenario}" is a recording that is not compared yet; those that are: ${Object.keys(RIVALS).join(', ') || 'none'}.`,
    );
  }
  yield { phase: 'load', task: 0, done: 0, total: 1 };
  const rival = await readRival(read, scenario, recording);
  const model = await device.load(rival.checkpoint);
  try {
    yield* replay(rival, model, linalg, comparison);
  } finally {
    model.dispose();
  }
}
