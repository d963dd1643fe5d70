import * as v from 'valibot';
import { adaptOptions, adaptPlan, adaptWords, sequentially, type AdaptOptions } from '../adaptations/adapted';
import { defineMethod } from '../definition';
import type { Draws } from '../exemplars';
import type { LearnerHooks } from '../learner';
import type { Bench, Method } from '../method';
import { ownHeads } from '../readouts/own-heads';
import { bufferOptions, bufferPlan, bufferWords, Rehearsal, type BufferOptions } from '../rehearsal';

interface DerOptions extends AdaptOptions, BufferOptions {
  readonly alpha: number;
  readonly beta: number;
}

/** `hooks`, `draws`: for whoever replays a recording. */
export function createDerpp(bench: Bench, options: DerOptions, hooks?: LearnerHooks, draws?: Draws): Method & { past: Rehearsal } {
  const { images, drawn, alpha, beta } = options;
  const past = new Rehearsal(
    bench,
    {
      ...{ images, drawn, draws: 2, logits: true },
      // The columns of an image's stored logits are those that there were when it came; later ones are not held.
      objective: (_, seen) => ({
        terms: [
          { kind: 'cross-entropy', classes: seen, weight: 1, part: 0 },
          { kind: 'logits', classes: seen, weight: alpha, part: 1 },
          { kind: 'cross-entropy', classes: seen, weight: beta, part: 2 },
        ],
      }),
    },
    draws,
  );
  const adaptation = sequentially(bench, options, past, hooks);
  return { adaptation, readout: ownHeads(adaptation), past };
}

const weight = v.pipe(v.number(), v.finite(), v.minValue(0));

/** Images of the past come again with the logits that they had, and are held to them; a second draw comes with its labels. */
export const derpp = defineMethod({
  id: 'derpp',
  title: 'DER++',
  role: 'contestant',
  approach: 'rehearse',
  papers: [
    {
      key: 'buzzega2020dark',
      citation: 'Buzzega et al., NeurIPS 2020',
      url: 'https://arxiv.org/abs/2004.07211',
      bibtex: `@inproceedings{buzzega2020dark,
  title     = {Dark Experience for General Continual Learning: a Strong, Simple Baseline},
  author    = {Buzzega, Pietro and Boschini, Matteo and Porrello, Angelo and Abati, Davide and Calderara, Simone},
  booktitle = {Advances in Neural Information Processing Systems},
  year      = {2020},
  url       = {https://arxiv.org/abs/2004.07211}
}`,
    },
  ],
  equations: [
    { reference: 'DER++, eq. 6: L + α ‖z − h(x′)‖² + β L(x″, y″)', code: 'createDerpp' },
    { reference: 'Vitter, ACM TOMS 1985: reservoir sampling', code: 'ExemplarStore' },
  ],
  trainsOn: 'task',
  options: {
    ...bufferOptions,
    /** What the mean squared difference of logits counts, and what the labels of the second draw; the authors' for CIFAR-100. 0 for β: DER. */
    alpha: v.optional(weight, 0.3),
    beta: v.optional(weight, 0.5),
    ...adaptOptions,
  },
  searched: {
    materials: { rate: 1e-4 },
    ten: { rate: 2e-4 },
    alphabets: { rate: 3e-5 },
    styles: { rate: 3e-5 },
    things: { rate: 3e-5 },
  },
  plan: (options) => ({ ...adaptPlan(options), ...bufferPlan(options, 2) }),
  describe: (options) => [...bufferWords(options), `weights α ${options.alpha} and β ${options.beta}`, adaptWords(options)],
  create: (bench, options) => createDerpp(bench, options),
});
