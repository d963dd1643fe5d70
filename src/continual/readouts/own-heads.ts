import type { Adaptation, Readout } from '../method';

/** The heads that were trained with the network, task by task, as the authors read InfLoRA. They keep nothing of their own. */
export function ownHeads(adaptation: Pick<Adaptation, 'heads'>): Readout {
  return {
    // The adaptation has trained them.
    async *learn() {},
    frozen: () => (adaptation.heads.bias.length === 0 ? null : { kind: 'linear', ...adaptation.heads }),
    kept: () => [],
    state: async () => null,
    restore: async () => undefined,
  };
}
