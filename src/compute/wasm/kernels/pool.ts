// Tokens of an image to its feature, and the gradient back: (1 − maximum) · mean + maximum · the largest.
import { arg, argFloat } from './math';

/** Over the tokens of one image behind those in front. 0 x, 1 ld, 2 out, 3 ld, 4 tokens, 5 columns, 6 front, 7 maximum. */
export function poolItem(op: usize, item: i32): void {
  const tokens = arg(op, 4);
  const ld = arg(op, 1);
  const x = arg(op, 0) + <usize>item * tokens * ld;
  const out = arg(op, 2) + <usize>item * arg(op, 3);
  const front = arg(op, 6);
  const maximum = argFloat(op, 7);
  for (let i: usize = 0; i < arg(op, 5) << 2; i += 4) {
    let sum: f32 = 0;
    for (let token = front; token < tokens; token++) sum += load<f32>(x + token * ld + i);
    let value = sum / <f32>(tokens - front);
    if (maximum > 0) value = (<f32>1 - maximum) * value + maximum * largest(x + i, ld, front, tokens);
    store<f32>(out + i, value);
  }
}

/** Of one column. */
function largest(x: usize, ld: usize, front: usize, tokens: usize): f32 {
  let most = load<f32>(x + front * ld);
  for (let token = front + 1; token < tokens; token++) most = max(most, load<f32>(x + token * ld));
  return most;
}

/** Spreads a pooled gradient over the tokens. 0 gradient, 1 ld, 2 out, 3 ld, 4 tokens, 5 columns, 6 front, 7 maximum, 8 x, 9 ld. */
export function poolBackwardItem(op: usize, item: i32): void {
  const tokens = arg(op, 4);
  const ld = arg(op, 3);
  const gradient = arg(op, 0) + <usize>item * arg(op, 1);
  const out = arg(op, 2) + <usize>item * tokens * ld;
  const front = arg(op, 6);
  const maximum = argFloat(op, 7);
  const share: f32 = (<f32>1 - maximum) / <f32>(tokens - front);
  const bytes = arg(op, 5) << 2;
  for (let token: usize = 0; token < front; token++) memory.fill(out + token * ld, 0, bytes);
  for (let token = front; token < tokens; token++)
    for (let i: usize = 0; i < bytes; i += 4) store<f32>(out + token * ld + i, load<f32>(gradient + i) * share);
  if (maximum == 0) return;
  const xLd = arg(op, 9);
  const x = arg(op, 8) + <usize>item * tokens * xLd;
  for (let i: usize = 0; i < bytes; i += 4) {
    const most = largest(x + i, xLd, front, tokens);
    let equals: i32 = 0;
    for (let token = front; token < tokens; token++) if (load<f32>(x + token * xLd + i) == most) equals++;
    const own = (load<f32>(gradient + i) * maximum) / <f32>equals;
    for (let token = front; token < tokens; token++)
      if (load<f32>(x + token * xLd + i) == most) store<f32>(out + token * ld + i, load<f32>(out + token * ld + i) + own);
  }
}
