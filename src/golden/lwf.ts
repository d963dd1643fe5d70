/** LwF: the network before the task tells the old classes' logits of its images. */
import * as v from 'valibot';
import { createLwf, lwf } from '../continual/methods/lwf';
import type { RivalScenario } from './rival';
import { TRAINING } from './rival-course';
import { RivalTraining } from './rival-training';

const recorded = v.looseObject({ ...TRAINING, lamda: v.number(), T: v.number() });

export const compareLwf: RivalScenario = async function* (rival, model, linalg, comparison) {
  const { lamda: lambda, T: temperature } = rival.scalars(recorded);
  const training = new RivalTraining(rival, model, linalg, comparison);
  const options = { lambda, temperature, adapt: 'full', rank: 1 } as const;
  const method = createLwf(training.bench, options, training.hooks);
  yield* training.all(method, lwf.plan(options));
};
