import * as v from 'valibot';
import { crossEntropy } from '../../compute/objective';
import { adaptOptions, adaptPlan, adaptWords, sequentially, type AdaptOptions } from '../adaptations/adapted';
import { defineMethod } from '../definition';
import type { Draws } from '../exemplars';
import type { LearnerHooks } from '../learner';
import type { Bench, Method } from '../method';
import type { Paper } from '../papers';
import { ownHeads } from '../readouts/own-heads';
import { bufferOptions, bufferPlan, bufferWords, Rehearsal, type BufferOptions } from '../rehearsal';

const TINY_MEMORIES: Paper = {
  key: 'chaudhry2019tiny',
  citation: 'Chaudhry et al., 2019',
  url: 'https://arxiv.org/abs/1902.10486',
  bibtex: `@article{chaudhry2019tiny,
  title   = {On Tiny Episodic Memories in Continual Learning},
  author  = {Chaudhry, Arslan and Rohrbach, Marcus and Elhoseiny, Mohamed and Ajanthan, Thalaiyasingam and Dokania, Puneet K. and Torr, Philip H. S. and Ranzato, Marc'Aurelio},
  journal = {arXiv preprint arXiv:1902.10486},
  year    = {2019}
}`,
};

const ACE: Paper = {
  key: 'caccia2022ace',
  citation: 'Caccia et al., ICLR 2022',
  url: 'https://arxiv.org/abs/2104.05025',
  bibtex: `@inproceedings{caccia2022ace,
  title     = {New Insights on Reducing Abrupt Representation Change in Online Continual Learning},
  author    = {Caccia, Lucas and Aljundi, Rahaf and Asadi, Nader and Tuytelaars, Tinne and Pineau, Joelle and Belilovsky, Eugene},
  booktitle = {International Conference on Learning Representations},
  year      = {2022},
  url       = {https://arxiv.org/abs/2104.05025}
}`,
};

interface ReplayOptions extends AdaptOptions, BufferOptions {
  readonly newImages: 'seen' | 'task';
}

/** `hooks`, `draws`: for whoever replays a recording. */
export function createReplay(bench: Bench, options: ReplayOptions, hooks?: LearnerHooks, draws?: Draws): Method & { past: Rehearsal } {
  const past = new Rehearsal(
    bench,
    {
      ...{ images: options.images, drawn: options.drawn, draws: 1, logits: false },
      objective: (task, seen) =>
        options.newImages === 'seen'
          ? crossEntropy(seen)
          : {
              terms: [
                { kind: 'cross-entropy', classes: task, weight: 1, part: 0 },
                { kind: 'cross-entropy', classes: seen, weight: 1, part: 1 },
              ],
            },
    },
    draws,
  );
  const adaptation = sequentially(bench, options, past, hooks);
  return { adaptation, readout: ownHeads(adaptation), past };
}

/** Images of the past join every batch: what forgetting costs where a few of them may be kept. */
export const experienceReplay = defineMethod({
  id: 'experience-replay',
  title: 'Experience replay',
  role: 'contestant',
  approach: 'rehearse',
  papers: [TINY_MEMORIES, ACE],
  equations: [
    { reference: 'Vitter, ACM TOMS 1985: reservoir sampling', code: 'ExemplarStore' },
    { reference: 'ER, algorithm 1: one cross-entropy over new and drawn images', code: 'createReplay' },
  ],
  trainsOn: 'task',
  options: {
    ...bufferOptions,
    /** `seen`: one cross-entropy over all classes so far. `task`: new images among their own task's classes, replayed ones among all, in two terms (ER-ACE). */
    newImages: v.optional(v.picklist(['seen', 'task']), 'seen'),
    ...adaptOptions,
  },
  searched: {
    materials: { rate: 1e-4 },
    ten: { rate: 2e-4 },
    alphabets: { rate: 3e-5 },
    styles: { rate: 3e-5 },
    things: { rate: 3e-5 },
  },
  plan: (options) => ({ ...adaptPlan(options), ...bufferPlan(options, 1) }),
  describe: (options) => [
    ...bufferWords(options),
    ...(options.newImages === 'task' ? ['asymmetric cross-entropy'] : []),
    adaptWords(options),
  ],
  create: (bench, options) => createReplay(bench, options),
});
