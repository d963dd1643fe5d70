/** The experiment that Start runs, and the other experiments that come with the site. */
import { definitionOf } from '../continual/registry';
import { parseExperiment, type Experiment, type ExperimentInput, type MethodId } from './experiment';
import { withRates } from './rates';

/**
 * A method with options that suit the bundled backbone, chosen on a seed that is not reported: pretrain/SEARCH.md, which also
 * says what each method reaches at its own best learning rate. Here all share one rate, so that only the method differs. The
 * thresholds fit D = 128, where the authors' .95 protects too few directions to matter.
 */
export const suggested = (id: MethodId): ExperimentInput['methods'][number] => ({ id, ...definitionOf(id).suggested });

/** What a link leaves out. Links say which edition they differ from, so an edition that was published never changes. */
export const defaultEditions: readonly ExperimentInput[] = [
  {
    schema: 1,
    title: 'Alphabets',
    seed: 0,
    backbone: { from: { source: 'bundled', id: 'glyph-vit' } },
    stream: { from: { source: 'bundled', id: 'alphabets' } },
    methods: [{ id: 'inflora', rank: 8, lamb: 0.9995, lame: 1 }, { id: 'full-fine-tuning' }],
    training: { epochs: 4, batchSize: 32, learningRate: 1e-3, classifierLearningRate: 1e-2 },
  },
];

const newest = defaultEditions.at(-1);
if (newest === undefined) throw new Error('There is no default experiment.');

/** The newest edition, parsed. */
export const defaultExperiment: Experiment = parseExperiment(newest);

const onStream = (id: string, title: string): Experiment => ({
  ...defaultExperiment,
  title,
  stream: { ...defaultExperiment.stream, from: { source: 'bundled', id } },
});

/** What the experiments at best rates compare; they were published, so later methods do not join them. */
const COMPARED: readonly MethodId[] = ['inflora', 'inflora-ca', 'sequential-lora', 'full-fine-tuning', 'joint', 'nearest-mean'];

/** Every method at the learning rate that is best for itself. */
function atBestRates(experiment: Experiment): Experiment {
  const methods = COMPARED.map(suggested);
  return withRates(parseExperiment({ ...experiment, title: `${experiment.title}, each method at its own best rate`, methods }), 'best');
}

const styles = onStream('styles', 'Digits in changing styles');
const things = onStream('things', 'Coloured things');

/** Experiments that `lab run <name>` knows by name; `default` is the one that Start runs, the others are it on another stream. */
export const bundledExperiments: Readonly<Record<string, Experiment>> = {
  default: defaultExperiment,
  'alphabets-best-rates': atBestRates(defaultExperiment),
  styles,
  'styles-best-rates': atBestRates(styles),
  things,
  'things-best-rates': atBestRates(things),
};
