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
 * Constants that loops read from memory: V8 makes up a vector constant from integer registers, three instructions each time
 * round, where a broadcasting load is one.
 */
const TABLE = memory.data<f32>([
  -126, 12583039, 1.3264727e-3, 9.671513e-3, 5.5507336e-2, 0.24022242, 0.693147, 1, -0.72134752, 0.23164189, 0.530702715,
  -0.7265760135, 0.7107068705, -0.142248368, 0.127414796, 0.5, 0.3989422804,
]);

// @ts-ignore: decorator
@inline
function constant(i: usize): v128 {
  return v128.load32_splat(TABLE + (i << 2));
}

export const LOG2_E: f32 = 1.44269504;

/**
 * 2^y for y up to 0, to 3 ulp: y = n + r, a minimax polynomial on r, 2^n put into the exponent. The rounding to n adds
 * 1.5 · 2^23 + 127, so that the biased exponent stands in the low bits and no conversion is needed. Below −126 the result
 * stays at 2^−126 ≈ 1e-38.
 */
// @ts-ignore: decorator
@inline
export function power2(input: v128): v128 {
  const y = f32x4.pmax(input, constant(0));
  const magic = constant(1);
  const shifted = f32x4.add(y, magic);
  const r = f32x4.sub(y, f32x4.sub(shifted, magic));
  let p = madd(constant(2), r, constant(3));
  p = madd(p, r, constant(4));
  p = madd(p, r, constant(5));
  p = madd(p, r, constant(6));
  p = madd(p, r, constant(7));
  return f32x4.mul(p, i32x4.shl(shifted, 23));
}

/** e^x for x up to 0. */
// @ts-ignore: decorator
@inline
export function exp1(x: f32): f32 {
  return f32x4.extract_lane(power2(f32x4.splat(x * LOG2_E)), 0);
}

/** e^(−x²/2), needed by both Φ and φ. */
// @ts-ignore: decorator
@inline
export function gaussian4(x: v128): v128 {
  return power2(f32x4.mul(f32x4.mul(x, x), constant(8)));
}

/**
 * Φ(−|x|), the tail of the normal distribution, given e = e^(−x²/2): Abramowitz & Stegun 7.1.26, absolute error 8e-8: exact
 * GELU to float32 rounding at the magnitudes a network sees.
 */
// @ts-ignore: decorator
@inline
export function normalTail4(x: v128, e: v128): v128 {
  const t = f32x4.div(constant(7), madd(f32x4.abs(x), constant(9), constant(7)));
  let p = madd(constant(10), t, constant(11));
  p = madd(p, t, constant(12));
  p = madd(p, t, constant(13));
  p = madd(p, t, constant(14));
  return f32x4.mul(f32x4.mul(p, t), e);
}

/** GELU, x Φ(x) = max(x, 0) − |x| Φ(−|x|). */
// @ts-ignore: decorator
@inline
export function gelu4(x: v128, tail: v128): v128 {
  return nmadd(f32x4.abs(x), tail, f32x4.pmax(x, f32x4.splat(0)));
}

/** GELU's derivative, Φ(x) + x φ(x), where Φ(x) = ½ ± (½ − Φ(−|x|)) with the sign of x. */
// @ts-ignore: decorator
@inline
export function geluDerivative4(x: v128, e: v128, tail: v128): v128 {
  const half = constant(15);
  const sign = v128.and(x, i32x4.splat(<i32>0x80000000));
  const cdf = f32x4.add(half, v128.or(f32x4.sub(half, tail), sign));
  return madd(f32x4.mul(x, e), constant(16), cdf);
}

/** e^−|u|, needed by σ and its slope. */
// @ts-ignore: decorator
@inline
export function decay4(u: v128): v128 {
  return power2(f32x4.mul(f32x4.abs(u), f32x4.splat(-LOG2_E)));
}

/** σ(u), given e = e^−|u|: 1 / (1 + e) above 0, e / (1 + e) below. */
// @ts-ignore: decorator
@inline
export function sigmoid4(u: v128, e: v128): v128 {
  const one = constant(7);
  return f32x4.div(v128.bitselect(e, one, f32x4.lt(u, f32x4.splat(0))), f32x4.add(one, e));
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
  return load<u32>(op + 20 + (<usize>i << 2));
}

// @ts-ignore: decorator
@inline
export function argFloat(op: usize, i: i32): f32 {
  return load<f32>(op + 20 + (<usize>i << 2));
}
