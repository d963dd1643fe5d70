// LayerNorm, rows in place in the cache: two passes over a row instead of one unstable one.
import { arg, argFloat, horizontalSum, madd } from './math';

/** 0 x, 1 ld, 2 weight, 3 bias, 4 out, 5 ld, 6 statistics [rows][mean, 1/σ] or 0, 7 rows, 8 columns, 9 ε, 10 rows an item. */
export function layerNormItem(op: usize, item: i32): void {
  const weight = arg(op, 2);
  const bias = arg(op, 3);
  const statistics = arg(op, 6);
  const columns = arg(op, 8);
  const eps = argFloat(op, 9);
  const bytes = columns << 2;
  const whole = bytes & ~15;
  const from = <usize>item * arg(op, 10);
  const to = min(arg(op, 7), from + arg(op, 10));
  for (let row = from; row < to; row++) {
    const x = arg(op, 0) + row * arg(op, 1);
    const out = arg(op, 4) + row * arg(op, 5);
    let total = f32x4.splat(0);
    let i: usize = 0;
    for (; i < whole; i += 16) total = f32x4.add(total, v128.load(x + i));
    let sum = horizontalSum(total);
    for (; i < bytes; i += 4) sum += load<f32>(x + i);
    const mean = sum / <f32>columns;
    const means = f32x4.splat(mean);
    total = f32x4.splat(0);
    for (i = 0; i < whole; i += 16) {
      const difference = f32x4.sub(v128.load(x + i), means);
      total = madd(difference, difference, total);
    }
    sum = horizontalSum(total);
    for (; i < bytes; i += 4) {
      const difference = load<f32>(x + i) - mean;
      sum += difference * difference;
    }
    const over: f32 = <f32>1 / sqrt<f32>(sum / <f32>columns + eps);
    const overs = f32x4.splat(over);
    for (i = 0; i < whole; i += 16) {
      const normal = f32x4.mul(f32x4.sub(v128.load(x + i), means), overs);
      v128.store(out + i, madd(normal, v128.load(weight + i), v128.load(bias + i)));
    }
    for (; i < bytes; i += 4) store<f32>(out + i, (load<f32>(x + i) - mean) * over * load<f32>(weight + i) + load<f32>(bias + i));
    if (statistics) {
      store<f32>(statistics + (row << 3), mean);
      store<f32>(statistics + (row << 3), over, 4);
    }
  }
}

/**
 * dx = (g − mean g − x̂ · mean(g ∘ x̂)) / σ with g = dy ∘ weight, plus an addend (the residual path's gradient).
 * 0 dy, 1 ld, 2 x, 3 ld, 4 statistics, 5 weight, 6 addend or 0, 7 ld, 8 out, 9 ld, 10 rows, 11 columns, 12 rows an item.
 */
export function layerNormBackwardItem(op: usize, item: i32): void {
  const weight = arg(op, 5);
  const columns = arg(op, 11);
  const bytes = columns << 2;
  const whole = bytes & ~15;
  const from = <usize>item * arg(op, 12);
  const to = min(arg(op, 10), from + arg(op, 12));
  for (let row = from; row < to; row++) {
    const dy = arg(op, 0) + row * arg(op, 1);
    const x = arg(op, 2) + row * arg(op, 3);
    const addend = arg(op, 6) ? arg(op, 6) + row * arg(op, 7) : 0;
    const out = arg(op, 8) + row * arg(op, 9);
    const mean = load<f32>(arg(op, 4) + (row << 3));
    const over = load<f32>(arg(op, 4) + (row << 3), 4);
    const means = f32x4.splat(mean);
    const overs = f32x4.splat(over);
    let total = f32x4.splat(0);
    let product = f32x4.splat(0);
    let i: usize = 0;
    for (; i < whole; i += 16) {
      const g = f32x4.mul(v128.load(dy + i), v128.load(weight + i));
      total = f32x4.add(total, g);
      product = madd(g, f32x4.mul(f32x4.sub(v128.load(x + i), means), overs), product);
    }
    let sum = horizontalSum(total);
    let dot = horizontalSum(product);
    for (; i < bytes; i += 4) {
      const g = load<f32>(dy + i) * load<f32>(weight + i);
      sum += g;
      dot += g * ((load<f32>(x + i) - mean) * over);
    }
    sum /= <f32>columns;
    dot /= <f32>columns;
    const sums = f32x4.splat(sum);
    const dots = f32x4.splat(-dot);
    for (i = 0; i < whole; i += 16) {
      const g = f32x4.mul(v128.load(dy + i), v128.load(weight + i));
      const normal = f32x4.mul(f32x4.sub(v128.load(x + i), means), overs);
      let dx = f32x4.mul(madd(normal, dots, f32x4.sub(g, sums)), overs);
      if (addend) dx = f32x4.add(dx, v128.load(addend + i));
      v128.store(out + i, dx);
    }
    for (; i < bytes; i += 4) {
      const g = load<f32>(dy + i) * load<f32>(weight + i);
      let dx = (g - sum - (load<f32>(x + i) - mean) * over * dot) * over;
      if (addend) dx += load<f32>(addend + i);
      store<f32>(out + i, dx);
    }
  }
}

/**
 * Gradients of weight (Σ dy ∘ x̂) and bias (Σ dy), four columns an item.
 * 0 dy, 1 ld, 2 x, 3 ld, 4 statistics, 5 weight gradient, 6 bias gradient, 7 rows, 8 columns.
 */
export function layerNormParametersItem(op: usize, item: i32): void {
  const rows = arg(op, 7);
  const columns = arg(op, 8);
  const first = (<usize>item) << 2;
  const lddy = arg(op, 1);
  const ldx = arg(op, 3);
  let dy = arg(op, 0) + (first << 2);
  let x = arg(op, 2) + (first << 2);
  let statistics = arg(op, 4);
  if (first + 4 <= columns) {
    let weight = f32x4.splat(0);
    let bias = f32x4.splat(0);
    for (let row: usize = 0; row < rows; row++) {
      const g = v128.load(dy);
      const normal = f32x4.mul(f32x4.sub(v128.load(x), v128.load32_splat(statistics)), v128.load32_splat(statistics, 4));
      weight = madd(g, normal, weight);
      bias = f32x4.add(bias, g);
      dy += lddy;
      x += ldx;
      statistics += 8;
    }
    v128.store(arg(op, 5) + (first << 2), weight);
    v128.store(arg(op, 6) + (first << 2), bias);
    return;
  }
  for (let c: usize = 0; first + c < columns; c++) {
    let weight: f32 = 0;
    let bias: f32 = 0;
    for (let row: usize = 0; row < rows; row++) {
      const g = load<f32>(dy + row * lddy + (c << 2));
      const s = statistics + (row << 3);
      weight += g * (load<f32>(x + row * ldx + (c << 2)) - load<f32>(s)) * load<f32>(s, 4);
      bias += g;
    }
    store<f32>(arg(op, 5) + ((first + c) << 2), weight);
    store<f32>(arg(op, 6) + ((first + c) << 2), bias);
  }
}
