/** The experiment that Start runs, and the other experiments that come with the site. */
import { parseExperiment, type Experiment, type ExperimentInput } from './experiment';

/** What a link leaves out. Links say which edition they differ from, so an edition that was published never changes. */
export const defaultEditions: readonly ExperimentInput[] = [
  {
    schema: 1,
    title: 'Alphabets',
    seed: 0,
    backbone: { from: { source: 'bundled', id: 'glyph-vit' } },
    stream: { from: { source: 'bundled', id: 'alphabets' } },
    methods: [{ id: 'inflora' }, { id: 'full-fine-tuning' }],
    training: { epochs: 4, batchSize: 32, learningRate: 3e-3 },
  },
];

const newest = defaultEditions.at(-1);
if (newest === undefined) throw new Error('There is no default experiment.');

/** The newest edition, parsed. */
export const defaultExperiment: Experiment = parseExperiment(newest);

/** Experiments that `lab run <name>` and the page offer by name; `default` is the one that Start runs. */
export const bundledExperiments: Readonly<Record<string, Experiment>> = {
  default: defaultExperiment,
};
