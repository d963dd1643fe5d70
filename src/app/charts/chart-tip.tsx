/** What a pointer over a chart reads. */
import { points as signed } from '../format';
import { lookOf, type Lineup } from '../looks';
import { wordsOf } from '../methods';

interface TipEntry {
  readonly dataKey?: unknown;
  readonly value?: unknown;
}

export interface ChartTipProps {
  /** The run whose methods are drawn: entries under other keys are left out. */
  readonly of: Lineup;
  readonly heading: (label: unknown) => string;
  readonly unit: '%' | 'points' | '';
  readonly active?: boolean;
  readonly label?: unknown;
  readonly payload?: readonly TipEntry[];
}

export function ChartTip({ of, heading, unit, active, label, payload }: ChartTipProps) {
  const entries = (payload ?? []).flatMap(({ dataKey, value }) => {
    const id = of.methods.find((method) => method.id === dataKey)?.id;
    return id !== undefined && typeof value === 'number' ? [{ id, value }] : [];
  });
  if (active !== true || entries.length === 0) return null;
  const write = (value: number) => (unit === 'points' ? signed(value / 100) : value.toFixed(unit === '%' ? 1 : 3));
  return (
    <div className="chart-tip">
      <div>{heading(label)}</div>
      {entries.map(({ id, value }) => (
        <div key={id} style={{ color: lookOf(of, id).colour }}>
          <strong>
            {write(value)} {unit}
          </strong>{' '}
          {wordsOf(of, id).short}
        </div>
      ))}
    </div>
  );
}
