import type { ComputeDevice, TrainSpec } from '../../../src/compute/backbone';
import { adapterLayout } from '../../../src/compute/plan/adapter-layout';
import { allocate } from '../../../src/compute/plan/allocate';
import { trainingPrograms } from '../../../src/compute/plan/programs';
import { countCommands, timeSubmission } from '../commands';
import type { Contender } from '../contender';
import { RATE, type Problem } from '../problem';
import { spreadOf } from '../spread';

const RATES = { backbone: RATE, classifier: RATE };

/** Steps whose submission is timed: as many as take less than this together, milliseconds. */
const SUBMISSIONS = { most: 15, within: 40_000 };
/** Long enough for a software adapter's threads to go to sleep. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));

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
    compiles: device.info.kind === 'webgpu',
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
      if (device.info.kind !== 'webgpu') return null;
      const times: { readonly total: number; readonly submit: number }[] = [];
      const { most, within } = SUBMISSIONS;
      const started = performance.now();
      const finished = async (step: Promise<void>): Promise<void> => {
        await step;
        await trainer.losses();
        // Nothing left to do for an adapter that would compute on the same cores.
        await pause();
      };
      await pause();
      while (times.length < most && performance.now() - started < within) {
        // With room on the queue a step is recorded and submitted before `step` returns its promise.
        let step = Promise.resolve();
        times.push(timeSubmission(() => void (step = trainer.step(batch, RATES))));
        await finished(step);
      }
      const commands = await countCommands(() => trainer.step(batch, RATES));
      await trainer.losses();
      return { total: spreadOf(times.map(({ total }) => total)), submit: spreadOf(times.map(({ submit }) => submit)), commands };
    },
  };
}
