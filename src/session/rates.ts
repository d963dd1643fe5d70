/** Learning rates of the default experiment: one for all methods, or for each the one that is best for itself. */
import { parseExperiment, type Experiment, type MethodId, type MethodSpec } from './experiment';

/**
 * Each method's own best rate on Alphabets with the bundled backbone, by its own final average on seeds that are not
 * reported; as many rates were tried for one as for another (pretrain/SEARCH.md).
 */
export const bestRates: Readonly<Partial<Record<MethodId, number>>> = {
  inflora: 4e-3,
  'inflora-ca': 5e-4,
  'sequential-lora': 2e-4,
  'full-fine-tuning': 3e-5,
  joint: 1e-3,
};

/** `own`: some method has a rate that is neither. */
export type RateChoice = 'shared' | 'best' | 'own';

const rateOf = (spec: MethodSpec): number | undefined => ('learningRate' in spec ? spec.learningRate : undefined);

export function rateChoice({ methods }: Experiment): RateChoice {
  if (methods.every((spec) => rateOf(spec) === undefined)) return 'shared';
  return methods.every((spec) => rateOf(spec) === bestRates[spec.id]) ? 'best' : 'own';
}

/** The experiment with the rates of that choice; nothing else changes. */
export function withRates(experiment: Experiment, choice: 'shared' | 'best'): Experiment {
  const methods = experiment.methods.map((spec) => {
    const { learningRate: _before, ...rest } = { learningRate: undefined, ...spec };
    const rate = choice === 'best' ? bestRates[spec.id] : undefined;
    return rate === undefined ? rest : { ...rest, learningRate: rate };
  });
  return parseExperiment({ ...experiment, methods });
}

/** Whether `bestRates` were searched for this backbone and stream. */
export function ratesAreKnown({ backbone, stream }: Experiment): boolean {
  return backbone.from.source === 'bundled' && stream.from.source === 'bundled' && stream.from.id === 'alphabets';
}
