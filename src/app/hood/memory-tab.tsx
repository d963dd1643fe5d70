/** DualGPM meters, task by task: how much of each layer's input space old tasks occupy. */
import { Select } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useId, useState } from 'react';
import { memoryHistory, methodsWithSubspaces, thresholdWords, type MemoryState, type SiteMeter } from '../charts/subspaces';
import type { RunRecord } from '../../session/record';
import { useAppState } from '../context';
import { lookOf } from '../looks';
import { ChartPanel } from '../parts/chart-panel';
import type { TableData } from '../parts/data-table';
import { Term } from '../parts/term';
import { text } from '../text';
import { HoodMethodSelect, useHoodMethod } from './hood-method';

const words = text.charts.memory;
const LATEST = 'latest';
const LOWEST_ROW = 24;
const HIGHEST_ROW = 40;
const NUMBERS = 236;

/** "Block 2", and the input where a block has several. */
function siteWords(sites: readonly SiteMeter[], { block, input }: SiteMeter): string {
  return words.site(block + 1, sites.filter((other) => other.block === block).length > 1 ? input : null);
}

/** Every task, not only the one on the picture. */
function tableOf(record: RunRecord, history: readonly MemoryState[]): TableData {
  const { task, threshold, site, used, of, stored, type, rank } = words.columns;
  return {
    columns: [task, threshold, site, used, of, stored, type, rank],
    rows: history.flatMap((state) =>
      state.sites.map((meter) => [
        record.stream.tasks[state.task]?.name ?? '',
        thresholdWords(state.threshold),
        siteWords(state.sites, meter),
        ...[meter.occupied, meter.of, meter.stored, words[meter.type], meter.freeRank],
      ]),
    ),
  };
}

export function MemoryTab() {
  const record = useAppState((state) => state.results);
  const [chosen, setChosen] = useState(LATEST);
  const ids = record === null ? [] : methodsWithSubspaces(record);
  const id = useHoodMethod(ids);
  const history = record === null || id === null ? [] : memoryHistory(record, id);
  const at = history.findIndex(({ task }) => String(task) === chosen);
  const shown = at < 0 ? history : history.slice(0, at + 1);
  const state = shown.at(-1);
  const name = (task: number) => record?.stream.tasks[task]?.name ?? '';
  const learned = record?.methods.some(({ results }) => results.length > 0) === true;
  return (
    <ChartPanel
      bare
      testId="memory-panel"
      title={words.title}
      how={words.how}
      description={
        state?.sites
          .map((meter) => `${siteWords(state.sites, meter)}: ${words.used(meter.occupied, meter.of)}, ${words[meter.type]}`)
          .join('; ') ?? ''
      }
      table={record === null || history.length === 0 ? null : tableOf(record, history)}
      empty={learned ? words.noMethod : words.empty}
      tools={
        <>
          <HoodMethodSelect of={record} ids={ids} />
          {history.length > 1 && (
            <Select
              size="xs"
              w={140}
              aria-label={words.moment}
              data={[
                ...history.slice(0, -1).map(({ task }) => ({ value: String(task), label: words.afterTask(name(task)) })),
                { value: LATEST, label: words.latest },
              ]}
              value={at < 0 ? LATEST : chosen}
              allowDeselect={false}
              onChange={(value) => setChosen(value ?? LATEST)}
              data-testid="memory-moment"
            />
          )}
        </>
      }
    >
      {record !== null && id !== null && state !== undefined && (
        <div className="chart-column">
          <div className="chart-key">
            <span data-export>
              {words.afterTask(name(state.task))} · {words.threshold(thresholdWords(state.threshold))}
            </span>
            <span className="chart-unit">
              <Term id="directions">{words.unit}</Term> · <Term id="remove">{words.remove}</Term> / <Term id="retain">{words.retain}</Term>
            </span>
          </div>
          <Meters history={shown} colour={lookOf(record, id).colour} />
        </div>
      )}
    </ChartPanel>
  );
}

/** The newest state of `history`; where earlier ones ended is marked. */
function Meters({ history, colour }: { readonly history: readonly MemoryState[]; readonly colour: string }) {
  const { ref, width, height } = useElementSize();
  const hatch = useId();
  const sites = history.at(-1)?.sites ?? [];
  const row = Math.min(HIGHEST_ROW, Math.max(LOWEST_ROW, height / Math.max(1, sites.length)));
  const label = sites.some((meter) => siteWords(sites, meter).includes(',')) ? 92 : 62;
  const numbers = width < 460 ? 96 : NUMBERS;
  const bar = Math.max(40, width - label - numbers);
  return (
    <div className="panel-scroll" ref={ref} tabIndex={0} role="group" aria-label={words.aria}>
      <svg width={Math.max(0, width)} height={row * sites.length} role="img" aria-label={words.aria}>
        <defs>
          <pattern id={hatch} width={6} height={6} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width={6} height={6} fill={colour} fillOpacity={0.35} />
            <line x1={0} y1={0} x2={0} y2={6} stroke={colour} strokeWidth={5} />
          </pattern>
        </defs>
        {sites.map((meter, i) => {
          const y = row * i;
          const length = ({ occupied, of }: SiteMeter) => (bar * occupied) / Math.max(1, of);
          const earlier = history.slice(0, -1).flatMap((state) => state.sites[i] ?? []);
          return (
            <g key={`${meter.block} ${meter.input}`}>
              <text x={0} y={y + row / 2} dominantBaseline="central" fontSize={13} fill="var(--ink-soft)">
                {siteWords(sites, meter)}
              </text>
              <rect x={label} y={y + 4} width={bar} height={row - 8} rx={2} fill="var(--grid)" />
              <rect
                className="meter-fill"
                x={label}
                y={y + 4}
                width={length(meter)}
                height={row - 8}
                rx={2}
                fill={meter.type === 'remove' ? colour : `url(#${hatch})`}
              />
              {earlier.map((past, task) => {
                const x = label + length(past);
                return <line key={task} x1={x} x2={x} y1={y + 4} y2={y + row - 4} stroke="var(--surface)" strokeWidth={1.5} />;
              })}
              <text x={label + bar + 8} y={y + row / 2} dominantBaseline="central" fontSize={13} fill="var(--ink)">
                <tspan fontWeight={650}>{words.used(meter.occupied, meter.of)}</tspan>
                {numbers === NUMBERS && <tspan fill="var(--ink-soft)"> {words[meter.type]}</tspan>}
              </text>
            </g>
          );
        })}
      </svg>
    </div>
  );
}
