import * as v from 'valibot';
import { ElasticTraining, type ElasticHooks, type ElasticOptions } from '../adaptations/elastic';
import { defineMethod, FULL, IDLE, rank, rankWords, targets, type MethodPlan } from '../definition';
import { FISHERS, JOININGS } from '../importances';
import { freshLora } from '../lora';
import type { Bench } from '../method';
import { ownHeads } from '../readouts/own-heads';
import { adapted } from '../targets';

const positive = v.pipe(v.number(), v.gtValue(0));

const options = {
  /**
   * The points where publications and code differ: this sets all of them, single ones may be overridden. `online`: γ F_old + F;
   * `classic`: a penalty for each task, of the exact F; `mammoth` and `pycil`: as these two run it.
   */
  form: v.optional(v.picklist(['online', 'classic', 'mammoth', 'pycil']), 'online'),
  adapt: v.optional(v.picklist(['full', 'lora']), 'full'),
  rank,
  targets,
  lambda: v.optional(v.pipe(v.number(), v.minValue(0))),
  fisher: v.optional(v.picklist(FISHERS)),
  joining: v.optional(v.picklist(JOININGS)),
  gamma: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 1),
  clip: v.optional(positive),
  crossEntropy: v.optional(v.picklist(['local', 'seen'])),
  fisherImages: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 500),
};
type Options = v.InferOutput<v.ObjectSchema<typeof options, undefined>>;

type Form = Pick<ElasticOptions, 'lambda' | 'fisher' | 'joining' | 'clip' | 'crossEntropy'>;

const FORMS: Readonly<Record<Options['form'], Form>> = {
  online: { lambda: 1000, fisher: 'true-label', joining: 'fading', clip: Infinity, crossEntropy: 'local' },
  classic: { lambda: 1000, fisher: 'exact', joining: 'each-task', clip: Infinity, crossEntropy: 'local' },
  // Its penalty stands without the half: 10 there is 20 here.
  mammoth: { lambda: 20, fisher: 'own-probability', joining: 'fading', clip: Infinity, crossEntropy: 'seen' },
  pycil: { lambda: 1000, fisher: 'batch-mean', joining: 'mixed', clip: 1e-4, crossEntropy: 'local' },
};

const learnsOf = ({ adapt }: Pick<Options, 'adapt'>): ElasticOptions['learns'] =>
  adapt === 'full' ? FULL.trainables : { backbone: 'none', adapters: 'both' };

export function resolveEwc({ form, adapt, gamma, fisherImages, ...given }: Options): ElasticOptions {
  const { lambda, fisher, joining, clip, crossEntropy } = FORMS[form];
  return {
    ...{ learns: learnsOf({ adapt }), gamma, fisherImages, lambda: given.lambda ?? lambda, fisher: given.fisher ?? fisher },
    ...{ joining: given.joining ?? joining, clip: given.clip ?? clip, crossEntropy: given.crossEntropy ?? crossEntropy },
  };
}

export function ewcPlan(chosen: Options): MethodPlan {
  const { learns, fisher, fisherImages } = resolveEwc(chosen);
  return {
    ...{ ...IDLE, trainables: learns, keeps: ['importances'], penalty: 'quadratic' },
    adapters: chosen.adapt === 'full' ? null : { targets: adapted(chosen.targets), rank: chosen.rank },
    squares: { of: fisher === 'batch-mean' ? 'batch' : 'image', images: fisherImages, everyClass: fisher === 'exact' },
  };
}

export function createEwc(bench: Bench, chosen: Options, hooks?: ElasticHooks): ElasticTraining {
  if (chosen.adapt === 'lora') {
    bench.model.attach(freshLora(bench.model.config, chosen.rank, bench.rng.fork('lora'), adapted(chosen.targets)));
  }
  return new ElasticTraining(bench, resolveEwc(chosen), hooks);
}

const JOINED = { fading: 'fading importances', mixed: 'importances mixed by classes', 'each-task': 'a penalty for each task' } as const;

export const ewc = defineMethod({
  id: 'ewc',
  title: 'EWC',
  role: 'contestant',
  approach: 'penalise',
  papers: [
    {
      key: 'kirkpatrick2017overcoming',
      citation: 'Kirkpatrick et al., PNAS 2017',
      url: 'https://arxiv.org/abs/1612.00796',
      bibtex: `@article{kirkpatrick2017overcoming,
  title   = {Overcoming catastrophic forgetting in neural networks},
  author  = {Kirkpatrick, James and Pascanu, Razvan and Rabinowitz, Neil and Veness, Joel and Desjardins, Guillaume and Rusu, Andrei A. and Milan, Kieran and Quan, John and Ramalho, Tiago and Grabska-Barwinska, Agnieszka and Hassabis, Demis and Clopath, Claudia and Kumaran, Dharshan and Hadsell, Raia},
  journal = {Proceedings of the National Academy of Sciences},
  volume  = {114},
  number  = {13},
  pages   = {3521--3526},
  year    = {2017}
}`,
    },
    {
      key: 'schwarz2018progress',
      citation: 'Schwarz et al., ICML 2018',
      url: 'https://arxiv.org/abs/1805.06370',
      bibtex: `@inproceedings{schwarz2018progress,
  title     = {Progress \\& Compress: A scalable framework for continual learning},
  author    = {Schwarz, Jonathan and Luketina, Jelena and Czarnecki, Wojciech M. and Grabska-Barwinska, Agnieszka and Teh, Yee Whye and Pascanu, Razvan and Hadsell, Raia},
  booktitle = {Proceedings of the International Conference on Machine Learning},
  year      = {2018}
}`,
    },
  ],
  equations: [
    { reference: 'EWC, eq. 3: quadratic penalty', code: 'addPenalties' },
    { reference: 'EWC: diagonal of the Fisher information', code: 'fisherOf' },
    { reference: 'Progress & Compress: fading importances of online EWC', code: 'joined' },
  ],
  trainsOn: 'task',
  options,
  searched: {
    materials: { rate: 1e-4 },
    ten: { rate: 2e-4 },
    alphabets: { rate: 3e-5 },
    styles: { rate: 3e-5 },
    things: { rate: 3e-5 },
  },
  plan: ewcPlan,
  describe(chosen) {
    const { lambda, fisher, joining, gamma, clip, crossEntropy } = resolveEwc(chosen);
    return [
      chosen.adapt === 'full' ? 'all weights' : rankWords(chosen.rank, chosen.targets),
      `penalty ${lambda}/2, ${JOINED[joining]}${joining === 'fading' ? ` (γ ${gamma})` : ''}`,
      `${fisher.replace('-', ' ')} Fisher information of at most ${chosen.fisherImages} images a task${clip < Infinity ? `, clipped at ${clip}` : ''}`,
      ...(crossEntropy === 'seen' ? ['cross-entropy over all classes so far'] : []),
    ];
  },
  create: (bench, chosen) => {
    const adaptation = createEwc(bench, chosen);
    return { adaptation, readout: ownHeads(adaptation) };
  },
});
