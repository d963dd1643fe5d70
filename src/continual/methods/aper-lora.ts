import { FirstTaskTraining } from '../adaptations/first-task';
import { defineMethod, IDLE, rank, rankWords, targets } from '../definition';
import { LORA, type Paper } from '../papers';
import { ClassMeans } from '../readouts/class-means';
import { adapted } from '../targets';

const APER: Paper = {
  key: 'zhou2024aper',
  citation: 'Zhou et al., IJCV 2024',
  url: 'https://arxiv.org/abs/2303.07338',
  bibtex: `@article{zhou2024aper,
  title   = {Revisiting Class-Incremental Learning with Pre-Trained Models: Generalizability and Adaptivity are All You Need},
  author  = {Zhou, Da-Wei and Cai, Zi-Wen and Ye, Han-Jia and Zhan, De-Chuan and Liu, Ziwei},
  journal = {International Journal of Computer Vision},
  year    = {2024},
  url     = {https://arxiv.org/abs/2303.07338}
}`,
};

/** APER with LoRA in the place of its adapters: the first task adapts the network, class means of both networks' features do the rest. */
export const aperLora = defineMethod({
  id: 'aper-lora',
  title: 'APER with LoRA',
  role: 'contestant',
  approach: 'freeze',
  papers: [APER, LORA],
  equations: [
    { reference: 'APER: features of the untouched and the adapted network, one beside the other', code: 'FirstTaskTraining' },
    { reference: 'SimpleCIL: cosine with the mean feature of each class', code: 'ClassMeans' },
  ],
  trainsOn: 'first',
  options: { rank, targets },
  searched: {
    materials: { rate: 1e-3, options: { rank: 16, targets: 'all' } },
    ten: { rate: 1e-3, options: { rank: 16, targets: 'all' } },
    alphabets: { rate: 1e-3 },
    styles: { rate: 1e-3 },
    things: { rate: 5e-4 },
  },
  plan: (options) => ({
    ...IDLE,
    trainables: { backbone: 'none', adapters: 'both' },
    adapters: { targets: adapted(options.targets), rank: options.rank },
    keeps: ['means'],
    sight: { passes: 2, widths: 2 },
  }),
  describe: (options) => [
    rankWords(options.rank, options.targets),
    'trained on the first task alone',
    'cosine with class means of both networks',
  ],
  create: (bench, options) => ({
    adaptation: new FirstTaskTraining(bench, { ...options, sees: 'both' }),
    readout: new ClassMeans(2 * bench.model.config.dim, 'cosine-of-means'),
  }),
});
