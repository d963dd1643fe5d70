import type { Activation } from '../../../vit/config';
import { sigmoidForm } from '../../activation';
import type { Product } from './product';

type Type = 'f32' | 'vec4f';

/**
 * Φ(x) as ½ erfc(−x/√2), by the rational approximation of Abramowitz and Stegun, 7.1.26 (absolute error of erf below
 * 1.5e-7); its exponential is the normal density's, which the derivative Φ(x) + x φ(x) wants anyway. x is held to the
 * range beyond which both are constant, lest the exponential underflow into something undefined.
 */
const gelu = (type: Type): string => `
  let bounded = clamp(x, ${type}(-12.0), ${type}(12.0));
  let e = exp(-0.5 * bounded * bounded);
  let t = 1.0 / (1.0 + 0.23164189 * abs(bounded));
  let tail = 0.5 * e * t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  let below = select(tail, 1.0 - tail, x > ${type}());
  return Activated(x * below, below + bounded * e * 0.3989422804);`;

function slopeCode(kind: Activation, type: Type): string {
  if (kind === 'gelu') return gelu(type);
  const form = sigmoidForm(kind);
  if (!form) return `return Activated(max(x, ${type}()), select(${type}(), ${type}(1.0), x > ${type}()));`;
  const [a, b] = form;
  // The exponent is held to what float32 can take.
  return `
  let e = exp(-clamp(x * (${a} + ${b.toFixed(12)} * x * x), ${type}(-60.0), ${type}(60.0)));
  let s = 1.0 / (1.0 + e);
  return Activated(x * s, s + x * s * (e * s) * (${a} + ${(3 * b).toFixed(12)} * x * x));`;
}

/** WGSL of `activated(x)`: the value and its slope. */
const activationCode = (kind: Activation, type: Type): string => `
struct Activated { value: ${type}, slope: ${type} }
fn activated(x: ${type}) -> Activated {${slopeCode(kind, type)}
}`;

/** What happens to `x`, from its bias on, with how a value is read from and written to a buffer's place in the row. */
function steps(
  { scale, finish }: Finished,
  read: (role: string, at: string) => string,
  write: (role: string, value: string) => string,
): string {
  const { add, addPeriod, gelu: activation, multiply } = finish ?? {};
  const addRow = addPeriod === undefined ? 'row' : '(row % p.addPeriod)';
  return `
  ${scale === undefined ? '' : 'x *= p.scale;'}
  ${add ? `x += ${read('add', `p.addAt + ${addRow} * p.addRow`)};` : ''}
  ${activation ? 'let both = activated(x); x = both.value;' : ''}
  ${activation?.derivative ? write('derivative', 'both.slope') : ''}
  ${multiply ? `x *= ${read('multiply', 'p.multiplyAt + row * p.multiplyRow')};` : ''}
  ${write('out', 'x')}`;
}

type Finished = Pick<Product, 'scale' | 'finish'>;

const place = (role: string): string => (role === 'out' ? 'base + row * p.outRow' : `p.${role}At + row * p.${role}Row`);

/** WGSL of `finish(value, row, column, base)`, all but the bias, from which sums start: stores one value of the result whose image and head start at `base`. */
export const finishCode = (product: Finished): string => `
${product.finish?.gelu ? activationCode(product.finish.gelu.kind ?? 'gelu', 'f32') : ''}
fn finish(value: f32, row: u32, column: u32, base: u32) {
  var x = value;${steps(
    product,
    (role, at) => `$${role}[${at} + column]`,
    (role, value) => `$${role}[${place(role)} + column] = ${value};`,
  )}
}`;

const EACH = ['x', 'y', 'z', 'w'] as const;

/**
 * WGSL of `finish(value, row, column, base)` for four values of a row, bias and edges included: neighbours that are stored as one
 * where `vectors`, else `step` columns apart.
 */
export function finishFour(product: Finished, vectors: boolean, step: number): string {
  const four = (of: (i: (typeof EACH)[number]) => string): string => `vec4f(${EACH.map(of).join(', ')})`;
  const bias = product.finish?.bias ? `x += ${four((i) => `$bias[p.biasAt + held.${i}]`)};` : '';
  const read = (role: string, at: string): string =>
    vectors ? `$${role}[(${at} + column) / 4u]` : four((i) => `$${role}[${at} + held.${i}]`);
  const write = (role: string, value: string): string =>
    vectors
      ? `$${role}[(${place(role)} + column) / 4u] = ${value};`
      : EACH.map((i) => `if (columns.${i} < p.n) { $${role}[${place(role)} + columns.${i}] = ${value}.${i}; }`).join('\n  ');
  return `
${product.finish?.gelu ? activationCode(product.finish.gelu.kind ?? 'gelu', 'vec4f') : ''}
fn finish(value: vec4f, row: u32, column: u32, base: u32) {
  if (row >= p.m || column >= p.n) { return; }
  let columns = vec4u(column) + ${step}u * vec4u(0u, 1u, 2u, 3u);
  let held = min(columns, vec4u(p.n - 1u));
  var x = value;
  ${bias}${steps(product, read, write)}
}`;
}
