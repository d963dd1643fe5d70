/** Time and memory of what a plan will do, from the very programs that will run: all that is known above of its shapes. */
import type { VitConfig } from '../vit/config';
import type { MapInput } from './backbone';
import type { Calibration } from './calibration';
import { adapterLayout } from './plan/adapter-layout';
import { programTime } from './plan/cost';
import { adaptersOf, plannedTraining, planMemory, promptsOf, type MemoryOn } from './plan/memory';
import type { Program } from './plan/ops';
import { promptLayout } from './plan/prompt-layout';
import { featuresProgram, momentsProgram } from './plan/programs';
import { batchWithoutGradients } from './plan/network';
import type { PlannedPrompts } from './prompts';
import { imagesOfStep, trainsNetwork, type PlannedAdapters, type PlannedModel } from './trainables';

/** A pass without gradients: to second moments of these inputs, to features, or to both. */
export interface Pass {
  readonly moments?: readonly MapInput[];
  readonly features?: boolean;
  /** Attached meanwhile; none by default. */
  readonly adapters?: PlannedAdapters | null;
  readonly prompts?: readonly PlannedPrompts[];
}

/** All in milliseconds. */
export interface Forecast {
  /** One training step with a full batch; null where nothing behind the classifier is trained. */
  step(model: PlannedModel, batch: number): number | null;
  /** Training once on so many images; 0 where nothing is trained. */
  epoch(model: PlannedModel, batch: number, images: number): number;
  /** So many images, handed over `chunk` at a time. */
  pass(pass: Pass, images: number, chunk: number): number;
}

/** On a device that was calibrated; `factor`: see `correction`. */
export function createForecast(config: VitConfig, calibration: Calibration, factor = 1): Forecast {
  const programs = new Map<string, Program>();
  const once = (key: unknown, build: () => Program): Program => {
    const name = JSON.stringify(key);
    const program = programs.get(name) ?? build();
    programs.set(name, program);
    return program;
  };
  const training = (model: PlannedModel, batch: number): Program | null => {
    if (!trainsNetwork(model.trainables)) return null;
    return once([model, batch], () => plannedTraining(config, imagesOfStep(model, batch, batch), model));
  };
  const inParts = (count: number, size: number, time: (part: number) => number): number => {
    const rest = count % size;
    return (count >= size ? Math.floor(count / size) * time(size) : 0) + (rest > 0 ? time(rest) : 0);
  };
  const run = (program: Program, images: number): number =>
    inParts(images, program.maxBatch, (part) => factor * programTime(program, part, calibration));
  return {
    step: (model, batch) => {
      const program = training(model, batch);
      return program && factor * programTime(program, program.maxBatch, calibration);
    },
    epoch: (model, batch, images) => {
      const program = training(model, batch);
      if (!program) return 0;
      return inParts(images, batch, (part) => factor * programTime(program, imagesOfStep(model, part, batch), calibration));
    },
    pass: (pass, images, chunk) => {
      const program = once(pass, () => {
        const adapters = adapterLayout(config, adaptersOf(config, pass.adapters ?? null));
        const prompts = promptLayout(config, promptsOf(config, pass.prompts ?? []));
        const spec = { config, adapters, prompts, maxBatch: batchWithoutGradients(config) };
        const { moments: inputs, features = false } = pass;
        return inputs ? momentsProgram(spec, { inputs, features }) : featuresProgram(spec);
      });
      return inParts(images, chunk, (part) => run(program, part));
    },
  };
}

/**
 * What to multiply a forecast by, from the first steps of a run: how often they were longer than foretold, in the median, the first
 * of all left out, which compiles and warms up. 1 where there are none yet.
 */
export function correction(foretold: number, measured: readonly number[]): number {
  const ratios = measured
    .slice(1)
    .map((milliseconds) => milliseconds / foretold)
    .sort((a, b) => a - b);
  return ratios[ratios.length >> 1] ?? 1;
}

/** Peak bytes of training `models` of one backbone in turns, and of the passes between. */
export function peakMemory(config: VitConfig, batch: number, models: readonly PlannedModel[], on: MemoryOn): number {
  return planMemory(config, batch, models, on);
}
