// The two ends of a training step: the loss and the optimiser.
import { arg, argFloat, exp1, madd } from './math';

/**
 * Mean cross-entropy and its gradient (softmax − one-hot) / rows; with weights, both added to what is there, (softmax − one-hot) ·
 * weight. 0 logits, 1 ld, 2 labels, 3 first class, 4 classes, 5 rows, 6 loss, 7 gradient, 8 ld, 9 weights or 0.
 */
export function crossEntropyItem(op: usize, _item: i32): void {
  const classes = arg(op, 4);
  const rows = arg(op, 5);
  const weights = arg(op, 9);
  let loss: f64 = 0;
  for (let row: usize = 0; row < rows; row++) {
    const weight: f32 = weights ? load<f32>(weights + (row << 2)) : <f32>1 / <f32>rows;
    if (weight == 0) continue;
    const logits = arg(op, 0) + row * arg(op, 1);
    const gradient = arg(op, 7) + row * arg(op, 8);
    let top = load<f32>(logits);
    for (let c: usize = 1; c < classes; c++) top = max(top, load<f32>(logits + (c << 2)));
    let sum: f64 = 0;
    for (let c: usize = 0; c < classes; c++) sum += exp1(load<f32>(logits + (c << 2)) - top);
    const label = <usize>(load<i32>(arg(op, 2) + (row << 2)) - <i32>arg(op, 3));
    const share = <f32>(weights ? <f64>weight / sum : 1 / (sum * <f64>rows));
    for (let c: usize = 0; c < classes; c++) {
      const at = gradient + (c << 2);
      const own = exp1(load<f32>(logits + (c << 2)) - top) * share - (c == label ? weight : 0);
      store<f32>(at, weights ? load<f32>(at) + own : own);
    }
    const surprise = <f64>top + NativeMath.log(sum) - <f64>load<f32>(logits + (label << 2));
    loss += weights ? surprise * <f64>weight : surprise;
  }
  store<f32>(arg(op, 6), weights ? load<f32>(arg(op, 6)) + <f32>loss : <f32>(loss / <f64>rows));
}

/**
 * A loss towards target logits t, added with its gradient to what is there. 0 logits z, 1 ld, 2 targets, 3 ld, 4 classes, 5 rows, 6 loss,
 * 7 gradient, 8 ld, 9 weights, 10 squared instead of softened, 11 1/T.
 */
export function targetLossItem(op: usize, _item: i32): void {
  const rows = arg(op, 5);
  let loss: f64 = 0;
  for (let row: usize = 0; row < rows; row++) {
    const weight = load<f32>(arg(op, 9) + (row << 2));
    if (weight == 0) continue;
    const z = arg(op, 0) + row * arg(op, 1);
    const t = arg(op, 2) + row * arg(op, 3);
    const gradient = arg(op, 7) + row * arg(op, 8);
    loss += <f64>weight * (arg(op, 10) ? squared(op, z, t, gradient, weight) : softened(op, z, t, gradient, weight));
  }
  store<f32>(arg(op, 6), load<f32>(arg(op, 6)) + <f32>loss);
}

/** −Σ softmax(t/T) · log softmax(z/T). */
function softened(op: usize, z: usize, t: usize, gradient: usize, weight: f32): f64 {
  const end = arg(op, 4) << 2;
  const scale = argFloat(op, 11);
  let topZ = load<f32>(z);
  let topT = load<f32>(t);
  for (let c: usize = 4; c < end; c += 4) {
    topZ = max(topZ, load<f32>(z + c));
    topT = max(topT, load<f32>(t + c));
  }
  let sumZ: f64 = 0;
  let sumT: f64 = 0;
  for (let c: usize = 0; c < end; c += 4) {
    sumZ += exp1((load<f32>(z + c) - topZ) * scale);
    sumT += exp1((load<f32>(t + c) - topT) * scale);
  }
  let along: f64 = 0;
  for (let c: usize = 0; c < end; c += 4) {
    const away = (load<f32>(z + c) - topZ) * scale;
    const wanted = <f64>exp1((load<f32>(t + c) - topT) * scale) / sumT;
    along += wanted * <f64>away;
    store<f32>(gradient + c, load<f32>(gradient + c) + <f32>(<f64>(weight * scale) * (<f64>exp1(away) / sumZ - wanted)));
  }
  return NativeMath.log(sumZ) - along;
}

/** The mean of (z − t)² over the columns that have a target. */
function squared(op: usize, z: usize, t: usize, gradient: usize, weight: f32): f64 {
  const end = arg(op, 4) << 2;
  let count: f64 = 0;
  for (let c: usize = 0; c < end; c += 4) if (load<f32>(t + c) < NO_TARGET) count += 1;
  let sum: f64 = 0;
  for (let c: usize = 0; c < end; c += 4) {
    const target = load<f32>(t + c);
    if (target >= NO_TARGET) continue;
    const off = <f64>load<f32>(z + c) - <f64>target;
    sum += off * off;
    store<f32>(gradient + c, load<f32>(gradient + c) + <f32>((2 * <f64>weight * off) / count));
  }
  return count > 0 ? sum / count : 0;
}

