/** Learning rates of the default experiment: one for all methods, or for each the one that is best for itself. */
import { definitionOf, METHODS } from '../continual/registry';
import { EXPERIMENT_SCHEMA, parseExperiment, type Experiment, type MethodSpec, type RecordedExperiment } from './experiment';
import { suggested } from './suggested';

export type Rates = Readonly<Partial<Record<string, number>>>;

/**
 * Each method's own best rate on the experiment's stream, by its own final average on seeds that are not reported; as many
 * rates were tried for one method as for another (pretrain/SEARCH.md). null where none were searched for this backbone and stream.
 */
export function bestRates({ backbone, stream: { from } }: Pick<RecordedExperiment, 'backbone' | 'stream'>): Rates | null {
  if (backbone.from.source !== 'bundled' || from.source !== 'bundled') return null;
  const searched = METHODS.flatMap(({ id }) => {
    const found = definitionOf(id).searched?.[from.id];
    return found === undefined ? [] : [[id, found.rate] as const];
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

/**
 * `after`, where methods that were as suggested for the stream of `before` are as suggested for the new one, each at its best if
 * `before` had that: other material has other best rates and options.
 */
export function keepingBestRates(before: Experiment, after: Experiment): Experiment {
  const { from } = after.stream;
  const methods = after.methods.map((spec) => {
    if (from === before.stream.from || optionsOf(spec) !== optionsOf(asSuggested(before, spec.id))) return spec;
    const { learningRate, classifierLearningRate } = { learningRate: undefined, classifierLearningRate: undefined, ...spec };
    return { ...suggested(spec.id, from), learningRate, classifierLearningRate };
  });
  const moved = parseExperiment({ ...after, methods });
  return rateChoice(before) === 'best' ? withRates(moved, 'best') : moved;
}

const asSuggested = ({ backbone, stream }: Experiment, id: string): MethodSpec | undefined =>
  parseExperiment({ schema: EXPERIMENT_SCHEMA, backbone, stream, methods: [suggested(id, stream.from)] }).methods[0];

/** All but the learning rates, by name. */
const optionsOf = (spec: MethodSpec | undefined): string =>
  JSON.stringify(
    Object.entries({ ...spec, learningRate: undefined, classifierLearningRate: undefined }).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
