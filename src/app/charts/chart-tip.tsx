/** What a pointer over a chart reads. */
import { points as signed } from '../format';
import { METHOD_IDS, type MethodId } from '../../session/experiment';
import { methodColour } from '../methods';
import { text } from '../text';

interface TipEntry {
  readonly dataKey?: unknown;
  readonly value?: unknown;
}

export interface ChartTipProps {
  readonly heading: (label: unknown) => string;
  readonly unit: '%' | 'points' | '';
  readonly active?: boolean;
  readonly label?: unknown;
  readonly payload?: readonly TipEntry[];
}

const isMethod = (key: unknown): key is MethodId => METHOD_IDS.some((id) => id === key);

export function ChartTip({ heading, unit, active, label, payload }: ChartTipProps) {
  const entries = (payload ?? []).flatMap(({ dataKey, value }) =>
    isMethod(dataKey) && typeof value === 'number' ? [{ id: dataKey, value }] : [],
  );
  if (active !== true || entries.length === 0) return null;
  const write = (value: number) => (unit === 'points' ? signed(value / 100) : value.toFixed(unit === '%' ? 1 : 3));
  return (
    <div className="chart-tip">
      <div>{heading(label)}</div>
      {entries.map(({ id, value }) => (
        <div key={id} style={{ color: methodColour(id) }}>
          <strong>
            {write(value)} {unit}
          </strong>{' '}
          {text.methods[id].short}
        </div>
      ))}
    </div>
  );
}
