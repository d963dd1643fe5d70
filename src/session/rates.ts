/** Learning rates of the default experiment: one for all methods, or for each the one that is best for itself. */
import { parseExperiment, type Experiment, type MethodId, type MethodSpec } from './experiment';

export type Rates = Readonly<Partial<Record<MethodId, number>>>;

/**
 * Each method's own best rate on each bundled stream with the bundled backbone, by its own final average on seeds that are
 * not reported; as many rates were tried for one method as for another (pretrain/SEARCH.md).
 */
const SEARCHED: Readonly<Record<string, Rates>> = {
  alphabets: { inflora: 4e-3, 'inflora-ca': 5e-4, 'sequential-lora': 2e-4, 'full-fine-tuning': 3e-5, joint: 1e-3 },
  styles: { inflora: 4e-3, 'inflora-ca': 2e-3, 'sequential-lora': 2e-4, 'full-fine-tuning': 1e-5, joint: 5e-4 },
  things: { inflora: 4e-3, 'inflora-ca': 2e-3, 'sequential-lora': 2e-4, 'full-fine-tuning': 1e-5, joint: 2e-3 },
};

/** null where none were searched for this backbone and stream. */
export function bestRates({ backbone, stream }: Experiment): Rates | null {
  if (backbone.from.source !== 'bundled' || stream.from.source !== 'bundled') return null;
  return SEARCHED[stream.from.id] ?? null;
}

/** `own`: some method has a rate that is neither. */
export type RateChoice = 'shared' | 'best' | 'own';

const rateOf = (spec: MethodSpec): number | undefined => ('learningRate' in spec ? spec.learningRate : undefined);

export function rateChoice(experiment: Experiment): RateChoice {
  const { methods } = experiment;
  if (methods.every((spec) => rateOf(spec) === undefined)) return 'shared';
  const best = bestRates(experiment);
  return best !== null && methods.every((spec) => rateOf(spec) === best[spec.id]) ? 'best' : 'own';
}

/** The experiment with the rates of that choice; nothing else changes. Where the best ones are not known, all share one. */
export function withRates(experiment: Experiment, choice: 'shared' | 'best'): Experiment {
  const best = choice === 'best' ? bestRates(experiment) : null;
  const methods = experiment.methods.map((spec) => {
    const { learningRate: _before, ...rest } = { learningRate: undefined, ...spec };
    const rate = best?.[spec.id];
    return rate === undefined ? rest : { ...rest, learningRate: rate };
  });
  return parseExperiment({ ...experiment, methods });
}

/** `after` with each method at its best, if `before` had that: other material and other methods have other best rates. */
export function keepingBestRates(before: Experiment, after: Experiment): Experiment {
  return rateChoice(before) === 'best' ? withRates(after, 'best') : after;
}
