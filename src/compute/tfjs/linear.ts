/** A linear map that may carry adapters, forward and backward. */
import * as tf from '@tensorflow/tfjs-core';
import type { VitConfig } from '../../vit/config';
import type { AdapterTarget } from '../backbone';
import type { Gradients } from './gradients';
import { matmul } from './kernels';
import { adapterName, linearOf, linearPrefix, linearShape, targetColumns, type LinearName } from './layout';
import type { Parameters } from './parameters';

/** Where an adapter sits; its values are parameters. */
export interface Placement {
  readonly block: number;
  readonly target: AdapterTarget;
  readonly rank: number;
}

interface PlacedColumns {
  readonly up: string;
  readonly down: string;
  readonly offset: number;
  readonly size: number;
}

export interface Linear {
  readonly weight: string;
  readonly bias: string;
  readonly outputs: number;
  readonly adapters: readonly PlacedColumns[];
}

/** Kept for the gradient; only what the trainables need. */
export interface LinearCache {
  /** W + up · down, [in, out]. */
  readonly effective: tf.Tensor2D;
  readonly input: tf.Tensor2D | null;
  /** x downᵀ [rows, rank], one for each group of adapters that share `down`. */
  readonly reduced: readonly tf.Tensor2D[];
}

export function describeLinear(config: VitConfig, block: number, name: LinearName, placements: readonly Placement[]): Linear {
  const prefix = linearPrefix(block, name);
  return {
    weight: `${prefix}.weight`,
    bias: `${prefix}.bias`,
    outputs: linearShape(config, name).outputs,
    adapters: placements
      .filter((placement) => placement.block === block && linearOf(placement.target) === name)
      .map(({ target }) => ({
        up: adapterName(block, target, 'up'),
        down: adapterName(block, target, 'down'),
        ...targetColumns(config, target),
      })),
  };
}

/**
 * W + Σ up · down, [in, out]: one product of the size of W serves forward and backward, where separate low-rank paths
 * would cost two passes over the activations; and merging is this very tensor, hence exact.
 */
export function effectiveWeight(parameters: Parameters, linear: Linear): tf.Tensor2D {
  let weight = parameters.get<tf.Tensor2D>(linear.weight);
  for (const group of sharedDown(parameters, linear.adapters)) {
    weight = tf.add(weight, matmul(parameters.get<tf.Tensor2D>(group.down), widenedUp(parameters, group.members, linear.outputs)));
  }
  return weight;
}

/** y = x (W + up · down) + b. */
export function linearForward(
  parameters: Parameters,
  linear: Linear,
  x: tf.Tensor2D,
  trainable: ReadonlySet<string> | null,
): { y: tf.Tensor2D; cache: LinearCache | null } {
  const effective = effectiveWeight(parameters, linear);
  const y = matmul(x, effective, { bias: parameters.get(linear.bias) });
  if (!trainable) return { y, cache: null };
  const wantsInput = trainable.has(linear.weight) || linear.adapters.some(({ down }) => trainable.has(down));
  const reduced = trainingGroups(parameters, linear, trainable).map(({ down }) => matmul(x, parameters.get<tf.Tensor2D>(down)));
  // A clone, so that whoever owns the cache may dispose it whether or not the tensor is also a parameter.
  return { y, cache: { effective: tf.clone(effective), input: wantsInput ? tf.clone(x) : null, reduced } };
}

/** Adds this map's gradients to `gradients`; returns dx where it is wanted. */
export function linearBackward(
  parameters: Parameters,
  linear: Linear,
  dy: tf.Tensor2D,
  cache: LinearCache,
  trainable: ReadonlySet<string>,
  gradients: Gradients,
  wantsInput: boolean,
): tf.Tensor2D | null {
  const { input, reduced, effective } = cache;
  trainingGroups(parameters, linear, trainable).forEach(({ members }, g) => {
    const u = reduced[g];
    if (!u) throw new Error('A low-rank product was not kept');
    // d(upᵀ) = (x downᵀ)ᵀ dy for all members at once: u is thin, so it is the one to transpose.
    const all = matmul(u, dy, { transposeA: true });
    for (const { up, offset, size } of members) gradients.set(up, tf.slice2d(all, [0, offset], [-1, size]));
  });
  for (const { up, down, offset, size } of linear.adapters) {
    if (!trainable.has(down)) continue;
    if (!input) throw new Error('An input was not kept');
    const pulled = matmul(tf.slice2d(dy, [0, offset], [-1, size]), parameters.get<tf.Tensor2D>(up), { transposeB: true });
    gradients.set(down, matmul(input, pulled, { transposeA: true }));
  }
  if (trainable.has(linear.weight)) {
    if (!input) throw new Error('An input was not kept');
    gradients.set(linear.weight, matmul(input, dy, { transposeA: true }));
    gradients.set(linear.bias, tf.sum(dy, 0));
  }
  return wantsInput ? matmul(dy, effective, { transposeB: true }) : null;
}

interface DownGroup {
  readonly down: string;
  readonly members: readonly PlacedColumns[];
}

function trainingGroups(parameters: Parameters, linear: Linear, trainable: ReadonlySet<string>): DownGroup[] {
  return sharedDown(
    parameters,
    linear.adapters.filter(({ up }) => trainable.has(up)),
  );
}

/** Adapters whose `down` is the same storage share its product. */
function sharedDown(parameters: Parameters, adapters: readonly PlacedColumns[]): DownGroup[] {
  const groups = new Map<object, { down: string; members: PlacedColumns[] }>();
  for (const adapter of adapters) {
    const { dataId } = parameters.get(adapter.down);
    const group = groups.get(dataId);
    if (group) group.members.push(adapter);
    else groups.set(dataId, { down: adapter.down, members: [adapter] });
  }
  return [...groups.values()];
}

/** The members' upᵀ [rank, size] side by side at their columns, zero elsewhere: [rank, outputs]. */
function widenedUp(parameters: Parameters, members: readonly PlacedColumns[], outputs: number): tf.Tensor2D {
  const parts: tf.Tensor2D[] = [];
  let column = 0;
  for (const { up, offset, size } of [...members].sort((a, b) => a.offset - b.offset)) {
    const value = parameters.get<tf.Tensor2D>(up);
    if (offset > column) parts.push(tf.zeros([value.shape[0], offset - column]));
    parts.push(value);
    column = offset + size;
  }
  const rank = parts.at(-1)?.shape[0] ?? 0;
  if (column < outputs) parts.push(tf.zeros([rank, outputs - column]));
  return parts.length === 1 ? tf.clone(parts[0] ?? tf.zeros([rank, outputs])) : tf.concat(parts, 1);
}
