import { InfloraAdaptation } from '../adaptations/inflora';
import { defineMethod, firstBlocks, type OptionsOf } from '../definition';
import { INFLORA } from '../papers';
import type { InfloraOptions } from '../presets';
import { ownHeads } from '../readouts/own-heads';
import { describeInflora, infloraEquations, infloraOptions, infloraPlan, infloraSuggested } from './inflora';

const { memory: _, ...shared } = infloraOptions;
const options = { ...shared, blocks: firstBlocks };

/** The memory of the authors' `inflorab5.py`: it grows and never flips to the complement. */
const inB5 = (chosen: OptionsOf<typeof options>): InfloraOptions => ({ ...chosen, memory: 'gpm' });

/** InfLoRA in the first blocks alone, with GPM's memory: the variant that the authors published beside their method. */
export const infloraB5 = defineMethod({
  id: 'inflora-b5',
  title: 'InfLoRA-b5',
  role: 'contestant',
  approach: 'subspace',
  papers: [INFLORA],
  equations: infloraEquations,
  trainsOn: 'task',
  options,
  suggested: infloraSuggested,
  searched: {
    materials: { rate: 4e-3, options: { rank: 16, targets: 'all', lamb: 0.9995, lame: 1 } },
    ten: { rate: 4e-3, options: { rank: 16, targets: 'all', lamb: 0.9995, lame: 1 } },
    alphabets: { rate: 2e-3 },
    styles: { rate: 2e-3 },
    things: { rate: 4e-3 },
  },
  plan: (chosen) => infloraPlan(inB5(chosen)),
  describe: (chosen) => [...describeInflora(inB5(chosen)), `adapters in the first ${chosen.blocks} blocks`],
  create: (bench, chosen) => {
    const adaptation = new InfloraAdaptation(bench, inB5(chosen));
    return { adaptation, readout: ownHeads(adaptation) };
  },
});
