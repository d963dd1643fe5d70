import type { TermId } from './glossary';

export interface OptionWords {
  readonly label: string;
  /** A glossary entry behind the label. */
  readonly term?: TermId;
  /** What an empty field means. */
  readonly hint?: string;
  readonly choices?: Readonly<Record<string, string>>;
}

/** Options by name, for every method that has them; one that is missing here goes by its own name. */
export const options: Readonly<Record<string, OptionWords>> = {
  rank: { label: 'Rank', term: 'rank' },
  preset: { label: 'Preset', term: 'preset', choices: { authors: 'As the authors run it', paper: 'As the paper writes it' } },
  lamb: { label: 'Threshold at first', term: 'threshold' },
  lame: { label: 'Threshold towards', term: 'threshold' },
  memory: { label: 'Memory', term: 'dualGpm', choices: { dualgpm: 'DualGPM', gpm: 'GPM' } },
  projection: { label: 'Design of B', choices: { 'one-sided': 'From (I − MMᵀ) C', 'two-sided': 'From (I − MMᵀ) C (I − MMᵀ)' } },
  energy: { label: 'Energy counted', choices: { 'squared-covariance': 'Squared eigenvalues', covariance: 'Eigenvalues' } },
  scaleDown: { label: 'Rows of B divided by √3' },
  firstTaskRank: { label: 'First task keeps', choices: { 'strictly-below': 'Up to the threshold', reach: 'Until it is reached' } },
  adapter: { label: 'First task', choices: { none: 'Changes nothing', 'first-task': 'Adapts the network' } },
  adapterRank: { label: 'Rank of the adapter', term: 'rank' },
  heldShare: { label: 'Share of epochs for the head alone' },
  magnitudes: { label: 'Magnitudes', choices: { restart: 'Restart with every task (the code)', keep: 'Go on learning (the paper)' } },
  magnitude: { label: 'Magnitude at first' },
  blocks: { label: 'First blocks adapted' },
  factors: { label: 'Trains', choices: { both: 'Both factors', up: 'A alone, B stays random' } },
  adapt: { label: 'Trains', choices: { lora: 'LoRA', full: 'All weights' } },
  images: { label: 'Images kept' },
  drawn: { label: 'Images drawn at once', hint: 'Empty: as many as the batch has' },
  temperature: { label: 'Temperature' },
  metric: { label: 'Distance', choices: { cosine: 'Cosine', euclidean: 'Euclidean' } },
  targets: { label: 'Adapted maps', term: 'lora', choices: { kv: 'Keys and values', all: 'All linear maps' } },
  learningRate: { label: 'Own learning rate', term: 'learningRate', hint: 'Empty: as under Training' },
  classifierLearningRate: { label: 'Own rate of the classifier', term: 'learningRate', hint: 'Empty: as under Training' },
};
