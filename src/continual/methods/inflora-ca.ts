import { InfloraAdaptation } from '../adaptations/inflora';
import { ALIGNMENT_DEFAULTS } from '../alignment';
import { defineMethod } from '../definition';
import { INFLORA, SLCA } from '../papers';
import { AlignedHeads } from '../readouts/aligned-heads';
import { describeInflora, infloraEquations, infloraOptions, infloraPlan, infloraSuggested } from './inflora';

/** InfLoRA whose heads are aligned after every task from the second on; the next task starts from the aligned ones. */
export const infloraCa = defineMethod({
  id: 'inflora-ca',
  title: 'InfLoRA + CA',
  role: 'contestant',
  approach: 'subspace',
  papers: [INFLORA, SLCA],
  equations: [...infloraEquations, { reference: 'SLCA: classifier alignment with logit normalisation', code: 'alignClassifier' }],
  trainsOn: 'task',
  options: infloraOptions,
  suggested: infloraSuggested,
  searched: {
    materials: { rate: 3e-3, options: { rank: 16, targets: 'all' } },
    ten: { rate: 4e-3, options: { rank: 16, targets: 'all' } },
    alphabets: { rate: 5e-4 },
    styles: { rate: 2e-3 },
    things: { rate: 2e-3 },
  },
  reads: 'aligned',
  plan: (options) => ({ ...infloraPlan(options), alignment: ALIGNMENT_DEFAULTS, keeps: ['bases', 'Gaussians'] }),
  describe: describeInflora,
  create: (bench, options) => {
    const adaptation = new InfloraAdaptation(bench, options);
    const rng = bench.rng.fork('alignment');
    return { adaptation, readout: new AlignedHeads(adaptation, bench, bench.model.config.dim, rng, { overwrite: true }) };
  },
});
