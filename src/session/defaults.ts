/** The experiment that Start runs, and the other experiments that come with the site. */
import { METHOD_IDS, parseExperiment, type Experiment, type ExperimentInput, type MethodId } from './experiment';
import { withRates } from './rates';
import { suggested } from './suggested';

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
  {
    schema: 1,
    title: 'Materials',
    seed: 0,
    backbone: { from: { source: 'bundled', id: 'glyph-vit' } },
    stream: { from: { source: 'bundled', id: 'materials' } },
    // Every one as it was searched: at its own best rate, on all linear maps.
    methods: [
      { id: 'inflora', rank: 16, lamb: 0.9995, lame: 1, targets: 'all', learningRate: 4e-3 },
      { id: 'full-fine-tuning', learningRate: 1e-4 },
      { id: 'sequential-lora', rank: 16, targets: 'all', learningRate: 5e-4 },
      { id: 'frozen' },
    ],
    training: { epochs: 4, batchSize: 32, learningRate: 1e-3, classifierLearningRate: 1e-2 },
    readBy: 'ridge',
  },
  {
    schema: 1,
    title: 'Materials',
    seed: 0,
    backbone: { from: { source: 'bundled', id: 'glyph-vit' } },
    stream: { from: { source: 'bundled', id: 'materials' } },
    // As the edition before, at the best of four rates instead of three.
    methods: [
      { id: 'inflora', rank: 16, lamb: 0.9995, lame: 1, targets: 'all', learningRate: 3e-3 },
      { id: 'full-fine-tuning', learningRate: 7e-5 },
      { id: 'sequential-lora', rank: 16, targets: 'all', learningRate: 5e-4 },
      { id: 'frozen' },
    ],
    training: { epochs: 4, batchSize: 32, learningRate: 1e-3, classifierLearningRate: 1e-2 },
    readBy: 'ridge',
  },
];

/** The newest edition: what Start runs. */
export const defaultExperiment: Experiment = parseExperiment(defaultEditions.at(-1));

/** The first edition: one rate for all, heads as the authors read them; what the older streams were searched with. */
const alphabets: Experiment = parseExperiment(defaultEditions[0]);

const onStream = (experiment: Experiment, id: string, title: string): Experiment => ({
  ...experiment,
  title,
  stream: { ...experiment.stream, from: { source: 'bundled', id } },
});

/** What the experiments at best rates compare; they were published, so later methods do not join them. */
const COMPARED: readonly MethodId[] = ['inflora', 'inflora-ca', 'sequential-lora', 'full-fine-tuning', 'joint', 'nearest-mean'];

/** Every method as it was searched on the experiment's stream, at the learning rate that is best for itself. */
function atBestRates(experiment: Experiment, compared: readonly MethodId[]): Experiment {
  const methods = compared.map((id) => suggested(id, experiment.stream.from));
  return withRates(parseExperiment({ ...experiment, title: `${experiment.title}, each method at its own best rate`, methods }), 'best');
}

const styles = onStream(alphabets, 'styles', 'Digits in changing styles');
const things = onStream(alphabets, 'things', 'Coloured things');
const COMPARED_IN_MATERIALS: readonly MethodId[] = ['inflora', 'sequential-lora', 'full-fine-tuning', 'joint', 'frozen', 'ranpac'];

const ten = onStream(defaultExperiment, 'ten', 'Ten in materials');

/** Every method on a stream, each at its own best rate where that was searched. */
const everyMethod = (experiment: Experiment): Experiment => ({
  ...atBestRates(experiment, METHOD_IDS),
  title: `${experiment.title}, every method`,
});

const RIVALS: Readonly<Record<string, Experiment>> = {
  'rivals-materials': everyMethod(defaultExperiment),
  'rivals-ten': everyMethod(ten),
  'rivals-alphabets': everyMethod(alphabets),
  'rivals-styles': everyMethod(styles),
  'rivals-things': everyMethod(things),
};

/** Several of the experiments below under one name. */
export const bundledStudies: Readonly<Record<string, readonly string[]>> = { rivals: Object.keys(RIVALS) };

/** Experiments that `lab run <name>` knows by name; `default` is the one that Start runs. */
export const bundledExperiments: Readonly<Record<string, Experiment>> = {
  default: defaultExperiment,
  // Links of its time name it.
  'default-2': parseExperiment(defaultEditions[1]),
  // The lesson is told from its record: when, within a task, an old one is lost.
  'materials-best-rates': { ...atBestRates(defaultExperiment, COMPARED_IN_MATERIALS), probe: 'on' },
  'ten-best-rates': atBestRates(ten, COMPARED_IN_MATERIALS),
  alphabets,
  'alphabets-best-rates': atBestRates(alphabets, COMPARED),
  styles,
  'styles-best-rates': atBestRates(styles, COMPARED),
  things,
  'things-best-rates': atBestRates(things, COMPARED),
  ...RIVALS,
};
