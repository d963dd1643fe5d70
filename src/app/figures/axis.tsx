/** Axes and grids of plots, as all charts have them. */
export const TICK = { fontSize: 13, fill: 'var(--ink-soft)' } as const;

interface RulesProps {
  readonly ticks: readonly number[];
  readonly y: (value: number) => number;
  readonly left: number;
  readonly right: number;
  /** Whether the numbers stand beside the rules. */
  readonly numbers: boolean;
}

/** A hairline for each value, across the plot. */
export function Rules({ ticks, y, left, right, numbers }: RulesProps) {
  return ticks.map((tick) => (
    <g key={tick}>
      <line x1={left} x2={right} y1={y(tick)} y2={y(tick)} stroke={tick === 0 ? 'var(--line)' : 'var(--grid)'} />
      {numbers && (
        <text {...TICK} x={left - 4} y={y(tick)} textAnchor="end" dominantBaseline="central">
          {tick}
        </text>
      )}
    </g>
  ));
}

/** Round steps from 0 to `end`, few of them; the last one is `end` or above it. */
export function roundTicks(end: number): number[] {
  if (!(end > 0)) return [0, 1];
  const rough = end / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10);
  return Array.from({ length: Math.ceil(end / step - 1e-9) + 1 }, (_, i) => Number((i * step).toPrecision(6)));
}

const STEPS = [1, 2, 5];

/** Which of `count` things in a row, `spacing` pixels apart, get a label of so many pixels without touching: every one, every second, fifth, tenth … */
export function labelledOf(count: number, spacing: number, label: number): (index: number) => boolean {
  // Letters are wider in some fonts than they are counted.
  const room = 1.1 * label + 2;
  for (let power = 1; power < count; power *= 10)
    for (const step of STEPS) if (step * power * spacing >= room) return (index) => index % (step * power) === 0;
  return (index) => index === 0;
}
