import type { Adaptation, Readout } from '../method';
import { ownHeads } from './own-heads';

/** The trained heads asked of every network of the method's sight: per class the largest probability that any of them gives. */
export function ensembleOfHeads(adaptation: Pick<Adaptation, 'heads'>): Readout {
  return {
    ...ownHeads(adaptation),
    frozen: () => (adaptation.heads.bias.length === 0 ? null : { kind: 'ensemble', ...adaptation.heads }),
  };
}
