// Vector helpers shared by the kernels. AssemblyScript; every function is inlined.

/** a · b + c: one instruction where the engine has relaxed SIMD, two elsewhere. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  // @ts-ignore: compile-time constant
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** c − a · b. */
// @ts-ignore: decorator
@inline
export function nmadd(a: v128, b: v128, c: v128): v128 {
  // @ts-ignore: compile-time constant
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_nmadd(a, b, c);
  return f32x4.sub(c, f32x4.mul(a, b));
}

// @ts-ignore: decorator
@inline
export function horizontalSum(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

/**
 * e^x to 2 ulp: x = n ln 2 + r, Cephes' polynomial on r, 2^n put into the exponent. The rounding to n adds 1.5 · 2^23, so
 * that the integer stands in the low bits and no conversion is needed. Below −87.3 the result stays at e^−87.3 ≈ 1e-38.
 */
// @ts-ignore: decorator
@inline
export function exp4(input: v128): v128 {
  const x = f32x4.pmin(f32x4.pmax(input, f32x4.splat(-87.33654)), f32x4.splat(88.3762));
  const magic = f32x4.splat(12582912);
  const shifted = madd(x, f32x4.splat(1.44269504), magic);
  const n = f32x4.sub(shifted, magic);
  const r = nmadd(n, f32x4.splat(-2.12194440e-4), nmadd(n, f32x4.splat(0.693359375), x));
  let p = madd(f32x4.splat(1.98756915e-4), r, f32x4.splat(1.39819995e-3));
  p = madd(p, r, f32x4.splat(8.33345191e-3));
  p = madd(p, r, f32x4.splat(4.16657959e-2));
  p = madd(p, r, f32x4.splat(1.66666655e-1));
  p = madd(p, r, f32x4.splat(0.5));
  p = madd(p, f32x4.mul(r, r), f32x4.add(r, f32x4.splat(1)));
  return f32x4.mul(p, i32x4.shl(i32x4.add(shifted, i32x4.splat(127)), 23));
}

// @ts-ignore: decorator
@inline
export function exp1(x: f32): f32 {
  return f32x4.extract_lane(exp4(f32x4.splat(x)), 0);
}

/** e^(−x²/2), needed by both Φ and φ. */
// @ts-ignore: decorator
@inline
export function gaussian4(x: v128): v128 {
  return exp4(f32x4.mul(f32x4.mul(x, x), f32x4.splat(-0.5)));
}

/**
 * Φ(x), the normal distribution function, given e = e^(−x²/2). Abramowitz & Stegun 7.1.26 for the tail
 * erfc(|x|/√2)/2, absolute error 8e-8: exact GELU to float32 rounding at the magnitudes a network sees.
 */
// @ts-ignore: decorator
@inline
export function normalCdf4(x: v128, e: v128): v128 {
  const t = f32x4.div(f32x4.splat(1), madd(f32x4.abs(x), f32x4.splat(0.23164189), f32x4.splat(1)));
  let p = madd(f32x4.splat(0.530702715), t, f32x4.splat(-0.7265760135));
  p = madd(p, t, f32x4.splat(0.7107068705));
  p = madd(p, t, f32x4.splat(-0.142248368));
  p = madd(p, t, f32x4.splat(0.127414796));
  const tail = f32x4.mul(f32x4.mul(p, t), e);
  return v128.bitselect(tail, f32x4.sub(f32x4.splat(1), tail), f32x4.lt(x, f32x4.splat(0)));
}

/** Writes the transpose of four rows of four into consecutive destinations `step` bytes apart. */
// @ts-ignore: decorator
@inline
export function transpose4(r0: v128, r1: v128, r2: v128, r3: v128, out: usize, step: usize): void {
  const a = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const b = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const c = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const d = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<f32>(a, b, 0, 1, 4, 5));
  v128.store(out + step, v128.shuffle<f32>(a, b, 2, 3, 6, 7));
  v128.store(out + 2 * step, v128.shuffle<f32>(c, d, 0, 1, 4, 5));
  v128.store(out + 3 * step, v128.shuffle<f32>(c, d, 2, 3, 6, 7));
}

/** The i-th 32-bit argument of an encoded operation; its header is four words. */
// @ts-ignore: decorator
@inline
export function arg(op: usize, i: i32): usize {
  return load<u32>(op + 16 + (<usize>i << 2));
}

// @ts-ignore: decorator
@inline
export function argFloat(op: usize, i: i32): f32 {
  return load<f32>(op + 16 + (<usize>i << 2));
}
