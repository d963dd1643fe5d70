import { frozenBackbone } from '../adaptations/frozen';
import { defineMethod, IDLE } from '../definition';
import { JANSON } from '../papers';

/**
 * The pre-trained network, never trained and without heads of its own: what every run's read-offs (class means, ridge, aligned
 * heads) make of its features. The floor that learning has to beat at equal read-off.
 */
export const frozen = defineMethod({
  id: 'frozen',
  title: 'Frozen backbone',
  role: 'floor',
  approach: 'freeze',
  papers: [JANSON],
  equations: [],
  trainsOn: 'none',
  options: {},
  plan: () => IDLE,
  describe: () => [],
  create: (bench) => ({ adaptation: frozenBackbone(bench), readout: null }),
});
