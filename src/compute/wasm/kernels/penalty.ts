// Penalties on weights and factors, and squares of gradients.
import { arg, argFloat } from './math';

/** Floats an item of squares adds. */
const SEGMENT: usize = 4096;

/**
 * out = add + gradient of a penalty, one number of its value an item. 0 w, 1 importance or 0, 2 anchor or 0, 3 add or 0, 4 out,
 * 5 value, 6 count, 7 floats an item, 8 form (0 quadratic, 1 absolute, 2 norm), 9 weight.
 */
export function penaliseItem(op: usize, item: i32): void {
  const share = arg(op, 7);
  const from = (<usize>item * share) << 2;
  const to = min(arg(op, 6) << 2, from + (share << 2));
  const values = arg(op, 0);
  const importance = arg(op, 1);
  const anchor = arg(op, 2);
  const add = arg(op, 3);
  const out = arg(op, 4);
  const form = arg(op, 8);
  const weight = argFloat(op, 9);
  let total: f64 = 0;
  let norm: f64 = 0;
  if (form == 2) {
    for (let i = from; i < to; i += 4) norm += <f64>load<f32>(values + i) * <f64>load<f32>(values + i);
    norm = sqrt<f64>(norm);
    total = norm;
  }
  const overNorm: f32 = norm > 0 ? <f32>(1 / norm) : 0;
  for (let i = from; i < to; i += 4) {
    const w = load<f32>(values + i);
    let slope: f32 = 0;
    if (form == 0) {
      const apart = anchor ? w - load<f32>(anchor + i) : w;
      const scaled = importance ? load<f32>(importance + i) * apart : apart;
      slope = <f32>2 * scaled;
      total += <f64>scaled * <f64>apart;
    } else if (form == 1) {
      slope = w > 0 ? <f32>1 : w < 0 ? <f32>-1 : w;
      total += <f64>abs<f32>(w);
    } else slope = w * overNorm;
    store<f32>(out + i, (add ? load<f32>(add + i) : 0) + weight * slope);
  }
  store<f32>(arg(op, 5) + (<usize>item << 2), <f32>(total * <f64>weight));
}

/** out += g² · exp(−loss). 0 gradient, 1 loss or 0, 2 out, 3 count. */
export function addSquaresItem(op: usize, item: i32): void {
  const from = (<usize>item * SEGMENT) << 2;
  const to = min(arg(op, 3) << 2, from + (SEGMENT << 2));
  const gradient = arg(op, 0);
  const out = arg(op, 2);
  const factor: f32 = arg(op, 1) ? <f32>NativeMath.exp(-(<f64>load<f32>(arg(op, 1)))) : 1;
  for (let i = from; i < to; i += 4) {
    const g = load<f32>(gradient + i);
    store<f32>(out + i, load<f32>(out + i) + g * g * factor);
  }
}
