/** The experiment's answers to what a checkpoint does not say, and its wish for another input size. */
import { said } from '../common/said';
import type { Assumption } from './assumptions';
import type { VitCheckpoint } from './checkpoint';
import type { VitConfig } from './config';
import { CheckpointError } from './errors';
import { resizeInput } from './position';
import { checkHeads, type LoadedVit } from './timm';

/** Absent fields keep what the checkpoint has. */
export interface VitAnswers {
  /** Which of several models in the file, as `LoadedVit.copies` calls them. */
  readonly copy?: string | undefined;
  readonly inputSize?: number | undefined;
  readonly heads?: number | undefined;
  readonly layerNormEps?: number | undefined;
  readonly mean?: readonly [number, number, number] | undefined;
  readonly std?: readonly [number, number, number] | undefined;
}

function answered(answers: VitAnswers, { field }: Assumption): boolean {
  return answers[field] !== undefined;
}

/**
 * The checkpoint with the answers applied; answered fields leave `assumed`. An answer wins over what the file says.
 * Throws CheckpointError on heads that do not divide the width, an eps or std that is not positive, and an input size
 * that the patches do not divide.
 */
export function applyAnswers(loaded: LoadedVit, answers: VitAnswers): LoadedVit {
  const { config: before } = loaded.checkpoint;
  const config: VitConfig = {
    ...before,
    heads: answers.heads ?? before.heads,
    layerNormEps: answers.layerNormEps ?? before.layerNormEps,
    mean: answers.mean ?? before.mean,
    std: answers.std ?? before.std,
  };
  checkHeads(config);
  if (!(config.layerNormEps > 0)) throw new CheckpointError(said`A LayerNorm eps of ${config.layerNormEps} is not above 0. 1e-6 is usual.`);
  if (!config.std.every((value) => value > 0)) {
    throw new CheckpointError(said`A standard deviation of ${config.std.join(', ')} is not above 0 in every channel.`);
  }
  const checkpoint: VitCheckpoint = { ...loaded.checkpoint, config };
  return {
    ...loaded,
    checkpoint: answers.inputSize === undefined ? checkpoint : resizeInput(checkpoint, answers.inputSize),
    assumed: loaded.assumed.filter((assumption) => !answered(answers, assumption)),
  };
}
