import { parseExperiment, type Experiment, type MethodId } from '../../../session/experiment';
import { keepingBestRates } from '../../../session/rates';
import { joining } from '../../../session/suggested';

/** The same stream and training, one method against InfLoRA alone. */
export function against(experiment: Experiment, id: MethodId): Experiment {
  const methods = ['inflora', id].map((wanted) => experiment.methods.find((spec) => spec.id === wanted) ?? joining(experiment, wanted));
  return keepingBestRates(experiment, parseExperiment({ ...experiment, methods }));
}
