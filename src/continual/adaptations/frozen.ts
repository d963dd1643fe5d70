import { EMPTY_CLASSIFIER } from '../heads';
import { MethodOrderError, type Adaptation, type Bench } from '../method';

/** The pre-trained network as it is: nothing is trained, nothing can be forgotten. */
export function frozenBackbone({ model }: Pick<Bench, 'model'>): Adaptation {
  return {
    model,
    heads: EMPTY_CLASSIFIER,
    // There is nothing to prepare or to finish.
    async *begin() {},
    step: () => Promise.reject(new MethodOrderError('A frozen network takes no training steps.')),
    losses: async () => [],
    async *end() {},
    kept: () => [],
    changes: async () => ({ increments: null, weights: null }),
    state: async () => null,
    restore: async () => undefined,
    dispose: () => model.dispose(),
  };
}
