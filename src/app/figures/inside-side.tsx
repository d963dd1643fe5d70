/** The numbers beside the plane of a look inside: bars of shares, or how loud the update is at each token. */
import type { ReactElement } from 'react';
import { LOUDNESS } from '../../continual/loudness';
import type { InsideRecord } from '../../session/record';
import type { Stop } from '../charts/inside';
import { share } from '../format';
import { lookOf } from '../looks';
import { TICK } from './axis';
import type { ChartProps } from './chart';
import { Bar } from './marks';
import { fitted } from './text-width';

const LINE = 20;
const ROW = 46;
const HISTOGRAM = 58;
const AXIS = 20;
/** Powers of ten that are marked, and what they are in percent. */
const MARKS = [-4, -2, 0];

interface Row {
  readonly label: string;
  /** Shares of the bar's length. */
  readonly parts: readonly { readonly share: number; readonly look: 'full' | 'pale' | 'outline' }[];
}

/** What the bars of a stop are; none where the method has nothing there. */
export function rowsOf({ words }: ChartProps, look: InsideRecord, stop: Stop): Row[] {
  const own = words.charts.inside;
  const { gather, design, consolidate } = look;
  const old = <T,>(value: T | null | undefined, row: (value: T) => Row): Row[] => (value ? [row(value)] : []);
  if (stop === 'gather' && gather)
    return [
      ...old(gather.old, ({ share: of }) => ({ label: own.span.old(share(of)), parts: [{ share: of, look: 'outline' }] })),
      { label: own.span.fresh(share(gather.fresh.share)), parts: [{ share: gather.fresh.share, look: 'full' }] },
    ];
  if (stop === 'design' && design) {
    const row = (label: (memory: string, b: string) => string, { memory, b }: typeof design.energy.fresh): Row => ({
      label: label(share(memory), share(b)),
      parts: [
        { share: memory, look: 'pale' },
        { share: Math.min(b, 1 - memory), look: 'full' },
      ],
    });
    return [...old(design.energy.old, (of) => row(own.energy.old, of)), row(own.energy.fresh, design.energy.fresh)];
  }
  if (stop === 'consolidate' && consolidate) {
    const { before, after, of, threshold } = consolidate;
    return [
      { label: own.grown.before(before, of), parts: [{ share: before / of, look: 'outline' }] },
      {
        label: own.grown.after(after, of, threshold),
        parts: [
          { share: before / of, look: 'pale' },
          { share: Math.max(0, after - before) / of, look: 'full' },
        ],
      },
    ];
  }
  return [];
}

interface SidePiece {
  readonly height: number;
  readonly at: (x: number, y: number) => ReactElement;
}

export function sidePiece(
  props: ChartProps,
  { id, look, stop }: { readonly id: string; readonly look: InsideRecord; readonly stop: Stop },
  width: number,
  height: number,
): SidePiece {
  const { colour } = lookOf(props.record, id);
  if (stop === 'train' && look.train) return loudnessPiece(props, look.train, colour, width, height);
  const rows = rowsOf(props, look, stop);
  const own = props.words.charts.inside;
  if (rows.length === 0) return said(look[stop] === undefined ? own.notHere[stop] : '', width);
  return {
    height: ROW * rows.length,
    at: (x, y) => (
      <g transform={`translate(${x} ${y})`} fontSize={13}>
        {rows.map(({ label, parts }, i) => {
          let from = 0;
          return (
            <g key={i} transform={`translate(0 ${ROW * i})`}>
              <text y={14} fill="var(--ink)">
                {fitted(label, width, 13)}
                <title>{label}</title>
              </text>
              <Bar x={0} y={LINE} width={width} height={16} fill="var(--grid)" />
              {parts.map((part, p) => {
                const x0 = from;
                from += width * part.share;
                return (
                  <Bar
                    key={p}
                    x={x0}
                    y={LINE}
                    width={width * part.share}
                    height={16}
                    fill={part.look === 'outline' ? 'none' : colour}
                    fillOpacity={part.look === 'pale' ? 0.35 : 1}
                    stroke={part.look === 'outline' ? 'var(--ink-soft)' : 'none'}
                  />
                );
              })}
            </g>
          );
        })}
      </g>
    ),
  };
}

const said = (words: string, width: number): SidePiece => ({
  height: words === '' ? 0 : LINE,
  at: (x, y) => (
    <text {...TICK} x={x} y={y + 14}>
      {fitted(words, width, 13)}
      <title>{words}</title>
    </text>
  ),
});

/** Three histograms over one logarithmic axis: old tokens, new ones, and random directions at old tokens. */
function loudnessPiece(
  { words }: ChartProps,
  { loudness }: NonNullable<InsideRecord['train']>,
  colour: string,
  width: number,
  height: number,
): SidePiece {
  const own = words.charts.inside;
  const all = [
    { of: loudness.old, label: own.loud.old, look: 'full' },
    { of: loudness.fresh, label: own.loud.fresh, look: 'pale' },
    { of: loudness.random, label: own.loud.random, look: 'outline' },
  ] as const;
  const rows = all.flatMap((row) => (row.of === null ? [] : [{ ...row, of: row.of }]));
  const least = HISTOGRAM * rows.length + AXIS;
  const row = Math.max(HISTOGRAM, Math.min(96, (height - AXIS) / Math.max(1, rows.length)));
  const bin = width / LOUDNESS.bins;
  const xOf = (power: number) => (width * (power - LOUDNESS.from)) / (LOUDNESS.to - LOUDNESS.from);
  const bottom = row * rows.length;
  return {
    height: least,
    at: (x, y) => (
      <g transform={`translate(${x} ${y})`} fontSize={13}>
        {MARKS.map((power) => (
          <g key={power}>
            <line x1={xOf(power)} x2={xOf(power)} y1={0} y2={bottom} stroke="var(--grid)" />
            <text {...TICK} x={xOf(power)} y={bottom + 15} textAnchor="middle">
              {own.percent(String(Number((100 * 10 ** power).toPrecision(1))))}
            </text>
          </g>
        ))}
        {rows.map(({ of, label, look }, i) => {
          const most = Math.max(1, ...of.counts);
          const floor = row * (i + 1);
          return (
            <g key={i}>
              <line x1={0} x2={width} y1={floor} y2={floor} stroke="var(--line)" />
              {of.counts.map((count, b) => {
                const high = ((row - LINE - 2) * count) / most;
                return (
                  <Bar
                    key={b}
                    x={bin * b + 0.5}
                    y={floor - high}
                    width={Math.max(0.5, bin - 1)}
                    height={high}
                    fill={look === 'outline' ? 'none' : colour}
                    fillOpacity={look === 'pale' ? 0.4 : 1}
                    stroke={look === 'full' ? 'none' : colour}
                    strokeDasharray={look === 'outline' ? '3 3' : 'none'}
                  />
                );
              })}
              <text x={0} y={row * i + 14} fill="var(--ink)" stroke="var(--surface)" strokeWidth={3} paintOrder="stroke">
                {fitted(label(share(of.median)), width, 13)}
              </text>
            </g>
          );
        })}
      </g>
    ),
  };
}
