/** Training steps of ours at any shape, after any number of tasks. */
import { expose } from 'comlink';
import type { ComputeDevice, TrainSpec, VitModel } from '../../src/compute/backbone';
import { tinyAdapters, tinyBatch, tinyClassifier } from '../../src/compute/testing/fixtures';
import { activationBytesOf } from './peers/ours';
import { problemOf, RATE, type Problem } from './problem';
import { CLASSES, type Shape } from './shapes';
import { spreadOf, type Spread } from './spread';
import { crossEntropy } from '../../src/compute/objective';

const RATES = { backbone: RATE, classifier: RATE };
/** Milliseconds of steps to take the median of, and how many at least and at most. */
const BUDGET = 800;
const LEAST = 3;
const MOST = 15;

let device: ComputeDevice | null = null;

export interface Cost {
  readonly step: Spread;
  readonly activationBytes: number;
  readonly stateBytes: number;
}

/** As InfLoRA learns a task: new adapters, the task's own columns of a head that has grown; the old adapters are merged. */
async function nthTask(model: VitModel, problem: Problem, task: number): Promise<TrainSpec> {
  const { config, rank } = problem.shape;
  model.attach(
    tinyAdapters(config, ['k', 'v'], rank, 4 + task, true).map((one) => ({
      ...one,
      up: one.up.map((value) => value / Math.sqrt(config.dim)),
    })),
  );
  const classes = { from: CLASSES * (task - 1), to: CLASSES * task };
  const trainables = { ...problem.spec.trainables, classifier: classes };
  return { ...problem.spec, trainables, classifier: tinyClassifier(config, classes.to), objective: crossEntropy(classes) };
}

async function measure(shape: Shape, tasks: number): Promise<Cost> {
  if (!device) throw new Error('No device is open');
  const problem = problemOf(shape);
  const bare = await device.load(problem.checkpoint);
  const model = await bare.fork();
  try {
    for (let task = 1; task < tasks; task++) {
      await nthTask(model, problem, task);
      model.merge();
    }
    const spec = await nthTask(model, problem, tasks);
    const trainer = model.train(spec);
    const batch = tinyBatch(shape.config, shape.batch, 2, spec.trainables.classifier);
    const step = async (): Promise<number> => {
      const before = performance.now();
      await trainer.step(batch, RATES);
      await trainer.losses();
      return performance.now() - before;
    };
    await step();
    const times: number[] = [];
    const started = performance.now();
    while (times.length < LEAST || (times.length < MOST && performance.now() - started < BUDGET)) times.push(await step());
    const stateBytes = device.memory().bytes;
    trainer.dispose();
    return { step: spreadOf(times), stateBytes, activationBytes: activationBytesOf(problem, spec) };
  } finally {
    model.dispose();
    bare.dispose();
  }
}

const api = {
  async open(kind: 'wasm' | 'webgpu'): Promise<string> {
    device =
      kind === 'wasm'
        ? await (await import('../../src/compute/wasm/device')).openWasmDevice()
        : await (await import('../../src/compute/webgpu/device')).openWebgpuDevice();
    return device.info.name;
  },
  measure,
};
export type GrowthApi = typeof api;

expose(api);
