/**
 * Compares this implementation with numbers recorded from the methods' own authors' code: the same method code that runs on the
 * page, fed with the recorded images, weights, head inits and batch order. Any folder and scenario of the form that the golden
 * data's README describes.
 */
import type { ComputeDevice } from '../compute/backbone';
import type { LinearAlgebra } from '../compute/linalg/linear-algebra';
import { Comparison } from './compare';
import { GoldenError, readRecording, scenarioOf, type GoldenReader } from './files';
import { compareMemory } from './memory';
import { compareRival } from './rivals';
import { compareTraining } from './training';
import type { GoldenOptions, GoldenProgress, GoldenReport } from './types';

export { GoldenError, type GoldenReader } from './files';
export type { GoldenRow } from './compare';
export type { GoldenOptions, GoldenProgress, GoldenReport } from './types';

/**
 * Runs the comparison; yields where it is and returns the rows. Throws GoldenError where the folder cannot be understood.
 * `device` is left open.
 */
export async function* compareGolden(
  read: GoldenReader,
  scenario: string,
  device: ComputeDevice,
  linalg: LinearAlgebra,
  options: GoldenOptions = {},
): AsyncGenerator<GoldenProgress, GoldenReport> {
  const recording = await readRecording(read, scenario, options.names);
  const comparison = new Comparison();
  const phases = () => {
    const files = scenarioOf(recording);
    if (files.kind === 'memory') return compareMemory(files, linalg, options.inflora ?? {}, comparison);
    if (files.kind === 'rival') return compareRival(read, scenario, recording, device, linalg, comparison);
    return compareTraining(read, scenario, files, device, linalg, options, comparison);
  };
  for await (const progress of phases()) {
    yield progress;
    if (options.stopAtFailure && comparison.failed) break;
  }
  const rows = comparison.rows();
  if (rows.length === 0) throw new GoldenError(`"${scenario}" records nothing that could be compared.`);
  return { scenario, rows, passed: rows.every((row) => row.passed) };
}
