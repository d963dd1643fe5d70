/** Numbers as the page writes them: one decimal for percent, points for differences, signs that line up. */
const MINUS = '−';

/** 0.714 -> "71.4". */
export const percent = (fraction: number, digits = 1): string => (100 * fraction).toFixed(digits);

/** Difference of two fractions in points, signed: -0.583 -> "−58.3". */
export function points(difference: number, digits = 1): string {
  const magnitude = Math.abs(100 * difference).toFixed(digits);
  if (Number(magnitude) === 0) return magnitude;
  return `${difference < 0 ? MINUS : '+'}${magnitude}`;
}

/** 25.3 -> "25 ms", 1,234 -> "1.2 s". */
export function formatMilliseconds(milliseconds: number): string {
  if (milliseconds < 1000) return `${milliseconds < 10 ? milliseconds.toFixed(1) : milliseconds.toFixed(0)} ms`;
  return formatDuration(milliseconds / 1000);
}

/** About how long, as people say it: "4.2 s", "35 s", "12 min", "3.5 h". */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 99.5) return `${seconds.toFixed(0)} s`;
  if (seconds < 5970) return `${(seconds / 60).toFixed(0)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

/** 81 -> "1:21"; 3,723 -> "1:02:03". */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (n: number) => String(n).padStart(2, '0');
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** Few significant digits for rates and ratios: 0.003 -> "0.003", 0.00012 -> "1.2e−4". */
export function small(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 0.001 && size < 1000) return String(Number(value.toPrecision(3)));
  return value.toExponential(1).replace('-', MINUS);
}

/** A share in percent with two significant digits: 0.0213 -> "2.1", 0.43 -> "43", 1.234 -> "120", 0.00012 -> "0.012". */
export function share(fraction: number): string {
  const value = 100 * fraction;
  return value !== 0 && Math.abs(value) < 1e-4 ? small(value) : String(Number(value.toPrecision(2)));
}
