/** Learning rates of the default experiment: one for all methods, or for each the one that is best for itself. */
import { METHODS } from '../continual/registry';
import { parseExperiment, type Experiment, type RecordedExperiment } from './experiment';

export type Rates = Readonly<Partial<Record<string, number>>>;

/**
 * Each method's own best rate on the experiment's stream, by its own final average on seeds that are not reported; as many
 * rates were tried for one method as for another (pretrain/SEARCH.md). null where none were searched for this backbone and stream.
 */
export function bestRates({ backbone, stream: { from } }: Pick<RecordedExperiment, 'backbone' | 'stream'>): Rates | null {
  if (backbone.from.source !== 'bundled' || from.source !== 'bundled') return null;
  const searched = METHODS.flatMap(({ id, ...definition }) => {
    const rate = 'bestRates' in definition ? definition.bestRates?.[from.id] : undefined;
    return rate === undefined ? [] : [[id, rate] as const];
  });
  return searched.length === 0 ? null : Object.fromEntries(searched);
}

/** `own`: some method has a rate that is neither. */
export type RateChoice = 'shared' | 'best' | 'own';

const rateOf = (spec: RecordedExperiment['methods'][number]): unknown => ('learningRate' in spec ? spec.learningRate : undefined);

export function rateChoice(experiment: RecordedExperiment): RateChoice {
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
