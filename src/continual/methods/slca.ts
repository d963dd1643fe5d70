import * as v from 'valibot';
import { SequentialTraining } from '../adaptations/sequential';
import { ALIGNMENT_DEFAULTS, type AlignmentOptions } from '../alignment';
import { defineMethod, FULL } from '../definition';
import type { LearnerHooks } from '../learner';
import type { Bench, Method } from '../method';
import { SLCA } from '../papers';
import { AlignedHeads, type AlignmentObserver } from '../readouts/aligned-heads';

interface SlcaOptions {
  readonly slow: number;
}

/** `hooks`, `alignment`, `observer`: for whoever replays a recording. */
export function createSlca(
  bench: Bench,
  { slow }: SlcaOptions,
  hooks?: LearnerHooks,
  alignment: Partial<AlignmentOptions> = {},
  observer?: AlignmentObserver,
): Method {
  const adaptation = new SequentialTraining(bench, { ...FULL.trainables, rates: [{ match: '*', factor: slow }] }, { hooks });
  const { dim } = bench.model.config;
  const options = { ...alignment, overwrite: false };
  return { adaptation, readout: new AlignedHeads(adaptation, bench, dim, bench.rng.fork('alignment'), options, observer) };
}

/** All weights learn, far slower than the heads; then the heads are aligned to be read, and the next task starts from them as they were. */
export const slca = defineMethod({
  id: 'slca',
  title: 'SLCA',
  role: 'contestant',
  approach: 'rehearse',
  papers: [SLCA],
  equations: [
    { reference: 'SLCA: slow learner, one rate for the backbone and one for the classifier', code: 'createSlca' },
    { reference: 'SLCA: classifier alignment with logit normalisation', code: 'alignClassifier' },
  ],
  trainsOn: 'task',
  options: {
    /** What the backbone's learning rate is multiplied by; the authors learn it at a hundredth of the classifier's. */
    slow: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1)), 0.01),
  },
  reads: 'aligned',
  searched: {
    materials: { rate: 1e-2 },
    ten: { rate: 2e-2 },
    alphabets: { rate: 3e-3 },
    styles: { rate: 3e-3 },
    things: { rate: 3e-3 },
  },
  plan: () => ({ ...FULL, alignment: ALIGNMENT_DEFAULTS, keeps: ['Gaussians'] }),
  describe: ({ slow }) => [`backbone at ${slow} times the learning rate`, 'heads put back after alignment'],
  create: (bench, options) => createSlca(bench, options),
});
