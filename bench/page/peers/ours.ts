import type { ComputeDevice } from '../../../src/compute/backbone';
import { adapterLayout } from '../../../src/compute/plan/adapter-layout';
import { allocate } from '../../../src/compute/plan/allocate';
import { trainingPrograms } from '../../../src/compute/plan/programs';
import type { Contender } from '../contender';
import { RATE, type Problem } from '../problem';
import { CLASSES } from '../shapes';

const RATES = { backbone: RATE, classifier: RATE };

/** Our plan on one of its executors, through the interface that the product uses. */
export async function ours(problem: Problem, device: ComputeDevice): Promise<Contender> {
  const { checkpoint, adapters, batch, spec, shape } = problem;
  const bare = await device.load(checkpoint);
  const model = await bare.fork();
  model.attach(adapters);
  const trainer = model.train(spec);
  return {
    device: device.info.name,
    answer: () => trainer.gradients(batch),
    async train(count) {
      for (let i = 0; i < count; i++) await trainer.step(batch, RATES);
      await trainer.losses();
    },
    async forward(count) {
      let features = new Float32Array();
      for (let i = 0; i < count; i++) features = new Float32Array(await bare.features(batch));
      return features;
    },
    activationBytes() {
      const layout = adapterLayout(shape.config, adapters);
      const { step } = trainingPrograms({ config: shape.config, adapters: layout, maxBatch: shape.batch }, spec, CLASSES);
      return 4 * allocate(step).slots.reduce((sum, floats) => sum + floats, 0);
    },
    async submission() {
      if (device.info.kind !== 'webgpu') return NaN;
      await trainer.losses();
      // With room on the queue a step is recorded and submitted before `step` returns its promise.
      const times: number[] = [];
      for (let i = 0; i < 5; i++) {
        const before = performance.now();
        const step = trainer.step(batch, RATES);
        times.push(performance.now() - before);
        await step;
        await trainer.losses();
      }
      return times.sort((a, b) => a - b)[2] ?? NaN;
    },
  };
}