/** plan/ops.ts */
const NO_TARGET: f32 = 1e30;

/** Floats an item of an optimiser updates. */
const SEGMENT: usize = 4096;

/**
 * Adam with L2 decay. 0 parameter, 1 gradient, 2 first moment, 3 second, 4 count, 5 address of the rate, 6 address of
 * 1/(1 − β₁ᵗ), 1/(1 − β₂ᵗ), 7 β₁, 8 1 − β₁, 9 β₂, 10 1 − β₂, 11 ε, 12 decay.
 */
export function adamItem(op: usize, item: i32): void {
  const from = (<usize>item * SEGMENT) << 2;
  const to = min(arg(op, 4) << 2, from + (SEGMENT << 2));
  const parameter = arg(op, 0);
  const gradient = arg(op, 1);
  const first = arg(op, 2);
  const second = arg(op, 3);
  const rate = load<f32>(arg(op, 5)) * load<f32>(arg(op, 6));
  const correction = load<f32>(arg(op, 6), 4);
  const beta1 = argFloat(op, 7);
  const rest1 = argFloat(op, 8);
  const beta2 = argFloat(op, 9);
  const rest2 = argFloat(op, 10);
  const eps = argFloat(op, 11);
  const decay = argFloat(op, 12);
  let i = from;
  for (; i + 16 <= to; i += 16) {
    const p = v128.load(parameter + i);
    const g = madd(p, f32x4.splat(decay), v128.load(gradient + i));
    const m = madd(v128.load(first + i), f32x4.splat(beta1), f32x4.mul(g, f32x4.splat(rest1)));
    const v = madd(v128.load(second + i), f32x4.splat(beta2), f32x4.mul(f32x4.mul(g, g), f32x4.splat(rest2)));
    v128.store(first + i, m);
    v128.store(second + i, v);
    const below = f32x4.add(f32x4.sqrt(f32x4.mul(v, f32x4.splat(correction))), f32x4.splat(eps));
    v128.store(parameter + i, f32x4.sub(p, f32x4.div(f32x4.mul(m, f32x4.splat(rate)), below)));
  }
  for (; i < to; i += 4) {
    const p = load<f32>(parameter + i);
    const g = p * decay + load<f32>(gradient + i);
    const m = load<f32>(first + i) * beta1 + g * rest1;
    const v = load<f32>(second + i) * beta2 + g * g * rest2;
    store<f32>(first + i, m);
    store<f32>(second + i, v);
    store<f32>(parameter + i, p - (m * rate) / (sqrt<f32>(v * correction) + eps));
  }
}

/** SGD, m ← μ m + g. 0 parameter, 1 gradient, 2 momentum, 3 count, 4 address of the rate, 5 μ, 6 decay. */
export function sgdItem(op: usize, item: i32): void {
  const from = (<usize>item * SEGMENT) << 2;
  const to = min(arg(op, 3) << 2, from + (SEGMENT << 2));
  const parameter = arg(op, 0);
  const gradient = arg(op, 1);
  const momentum = arg(op, 2);
  const rate = load<f32>(arg(op, 4));
  const mu = argFloat(op, 5);
  const decay = argFloat(op, 6);
  let i = from;
  for (; i + 16 <= to; i += 16) {
    const p = v128.load(parameter + i);
    const g = madd(p, f32x4.splat(decay), v128.load(gradient + i));
    const m = madd(v128.load(momentum + i), f32x4.splat(mu), g);
    v128.store(momentum + i, m);
    v128.store(parameter + i, f32x4.sub(p, f32x4.mul(m, f32x4.splat(rate))));
  }
  for (; i < to; i += 4) {
    const p = load<f32>(parameter + i);
    const m = load<f32>(momentum + i) * mu + (p * decay + load<f32>(gradient + i));
    store<f32>(momentum + i, m);
    store<f32>(parameter + i, p - m * rate);
  }
}

/** Σ x² in float64. 0 x, 1 count, 2 out. */
export function squaresItem(op: usize, _item: i32): void {
  let sum: f64 = 0;
  for (let i: usize = 0; i < arg(op, 1); i++) {
    const value = <f64>load<f32>(arg(op, 0) + (i << 2));
    sum += value * value;
  }
  store<f32>(arg(op, 2), <f32>sum);
}

/** x · min(1, limit / (√Σ squares + 1e-6)). 0 x, 1 count, 2 squares, 3 parts, 4 limit. */
export function limitItem(op: usize, item: i32): void {
  let sum: f32 = 0;
  for (let i: usize = 0; i < arg(op, 3); i++) sum += load<f32>(arg(op, 2) + (i << 2));
  const factor = min(<f32>1, argFloat(op, 4) / (sqrt<f32>(sum) + <f32>1e-6));
  const from = <usize>item * SEGMENT;
  for (let i = from; i < min(arg(op, 1), from + SEGMENT); i++) {
    const at = arg(op, 0) + (i << 2);
    store<f32>(at, load<f32>(at) * factor);
  }
}
