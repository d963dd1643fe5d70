/** Memory that the plan will take, from the very programs that will run: nothing is allocated to find out. */
import type { VitConfig } from '../../vit/config';
import type { Adapter, DeviceKind, MapInput, Trainables, TrainSpec } from '../backbone';
import type { PlannedPrompts, Prompts } from '../prompts';
import { imagesOfStep, trainsNetwork, type PlannedAdapters, type PlannedModel } from '../trainables';
import { adapterLayout, targetShape } from './adapter-layout';
import { allocate } from './allocate';
import { batchWithoutGradients, type NetworkSpec } from './network';
import { extentOf, type BufferRole, type Program } from './ops';
import { promptLayout } from './prompt-layout';
import { featuresProgram, momentsProgram, trainingPrograms } from './programs';
import { weightLayout } from './weights';
import { crossEntropy } from '../objective';

/** Where the plan will run, and how. */
export interface MemoryOn {
  readonly kind: DeviceKind;
  /** With each block's activations computed again (see `TrainSpec.recompute`). */
  readonly recompute?: boolean;
  /** Inputs whose second moments are gathered at once; by default those of attention. */
  readonly moments?: readonly MapInput[];
  /** Whether weights that nobody changed are stored as halves: a file in half precision on a device with `DeviceInfo.halves`. */
  readonly halves?: boolean;
}

/** Classes of the head that is trained: too few floats to matter. */
const CLASSES = { from: 0, to: 10 };
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
  { kind, recompute = false, moments: inputs = ['qkv'], halves = false }: MemoryOn,
): number {
  const weights = FLOAT * [...weightLayout(config).buffers.values()].reduce((sum, floats) => sum + floats, 0);
  const spec = { config, adapters: adapterLayout(config, []), maxBatch: batchWithoutGradients(config) };
  const moments = momentsProgram(spec, { inputs, features: true });
  // The sums of second moments are gone before a step's gradients come.
  const workspaces = [placesOf(featuresProgram(spec)), placesOf(moments).set('moments', bytesIn(moments, ['trainer']))];
  let kept = halves ? weights / 2 : weights;
  for (const model of models) {
    if (!trainsNetwork(model.trainables)) continue;
    const step = plannedTraining(config, imagesOfStep(model, batch, batch), model, recompute);
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
export function plannedTraining(
  config: VitConfig,
  batch: number,
  { trainables, adapters: planned, prompts: pools = [] }: PlannedModel,
  recompute = false,
): Program {
  const adapters = adapterLayout(config, adaptersOf(config, planned));
  const prompts = promptLayout(config, promptsOf(config, pools));
  return trainingPrograms({ config, adapters, prompts, maxBatch: batch, recompute }, trainSpec(config, trainables, batch), CLASSES.to).step;
}

/**
 * Bytes of workspace that a training step takes, with all activations kept and with each block's computed again; whether the
 * second is called for follows from what there is room for.
 */
export function stepWorkspace(
  spec: NetworkSpec,
  train: TrainSpec,
  classes: number,
): { readonly kept: number; readonly recomputed: number } {
  const of = (recompute: boolean): number => bytesOfBlock(placesOf(trainingPrograms({ ...spec, recompute }, train, classes).step));
  return { kept: of(false), recomputed: of(true) };
}

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

/** Shapes alone matter: all of one width share an array of zeros. */
export function adaptersOf(config: VitConfig, planned: PlannedAdapters | null): Adapter[] {
  const zeros = new Map<number, Float32Array>();
  const of = (length: number): Float32Array => {
    const known = zeros.get(length) ?? new Float32Array(length);
    zeros.set(length, known);
    return known;
  };
  if (!planned) return [];
  const { targets, rank, blocks = config.depth, scale, earlier = 0 } = planned;
  const task = (index: number): Adapter[] =>
    Array.from({ length: Math.min(blocks, config.depth) }, (_, block) =>
      targets.map((target): Adapter => {
        const { inputs, outputs } = targetShape(config, target);
        const name = scale === 'shared' ? `task${index}` : `${block}.${target}`;
        return {
          ...{ block, target, rank, down: of(rank * inputs), up: of(outputs * rank) },
          ...(index < earlier ? { frozen: true } : {}),
          ...(scale ? { scale: { name, value: 1 } } : {}),
        };
      }),
    ).flat();
  return Array.from({ length: earlier + 1 }, (_, index) => task(index)).flat();
}

/** Shapes alone matter. */
export const promptsOf = ({ dim }: VitConfig, planned: readonly PlannedPrompts[]): Prompts[] =>
  planned.map((prompts) => ({ ...prompts, pool: new Float32Array(prompts.size * prompts.length * dim) }));

export function trainSpec({ dim }: VitConfig, trainables: Trainables, maxBatch: number): TrainSpec {
  return {
    ...{ trainables: { ...trainables, classifier: CLASSES }, objective: crossEntropy(CLASSES), maxBatch },
    optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 },
    classifier: { weight: new Float32Array(CLASSES.to * dim), bias: new Float32Array(CLASSES.to) },
  };
}
