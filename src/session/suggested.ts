/** Options that suit the bundled backbone and its streams. */
import { definitionOf } from '../continual/registry';
import type { Experiment, ExperimentInput, MethodId, StreamSource } from './experiment';

/**
 * A method as it was searched on a bundled stream (pretrain/SEARCH.md), without a learning rate of its own. The
 * thresholds fit D = 128, where the authors' .95 protects too few directions to matter.
 */
export function suggested(id: MethodId, from: StreamSource): ExperimentInput['methods'][number] {
  const { suggested: everywhere, searched } = definitionOf(id);
  return { id, ...everywhere, ...(from.source === 'bundled' ? searched?.[from.id]?.options : {}) };
}

/** A method as it joins an experiment: as suggested on the bundled backbone, by its defaults on any other. */
export const joining = ({ backbone, stream }: Pick<Experiment, 'backbone' | 'stream'>, id: MethodId): ExperimentInput['methods'][number] =>
  backbone.from.source === 'bundled' ? suggested(id, stream.from) : { id };
