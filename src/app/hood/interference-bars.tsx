/** Old against new for every method of the run: three bars, and what they say in words. */
import { useElementSize } from '@mantine/hooks';
import type { MethodRun, RunRecord } from '../../session/record';
import { measuredUntil, ratioWords, sharesOverall, unmeasured, verdictOf, type Shares } from '../charts/interference';
import { share } from '../format';
import { lookOf } from '../looks';
import { wordsOf } from '../methods';
import { MethodTag } from '../parts/method-mark';
import { textWidth } from '../parts/text-width';
import { text } from '../text';

const words = text.charts.interference;
const ROW = 20;
const FONT = 13;

/** What a method's bars say, or why it has none. */
export function sayInterference(record: RunRecord, run: MethodRun): string {
  const why = unmeasured(record, run);
  if (why !== null) return words.unmeasured[why];
  const shares = sharesOverall(run);
  const until = measuredUntil(run);
  return [
    ...(shares?.ratio == null ? [] : [`${words.verdicts[verdictOf(shares.ratio)]} (${words.ratio(ratioWords(shares.ratio))})`]),
    ...(shares?.old == null ? [words.ratioAlone] : []),
    ...(until === null ? [] : [words.until(record.stream.tasks[until]?.name ?? '')]),
  ].join('; ');
}

interface Bar {
  readonly label: string;
  readonly value: number | null;
  readonly said: string;
  readonly look: 'full' | 'pale' | 'outline';
}

function barsOf({ old, fresh, random, ratio }: Shares): Bar[] {
  const said = (value: number | null) => (value === null ? text.charts.noValue : words.percent(share(value)));
  if (old === null) {
    return [{ label: words.columns.ratio, value: ratio, said: ratio === null ? text.charts.noValue : ratioWords(ratio), look: 'full' }];
  }
  return [
    { label: words.bars.old, value: old, said: said(old), look: 'full' },
    { label: words.bars.fresh, value: fresh, said: said(fresh), look: 'pale' },
    { label: words.bars.random, value: random, said: said(random), look: 'outline' },
  ];
}

/** End of the scale that all methods share; where ratios alone are known it reaches 1, which is marked. */
function scaleOf(all: readonly Shares[]): { readonly end: number; readonly mark: number | null } {
  const shares = all.flatMap(({ old, fresh, random }) => (old === null ? [] : [old, fresh ?? 0, random ?? 0]));
  if (shares.length > 0) return { end: Math.max(...shares), mark: null };
  return { end: Math.max(1, ...all.flatMap(({ ratio }) => ratio ?? [])), mark: 1 };
}

export function InterferenceBars({ record }: { readonly record: RunRecord }) {
  const found = record.methods.map((run) => ({ run, shares: sharesOverall(run) }));
  const scale = scaleOf(found.flatMap(({ shares }) => shares ?? []));
  return (
    <>
      {found.map(({ run, shares }) => (
        <section key={run.id} aria-label={wordsOf(record, run.id).name} data-testid={`interference-${run.id}`}>
          <div className="chart-key">
            <span data-export>
              <MethodTag of={record} id={run.id} />
            </span>
            <span data-export>{sayInterference(record, run)}</span>
          </div>
          {shares !== null && <Bars bars={barsOf(shares)} scale={scale} colour={lookOf(record, run.id).colour} />}
        </section>
      ))}
    </>
  );
}

interface BarsProps {
  readonly bars: readonly Bar[];
  readonly scale: ReturnType<typeof scaleOf>;
  readonly colour: string;
}

const LABEL = Math.max(...Object.values(words.bars).map((label) => textWidth(label, FONT))) + 10;
const NUMBER = 62;

function Bars({ bars, scale, colour }: BarsProps) {
  const { ref, width } = useElementSize();
  const room = Math.max(20, width - LABEL - NUMBER);
  const x = (value: number) => (scale.end > 0 ? (room * value) / scale.end : 0);
  return (
    <div ref={ref}>
      <svg width={Math.max(0, width)} height={ROW * bars.length + 6} aria-hidden>
        {bars.map(({ label, value, said, look }, i) => (
          <g key={label}>
            <text x={0} y={ROW * (i + 0.5)} dominantBaseline="central" fontSize={FONT} fill="var(--ink-soft)">
              {label}
            </text>
            <rect
              x={LABEL}
              y={ROW * i + 3}
              width={x(value ?? 0)}
              height={ROW - 6}
              rx={2}
              fill={look === 'outline' ? 'none' : colour}
              fillOpacity={look === 'pale' ? 0.4 : 1}
              stroke={look === 'full' ? 'none' : colour}
              strokeDasharray={look === 'outline' ? '3 3' : undefined}
            />
            <text
              x={LABEL + x(value ?? 0) + 6}
              y={ROW * (i + 0.5)}
              dominantBaseline="central"
              fontSize={FONT}
              fontWeight={650}
              fill="var(--ink)"
            >
              {said}
            </text>
          </g>
        ))}
        {scale.mark !== null && (
          <line x1={LABEL + x(scale.mark)} x2={LABEL + x(scale.mark)} y1={0} y2={ROW * bars.length} stroke="var(--ink-soft)" />
        )}
      </svg>
    </div>
  );
}
