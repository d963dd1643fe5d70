/**
 * What a method holds of the past. DualGPM: how much of each layer's input space old tasks occupy, and where that ended after earlier
 * ones. Others: what they know of themselves (`known.tsx`).
 */
import { methodsThatKnow } from '../charts/known';
import { memoryHistory, methodsWithSubspaces, thresholdWords, type MemoryState, type SiteMeter } from '../charts/subspaces';
import type { RunRecord } from '../../session/record';
import { lookOf } from '../looks';
import { methodIn } from '../names';
import type { Texts } from '../text/en';
import { methodsOf, type Chart, type ChartProps } from './chart';
import { keyOf } from './flow';
import { knownChart } from './known';
import { Bar } from './marks';

const LOWEST_ROW = 24;
const HIGHEST_ROW = 40;
const NUMBERS = { wide: 236, narrow: 96 };
const NARROW = 460;

/** Methods of the record that a picture of their memory can be drawn of, in its order. */
export function methodsWithMemory(record: RunRecord): string[] {
  const ids = [...methodsWithSubspaces(record), ...methodsThatKnow(record)];
  return record.methods.flatMap(({ id }) => (ids.includes(id) ? id : []));
}

/** The one whose memory is drawn; null where none of the view has one. */
export function memoryOf(props: ChartProps): { readonly id: string; readonly history: readonly MemoryState[] } | null {
  const ids = methodsWithSubspaces(props.record);
  const id = methodsOf(props).find((method) => ids.includes(method.id))?.id;
  return id === undefined ? null : { id, history: memoryHistory(props.record, id) };
}

/** "Block 2", and the input where a block has several. */
export function siteWords({ charts }: Texts, sites: readonly SiteMeter[], { block, input }: SiteMeter): string {
  return charts.memory.site(block + 1, sites.filter((other) => other.block === block).length > 1 ? input : null);
}

function keyAbove(props: ChartProps, state: MemoryState, id: string) {
  const { record, words: texts } = props;
  const words = texts.charts.memory;
  return keyOf(props, record.methods.length > 1 ? [id] : [], [
    `${words.afterTask(record.stream.tasks[state.task]?.name ?? '')} · ${words.threshold(thresholdWords(state.threshold))}`,
    words.unit,
  ]);
}

const metersChart: Chart = {
  title: ({ words }) => words.charts.memory.title,
  empty(props) {
    const { noMethod, empty } = props.words.charts.memory;
    if (memoryOf(props) !== null) return null;
    return props.record.methods.some(({ results }) => results.length > 0) ? noMethod : empty;
  },
  least(props) {
    const found = memoryOf(props);
    const state = found?.history.at(-1);
    return !found || !state ? 0 : keyAbove(props, state, found.id).height + LOWEST_ROW * state.sites.length;
  },
  draw(props) {
    const { record, view, words: texts } = props;
    const words = texts.charts.memory;
    const found = memoryOf(props);
    const state = found?.history.at(-1);
    if (!found || !state) return <svg width={view.width} height={view.height} />;
    const { history, id } = found;
    const { sites } = state;
    const { colour } = lookOf(record, id);
    const key = keyAbove(props, state, id);
    const row = Math.min(HIGHEST_ROW, Math.max(LOWEST_ROW, (view.height - key.height) / Math.max(1, sites.length)));
    const label = sites.some((meter) => siteWords(texts, sites, meter).includes(',')) ? 92 : 62;
    const numbers = view.width < NARROW ? NUMBERS.narrow : NUMBERS.wide;
    const bar = Math.max(40, view.width - label - numbers);
    const hatch = `hatch-${colour.replaceAll(/\W/g, '')}`;
    const length = ({ occupied, of }: SiteMeter) => (bar * occupied) / Math.max(1, of);
    return (
      <svg width={view.width} height={view.height}>
        <defs>
          <pattern id={hatch} width={6} height={6} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width={6} height={6} fill={colour} fillOpacity={0.35} />
            <line x1={0} y1={0} x2={0} y2={6} stroke={colour} strokeWidth={5} />
          </pattern>
        </defs>
        {key.at(0)}
        <g
          role="img"
          aria-label={`${words.aria}: ${methodIn(texts, record, id).name}`}
          transform={`translate(0 ${key.height})`}
          fontSize={13}
        >
          {sites.map((meter, i) => (
            <g key={`${meter.block} ${meter.input}`} transform={`translate(0 ${row * i})`}>
              <text y={row / 2} dominantBaseline="central" fill="var(--ink-soft)">
                {siteWords(texts, sites, meter)}
              </text>
              <Bar x={label} y={4} width={bar} height={row - 8} fill="var(--grid)" />
              <Bar
                className="meter-fill"
                x={label}
                y={4}
                width={length(meter)}
                height={row - 8}
                fill={meter.type === 'remove' ? colour : `url(#${hatch})`}
              />
              {history.slice(0, -1).flatMap(({ task, sites: before }) => {
                const past = before[i];
                if (past === undefined) return [];
                const x = label + length(past);
                return <line key={task} x1={x} x2={x} y1={4} y2={row - 4} stroke="var(--surface)" strokeWidth={1.5} />;
              })}
              <text x={label + bar + 8} y={row / 2} dominantBaseline="central" fill="var(--ink)">
                <tspan fontWeight={650}>{words.used(meter.occupied, meter.of)}</tspan>
                {numbers === NUMBERS.wide && <tspan fill="var(--ink-soft)"> {words[meter.type]}</tspan>}
              </text>
            </g>
          ))}
        </g>
      </svg>
    );
  },
};

/** Which of the two is drawn goes by the first method of the view that has either. */
function chartFor(props: ChartProps): Chart {
  const ids = methodsWithMemory(props.record);
  const id = methodsOf(props).find((method) => ids.includes(method.id))?.id;
  return id !== undefined && !methodsWithSubspaces(props.record).includes(id) ? knownChart : metersChart;
}

export const memoryChart: Chart = {
  title: (props) => chartFor(props).title(props),
  empty: (props) => chartFor(props).empty(props),
  least: (props) => chartFor(props).least(props),
  draw: (props) => chartFor(props).draw(props),
};
