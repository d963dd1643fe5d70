// Everything that moves or adds rows: images in, positions, sums over rows, low-rank increments.
import { arg, argFloat, madd } from './math';

/**
 * One image of bytes to rows of patches, after rows of zeros for the tokens in front; a row runs over channel, y, x as
 * PyTorch's convolution weight does. 0 pixels, 1 out, 2 ld, 3 image size, 4 patch size, 5-7 1/(255 σ), 8-10 −μ/σ, 11 front.
 */
export function patchifyItem(op: usize, item: i32): void {
  const size = <i32>arg(op, 3);
  const patch = <i32>arg(op, 4);
  const side = size / patch;
  const ld = arg(op, 2);
  const pixels = arg(op, 0) + <usize>item * <usize>(size * size * 3);
  const front = arg(op, 11);
  let out = arg(op, 1) + <usize>item * (<usize>(side * side) + front) * ld;
  memory.fill(out, 0, front * ld);
  out += front * ld;
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      let to = out;
      out += ld;
      for (let channel = 0; channel < 3; channel++) {
        const scale = argFloat(op, 5 + channel);
        const shift = argFloat(op, 8 + channel);
        for (let y = 0; y < patch; y++) {
          let from = pixels + <usize>(((row * patch + y) * size + column * patch) * 3 + channel);
          for (let x = 0; x < patch; x++) {
            store<f32>(to, <f32>load<u8>(from) * scale + shift);
            from += 3;
            to += 4;
          }
        }
      }
    }
}

/** What every image adds to its tokens: cls + pos[0], pos[t] in front, then pos[t] + bias. 0 cls, 1 pos, 2 bias, 3 out, 4 tokens, 5 columns, 6 front. */
export function tokenTableItem(op: usize, _item: i32): void {
  const columns = arg(op, 5);
  const front = arg(op, 6);
  for (let token: usize = 0; token < arg(op, 4); token++) {
    const plus: usize = token >= front ? arg(op, 2) : token ? 0 : arg(op, 0);
    for (let i: usize = 0; i < columns; i++) {
      const at = (token * columns + i) << 2;
      const own: f32 = plus ? load<f32>(plus + (i << 2)) : 0;
      store<f32>(arg(op, 3) + at, load<f32>(arg(op, 1) + at) + own);
    }
  }
}

/** out = a + b. 0 a, 1 ld, 2 b, 3 ld, 4 out, 5 ld, 6 columns; a row an item. */
export function addRowsItem(op: usize, item: i32): void {
  const row = <usize>item;
  const a = arg(op, 0) + row * arg(op, 1);
  const b = arg(op, 2) + row * arg(op, 3);
  const out = arg(op, 4) + row * arg(op, 5);
  for (let i: usize = 0; i < arg(op, 6) << 2; i += 4) store<f32>(out + i, load<f32>(a + i) + load<f32>(b + i));
}

/** Rows of one image to another place, with the same row added to each. 0 x, 1 ld, 2 rows an image, 3 out, 4 ld, 5 rows an image, 6 rows, 7 columns, 8 added row or 0. */
export function copyRowsItem(op: usize, item: i32): void {
  const bytes = arg(op, 7) << 2;
  const add = arg(op, 8);
  let x = arg(op, 0) + <usize>item * arg(op, 2) * arg(op, 1);
  let out = arg(op, 3) + <usize>item * arg(op, 5) * arg(op, 4);
  for (let row: usize = 0; row < arg(op, 6); row++) {
    if (!add) memory.copy(out, x, bytes);
    else for (let i: usize = 0; i < bytes; i += 4) store<f32>(out + i, load<f32>(x + i) + load<f32>(add + i));
    x += arg(op, 1);
    out += arg(op, 4);
  }
}

/** Sums over rows, 16 columns an item, in blocks of 64 rows to keep rounding small. 0 x, 1 ld, 2 out, 3 rows, 4 columns. */
export function columnSumItem(op: usize, item: i32): void {
  const ld = arg(op, 1);
  const rows = arg(op, 3);
  const first = (<usize>item) << 4;
  const last = min(arg(op, 4), first + 16);
  let column = first;
  for (; column + 4 <= last; column += 4) {
    let x = arg(op, 0) + (column << 2);
    let total = f32x4.splat(0);
    for (let row: usize = 0; row < rows; row += 64) {
      let block = f32x4.splat(0);
      for (let r = row; r < min(rows, row + 64); r++) {
        block = f32x4.add(block, v128.load(x));
        x += ld;
      }
      total = f32x4.add(total, block);
    }
    v128.store(arg(op, 2) + (column << 2), total);
  }
  for (; column < last; column++) {
    let total: f32 = 0;
    for (let row: usize = 0; row < rows; row++) total += load<f32>(arg(op, 0) + row * ld + (column << 2));
    store<f32>(arg(op, 2) + (column << 2), total);
  }
}

/** W + up · down, or a copy where the rank is 0. 0 W, 1 ld, 2 out, 3 ld, 4 rows, 5 columns, 6 rank, 7 up, 8 down, 9 rows an item. */
export function addLowRankItem(op: usize, item: i32): void {
  const columns = arg(op, 5);
  const rank = arg(op, 6);
  const bytes = columns << 2;
  const whole = bytes & ~15;
  const from = <usize>item * arg(op, 9);
  const to = min(arg(op, 4), from + arg(op, 9));
  for (let row = from; row < to; row++) {
    const weight = arg(op, 0) + row * arg(op, 1);
    const out = arg(op, 2) + row * arg(op, 3);
    const up = arg(op, 7) + row * (rank << 2);
    let i: usize = 0;
    for (; i < whole; i += 16) {
      let increment = f32x4.splat(0);
      for (let r: usize = 0; r < rank; r++)
        increment = madd(v128.load32_splat(up + (r << 2)), v128.load(arg(op, 8) + r * bytes + i), increment);
      v128.store(out + i, f32x4.add(v128.load(weight + i), increment));
    }
    for (; i < bytes; i += 4) {
      let increment: f32 = 0;
      for (let r: usize = 0; r < rank; r++) increment += load<f32>(up + (r << 2)) * load<f32>(arg(op, 8) + r * bytes + i);
      store<f32>(out + i, load<f32>(weight + i) + increment);
    }
  }
}
