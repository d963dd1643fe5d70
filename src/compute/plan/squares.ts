import type { SquaredGradients, SquaresSpec, TrainSpec } from '../backbone';
import type { LabelledBatch } from '../images';
import { crossEntropy } from '../objective';
import { checkBatch, chunks } from './checks';
import type { DeviceBuffer } from './executor';
import { gradientsByName } from './gradients';
import type { ModelCore } from './model-core';
import type { NetworkSpec } from './network';
import type { Op, Program } from './ops';
import { NO_PROMPTS } from './prompt-layout';
import { trainingPrograms } from './programs';

const SQUARES = 'squares.';

/** Sums of squared gradients kept on the device until they are asked for. */
export class PlanSquares implements SquaredGradients {
  private readonly own = new Map<string, DeviceBuffer>();
  private readonly program: Program;
  private readonly train: TrainSpec;
  private disposed = false;

  constructor(
    private readonly model: ModelCore,
    private readonly spec: SquaresSpec,
    private readonly onDispose: () => void,
  ) {
    const { config, layout, executor } = model;
    this.train = trainSpecOf(spec);
    this.program = squaresProgram({ config, adapters: layout, maxBatch: this.train.maxBatch }, spec);
    try {
      for (const { name, role, size } of this.program.buffers.values()) {
        if (role === 'trainer') this.own.set(name, executor.create('f32', size.fixed));
      }
    } catch (error) {
      this.free();
      throw error;
    }
    for (const part of ['weight', 'bias'] as const) {
      const buffer = this.own.get(`classifier.${part}`);
      if (buffer) executor.write(buffer, spec.classifier[part]);
    }
  }

  async add(batch: LabelledBatch): Promise<void> {
    this.assertOpen();
    const { config, executor } = this.model;
    checkBatch(config, batch, { ...this.train, maxBatch: this.spec.maxBatch });
    for (const { first, count, pixels } of chunks(batch, this.spec.of === 'image' ? 1 : batch.count)) {
      const inputs = new Map<string, Uint8Array | Int32Array | Float32Array>([
        ['images', pixels],
        ['labels', batch.labels.subarray(first, first + count)],
        ['scalars', new Float32Array(4)],
      ]);
      const run = this.model.run({ program: this.program, batch: count, inputs, results: [] }, this.own);
      run.catch(() => undefined);
      await (executor.ready ? Promise.race([run, executor.ready()]) : run);
    }
  }

  async finish(): Promise<Map<string, Float32Array>> {
    this.assertOpen();
    const { executor, layout, weights } = this.model;
    const buffers = [...this.own].filter(([name]) => name.startsWith(SQUARES));
    const reads = buffers.map(async ([name, buffer]) => [name.slice(SQUARES.length), await executor.read(buffer)] as const);
    this.dispose();
    return gradientsByName(new Map(await Promise.all(reads)), this.spec.trainables, weights.layout, layout, NO_PROMPTS);
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.free();
    this.onDispose();
  }

  private free(): void {
    for (const buffer of this.own.values()) this.model.executor.destroy(buffer);
  }

  private assertOpen(): void {
    if (this.disposed) throw new Error('These squared gradients were finished or disposed');
  }
}

/** What a trainer would be opened for, to see these gradients. */
export const trainSpecOf = ({ trainables, classes, classifier, of, maxBatch }: SquaresSpec): TrainSpec => ({
  trainables: { ...trainables, classifier: classes },
  objective: crossEntropy(classes),
  optimizer: { kind: 'sgd', momentum: 0, weightDecay: 0 },
  maxBatch: of === 'image' ? 1 : maxBatch,
  classifier,
});

/** Gradients, and their squares added to `squares.<buffer>`. */
export function squaresProgram(network: NetworkSpec, spec: SquaresSpec): Program {
  const { ops, buffers, maxBatch } = trainingPrograms(network, trainSpecOf(spec), spec.classifier.bias.length).gradients;
  const all = new Map(buffers);
  const adds: Op[] = [];
  for (const { name, size } of buffers.values()) {
    const of = /^gradient\.(.*)$/.exec(name)?.[1];
    if (of === undefined) continue;
    const out = `${SQUARES}${of}`;
    all.set(out, { name: out, role: 'trainer', type: 'f32', size });
    const at = (buffer: string) => ({ buffer, offset: 0, stride: 1 });
    adds.push({
      ...{ kind: 'addSquares', gradient: at(name), out: at(out), count: size.fixed },
      ...(spec.byLikelihood ? { loss: at('loss') } : {}),
    });
  }
  return { ops: [...ops, ...adds], buffers: all, maxBatch };
}
