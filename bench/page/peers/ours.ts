import type { ComputeDevice, TrainSpec } from '../../../src/compute/backbone';
import { adapterLayout } from '../../../src/compute/plan/adapter-layout';
import { allocate } from '../../../src/compute/plan/allocate';
import { trainingPrograms } from '../../../src/compute/plan/programs';
import type { Contender } from '../contender';
import { RATE, type Problem } from '../problem';

const RATES = { backbone: RATE, classifier: RATE };

/** Workspace of a training step: kept for the backward pass, and temporaries. */
export function activationBytesOf({ shape, adapters }: Problem, spec: TrainSpec): number {
  const layout = adapterLayout(shape.config, adapters);
  const program = trainingPrograms({ config: shape.config, adapters: layout, maxBatch: shape.batch }, spec, spec.classifier.bias.length);
  return 4 * allocate(program.step).slots.reduce((sum, floats) => sum + floats, 0);
}

/** Our plan on one of its executors, through the interface that the product uses. */
export async function ours(problem: Problem, device: ComputeDevice): Promise<Contender> {
  const { checkpoint, adapters, batch, spec } = problem;
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
    activationBytes: () => activationBytesOf(problem, spec),
    async submission() {
      if (device.info.kind !== 'webgpu') return NaN;
      await trainer.losses();
      // With room on the queue a step is recorded and submitted before `step` returns its promise.
      const times: number[] = [];
      const started = performance.now();
      while (times.length < 5 && (times.length === 0 || performance.now() - started < 15_000)) {
        const before = performance.now();
        const step = trainer.step(batch, RATES);
        times.push(performance.now() - before);
        await step;
        await trainer.losses();
      }
      return times.sort((a, b) => a - b)[times.length >> 1] ?? NaN;
    },
  };
}
