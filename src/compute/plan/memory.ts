/** Memory that the plan will take, from the very programs that will run: nothing is allocated to find out. */
import type { VitConfig } from '../../vit/config';
import type { DeviceKind, MapInput, TrainSpec } from '../backbone';
import { imagesOfStep, trainsNetwork, type PlannedModel } from '../trainables';
import { adapterLayout } from './adapter-layout';
import { allocate } from './allocate';
import { batchWithoutGradients, type NetworkSpec } from './network';
import { extentOf, type BufferRole, type Program } from './ops';
import { CLASSES, planned, promptsOf } from './planned';
import { promptLayout } from './prompt-layout';
import { featuresProgram, momentsProgram, trainingPrograms } from './programs';
import { weightLayout } from './weights';

/** Where the plan will run, and how. */
export interface MemoryOn {
  readonly kind: DeviceKind;
  /** With each block's activations computed again (see `TrainSpec.recompute`). */
  readonly recompute?: boolean;
  /** With so many images of a batch at a time (see `TrainSpec.microBatch`). */
  readonly images?: number;
  /** Inputs whose second moments are gathered at once; by default those of attention. */
  readonly moments?: readonly MapInput[];
  /** Whether weights that nobody changed are stored as halves: a file in half precision on a device with `DeviceInfo.halves`. */
  readonly halves?: boolean;
}

const FLOAT = 4;
const PACKED = 'packed';
const BYTES = { f32: 4, i32: 4, u8: 1 } as const;

/**
 * Peak bytes on a device of this kind for training `models` of one backbone in turns, with batches of `batch`: the untouched
 * weights, a copy for every model that changes some (by training or by merging), its gradients and moments, and the workspace
 * that all programs share.
 */
export function planMemory(
  config: VitConfig,
  batch: number,
  models: readonly PlannedModel[],
  { kind, recompute = false, images = Infinity, moments: inputs = ['qkv'], halves = false }: MemoryOn,
): number {
  const weights = FLOAT * [...weightLayout(config).buffers.values()].reduce((sum, floats) => sum + floats, 0);
  const spec = { config, adapters: adapterLayout(config, []), maxBatch: batchWithoutGradients(config) };
  const moments = momentsProgram(spec, { inputs, features: true });
  // The sums of second moments are gone before a step's gradients come.
  const workspaces = [placesOf(featuresProgram(spec)), placesOf(moments).set('moments', bytesIn(moments, ['trainer']))];
  let kept = halves ? weights / 2 : weights;
  for (const model of models) {
    if (!trainsNetwork(model.trainables)) continue;
    const step = plannedTraining(config, imagesOfStep(model, batch, batch), model, { recompute, images });
    // Where all weights learn, those of before are a copy more; beside adapters they are the untouched ones.
    const copies = model.teacher && model.trainables.backbone === 'all' ? 2 : 1;
    // Prompts leave the weights alone, which all may then share.
    const shares = model.trainables.backbone === 'none' && !model.adapters;
    kept += (shares ? 0 : copies * weights) + bytesIn(step, ['trainer', 'adapters']);
    workspaces.push(placesOf(step));
    if (model.prompts)
      workspaces.push(placesOf(featuresProgram({ ...spec, prompts: promptLayout(config, promptsOf(config, model.prompts)) })));
  }
  return kept + (kind === 'webgpu' ? bytesOfBuffers(workspaces) : Math.max(...workspaces.map(bytesOfBlock)));
}

/** The program of a model's training step. */
export function plannedTraining(config: VitConfig, batch: number, model: PlannedModel, fit?: StepFit): Program {
  const { network, spec } = planned(config, model, batch);
  const { parts, step } = trainingPrograms(networkOf(network, fit ?? { recompute: false, images: batch }), spec, CLASSES.to);
  return parts?.step.last ?? step;
}

/** How a training step is made to fit. */
export interface StepFit {
  /** With each block's activations computed again. */
  readonly recompute: boolean;
  /** Images at a time; a batch of more is computed in parts. */
  readonly images: number;
}

/**
 * The first that fits into `available` bytes: all activations of a whole batch, each block's computed again, and that with half as many
 * images at a time, a quarter, and so on. A single image is tried whatever it takes.
 */
export function fitStep(spec: NetworkSpec, train: TrainSpec, classes: number, available: number): StepFit {
  const fits = (fit: StepFit): boolean => bytesOfBlock(placesOf(trainingPrograms(networkOf(spec, fit), train, classes).step)) <= available;
  const whole = { images: spec.maxBatch, recompute: false };
  if (fits(whole)) return whole;
  for (let images = spec.maxBatch; ; images = Math.ceil(images / 2)) {
    const fit = { images, recompute: true };
    if (images === 1 || fits(fit)) return fit;
  }
}

/** What the programs of such a step are built for. */
export const networkOf = (spec: NetworkSpec, { recompute, images }: StepFit): NetworkSpec => ({
  ...spec,
  ...{ recompute, maxBatch: Math.min(images, spec.maxBatch), partial: images < spec.maxBatch },
});

/** What a program takes of the workspace by place: slots by falling size, inputs, results, the packed operand of a processor's products. */
function placesOf(program: Program): Map<string, number> {
  const { ops, buffers, maxBatch } = program;
  const slots = [...allocate(program).slots].sort((a, b) => b - a);
  const places = new Map(slots.map((floats, i) => [`slot.${i}`, FLOAT * floats]));
  for (const { name, role, type, size } of buffers.values()) {
    if (role === 'input' || role === 'result') places.set(name, BYTES[type] * extentOf(size, maxBatch));
  }
  return places.set(PACKED, Math.max(0, ...ops.map((op) => (op.kind === 'gemm' ? FLOAT * op.n * extentOf(op.k, maxBatch) : 0))));
}

/** WASM lays out each program in one block of memory, which the next one uses again. */
const bytesOfBlock = (places: ReadonlyMap<string, number>): number => [...places.values()].reduce((sum, bytes) => sum + bytes, 0);

/** WebGPU has a buffer for every place, as large as the largest that any program asked for; its products pack nothing. */
function bytesOfBuffers(workspaces: readonly ReadonlyMap<string, number>[]): number {
  const largest = new Map<string, number>();
  for (const [place, bytes] of workspaces.flatMap((places) => [...places])) largest.set(place, Math.max(bytes, largest.get(place) ?? 0));
  largest.delete(PACKED);
  return bytesOfBlock(largest);
}

function bytesIn({ buffers, maxBatch }: Program, roles: readonly BufferRole[]): number {
  let bytes = 0;
  for (const { role, type, size } of buffers.values()) if (roles.includes(role)) bytes += BYTES[type] * extentOf(size, maxBatch);
  return bytes;
}
